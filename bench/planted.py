"""Books of an institution with planted differences, and the ledger's side.

The ledger's rows stand in `book`, where the projection puts them; the books in a
CSV. Both are made by PostgreSQL from the number of the row.
"""

import collections
import csv

# Of world.cc: hospitals of level 1, numbers 1 and 2.
LARGE, SMALL = "H53010010001", "H53010010002"
FIRST_DAY, LAST_DAY, DAYS = "2025-02-01", "2025-03-03", 31

# What is planted, by number, and in how many lines it is told.
CLASSES = {
    1: ("only in the ledger", 1),
    2: ("only in the books", 1),
    3: ("amounts differ", 1),
    4: ("under another day", 2),
    5: ("twice in the books", 1),
}
# The id of a reversal, as docs/reconcile.md derives it.
RECORD_ID = (
    "CASE WHEN reversal THEN encode(substring(sha256(int8send(8) ||"
    " 'reversal'::bytea || int8send(16) || uuid_send(settlement_id)) FOR 16),"
    " 'hex')::uuid ELSE settlement_id END"
)
# Each hundredth row takes the one before it back. One in a thousand differs, of
# each class in turn, in settlements and in reversals.
ROWS = """
CREATE TABLE {table} AS
SELECT i, DATE '{first}' + (i - 1) / ({rows} / {days} + 1) AS booked_on, reversal,
       md5('{institution} ' || number)::uuid AS settlement_id,
       '53010019' || lpad((number * 7919 % 1000000)::text, 10, '0') AS person_id,
       'visit-' || lpad(number::text, 12, '0') AS request_id,
       sign * (10000 + number % 40000) AS gross,
       sign * (5000 + number % 4000) AS fund_pay,
       sign * (number % 3000) AS account,
       CASE WHEN i % 1000 = 500 + i / 1000 % 2 THEN 1 + i / 2000 % 5 ELSE 0 END
         AS planted
  FROM generate_series(1, {rows}) AS g (i) CROSS JOIN LATERAL (
       SELECT i % 100 = 0 AS reversal, (i - (i % 100 = 0)::int)::bigint AS number,
              CASE i % 100 WHEN 0 THEN -1 ELSE 1 END AS sign) AS d"""
LEDGER = """
INSERT INTO book (institution_id, booked_on, record_id, person_id, request_id, kind,
                  insurance, region, gross, fund_pay, critical_illness, large_amount,
                  medical_assistance, commercial, account, counts_in)
SELECT '{institution}', booked_on, {record_id}, person_id, request_id,
       1 + reversal::int, 1, '530100', gross, fund_pay, 0, 0, 0, 0, account,
       date_trunc('month', booked_on::timestamp)::date
  FROM {table} WHERE planted <> 2 ORDER BY i"""
# In the order of time, as an institution's system writes them.
BOOKS = """
COPY (SELECT booked_on + CASE WHEN planted <> 4 THEN 0
               WHEN booked_on = DATE '{last}' THEN -1 ELSE 1 END AS booked_on,
             replace(settlement_id::text, '-', '') AS settlement_id, request_id,
             person_id, gross AS gross_fen,
             fund_pay + (planted = 3)::int AS fund_pay_fen,
             account AS account_fen, CASE WHEN reversal THEN 'true' END AS reversal
        FROM {table} CROSS JOIN generate_series(1, 2) AS copies (copy)
       WHERE planted <> 1 AND (copy = 1 OR planted = 5)
       ORDER BY booked_on, i) TO STDOUT (FORMAT csv, HEADER)"""
PLANTED = """
SELECT replace(({record_id})::text, '-', ''), planted FROM {table} WHERE planted > 0"""

# What one would write instead: the same file into a table, and one join.
COPIED = """
CREATE TABLE copied (booked_on date, settlement_id uuid, request_id text,
  person_id text, gross bigint, fund_pay bigint, account bigint, reversal boolean)"""
JOINED = """
SELECT booked_on, record_id, b.gross, c.gross FROM
 (SELECT * FROM book WHERE institution_id = '{institution}') AS b FULL JOIN
 (SELECT *, {record_id} AS record_id FROM copied) AS c USING (booked_on, record_id)
 WHERE (b.person_id, b.gross, b.fund_pay, b.account) IS DISTINCT FROM
       (c.person_id, c.gross, c.fund_pay, c.account)"""


class Books:
    """The rows of one institution, on both sides."""

    def __init__(self, server, url, folder, institution, rows):
        self.institution, self.rows = institution, rows
        self.file = folder / ("books_%d.csv" % rows)
        self.words = {
            **{"table": "rows_%d" % rows, "institution": institution, "rows": rows},
            **{"first": FIRST_DAY, "last": LAST_DAY, "days": DAYS},
            "record_id": RECORD_ID,
        }
        for step in (ROWS, LEDGER, "VACUUM (ANALYZE, FREEZE) book"):
            server.psql("-c", step.format(**self.words), url=url)
        written = "\\copy " + " ".join(BOOKS.format(**self.words).split()[1:])
        server.psql("-c", written.replace("TO STDOUT", "TO '%s'" % self.file), url=url)
        planted = server.psql("-c", PLANTED.format(**self.words), url=url)
        self.told = collections.Counter()
        for line in planted.splitlines():
            record_id, number = line.split("|")
            words, lines = CLASSES[int(number)]
            self.told[record_id, words] = lines

    def missed(self, differences):
        """What a file of differences lacks or has too much, in words."""
        with differences.open(encoding="utf-8-sig", newline="") as file:
            found = collections.Counter(
                (row["record_id"], row["difference"]) for row in csv.DictReader(file)
            )
        lacking, too_many = self.told - found, found - self.told
        return ["not found: %s, %s" % one for one in lacking.elements()] + [
            "not planted: %s, %s" % one for one in too_many.elements()
        ]

    def copy_and_join(self):
        """What psql is told."""
        copy = "\\copy copied FROM '%s' (FORMAT csv, HEADER)" % self.file
        return ["-c", copy, "-c", JOINED.format(**self.words)]
