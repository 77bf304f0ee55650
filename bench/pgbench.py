"""Settlements by pgbench: the rows of onestop's, without rules, as a transaction
or as one function call.

What is written is what onestopd wrote: a settlement row and ledger rows whose
sizes are nearest the mean stand in the statements as constants, so that neither
client nor server spends time on making them.
"""

import math
import pathlib
import re

import process

PREFIX = "530100196001"  # of PersonId in world.cc, before eight digits
SETTLEMENT = [
    *("kind", "reverses", "institution_id", "service_date", "booked_on"),
    *("booked_at", "insurance", "region", "request_id", "policy_revision"),
    *("gross", "scheme_pay", "critical_illness", "large_amount"),
    *("medical_assistance", "commercial", "fund_pay", "account"),
    *("family_account", "cash", "record", "reply"),
]
PERSON = "'%s' || lpad(:n::text, 8, '0')" % PREFIX
# As random as a digest: 124 bits, the same in each statement of a transaction.
SETTLEMENT_ID = "(%s)::uuid" % " || ".join(
    "lpad(to_hex(:%s::bigint), 16, '0')" % half for half in "ab"
)
DRAW = r"""\set n random(0, {persons} - 1)
\set a random(0, 4611686018427387903)
\set b random(0, 4611686018427387903)
\set y random(1, 1000000)
\set z random(1, 1000000)
"""
# As it is usually written: row locks, a round trip for each statement. All that
# is read comes in one; who has no ledger row yet is spared the writing of it.
TRANSACTION = r"""
BEGIN;
SELECT p.version, p.data, l.year, l.version, l.data, s.reply
  FROM ledger l
  JOIN person p ON p.person_id = l.person_id
  LEFT JOIN settlement s
    ON s.person_id = l.person_id AND s.settlement_id = {id}
 WHERE l.person_id = {person} AND l.year IN ({year}, 0)
   FOR UPDATE OF l;
\if :y <= {year_writes}
UPDATE ledger SET version = version + 1, data = {year_data}
 WHERE person_id = {person} AND year = {year};
\endif
\if :z <= {zero_writes}
UPDATE ledger SET version = version + 1, data = {zero_data}
 WHERE person_id = {person} AND year = 0;
\endif
INSERT INTO settlement (person_id, settlement_id, {columns})
VALUES ({person}, {id}, {values});
COMMIT;
"""
# As well as it can be written: everything is read by one query, no row is
# locked before it is written, and a version that has moved undoes the call.
FUNCTION = """
CREATE FUNCTION bench_settle(
  the_person text, the_id uuid, writes_year boolean, writes_zero boolean)
RETURNS boolean LANGUAGE plpgsql AS $function$
DECLARE
  person_data  bytea;
  year_version bigint;
  year_data    bytea;
  zero_version bigint;
  zero_data    bytea;
  reply_before bytea;
BEGIN
  SELECT p.data, y.version, y.data, z.version, z.data, s.reply
    INTO person_data, year_version, year_data, zero_version, zero_data,
         reply_before
    FROM person p
    LEFT JOIN ledger y ON y.person_id = p.person_id AND y.year = {year}
    LEFT JOIN ledger z ON z.person_id = p.person_id AND z.year = 0
    LEFT JOIN settlement s
      ON s.person_id = p.person_id AND s.settlement_id = the_id
   WHERE p.person_id = the_person;
  IF reply_before IS NOT NULL THEN
    RETURN false;
  END IF;
  IF writes_year AND year_version IS NOT NULL THEN
    UPDATE ledger SET version = year_version + 1, data = {year_data}
     WHERE person_id = the_person AND year = {year}
       AND version = year_version;
    IF NOT FOUND THEN
      RAISE SQLSTATE '40001';
    END IF;
  ELSIF writes_year THEN
    INSERT INTO ledger (person_id, year, version, data)
    VALUES (the_person, {year}, 1, {year_data})
    ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
      RAISE SQLSTATE '40001';
    END IF;
  END IF;
  IF writes_zero AND zero_version IS NOT NULL THEN
    UPDATE ledger SET version = zero_version + 1, data = {zero_data}
     WHERE person_id = the_person AND year = 0 AND version = zero_version;
    IF NOT FOUND THEN
      RAISE SQLSTATE '40001';
    END IF;
  ELSIF writes_zero THEN
    INSERT INTO ledger (person_id, year, version, data)
    VALUES (the_person, 0, 1, {zero_data})
    ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
      RAISE SQLSTATE '40001';
    END IF;
  END IF;
  INSERT INTO settlement (person_id, settlement_id, {columns})
  VALUES (the_person, the_id, {values});
  RETURN true;
END $function$;
"""
CALL = """
SELECT bench_settle({person}, {id}, :y <= {year_writes}, :z <= {zero_writes});
"""
TRIES = 10  # of a transaction that another one was in the way of


def number_behind(words, printed):
    found = re.search(re.escape(words) + r"\s*([0-9.]+)", printed)
    if not found:
        raise process.ProgramError("pgbench does not say its '%s'" % words)
    return float(found.group(1))


def literal_of(column):
    """SQL that gives the SQL for the column's value."""
    if column == "booked_at":
        return "'now()'"  # Its colons would be variables to pgbench.
    return "quote_nullable(%s)" % column


def sizes_of(server, url, world_url, year):
    """What a settlement of that database wrote, in the words of the scripts.

    The databases were the same before the settlements.
    """
    row = server.psql(
        "-c",
        "SELECT concat_ws(', ', %s) FROM settlement, (SELECT avg(length(record))"
        " AS of_record, avg(length(reply)) AS of_reply FROM settlement) AS mean"
        " ORDER BY abs(length(record) - of_record) + abs(length(reply) - of_reply),"
        " settlement_id LIMIT 1" % ", ".join(map(literal_of, SETTLEMENT)),
        url=url,
    )
    settled = int(server.psql("-c", "SELECT count(*) FROM settlement", url=url))
    writes = ledger_writes(server, url, world_url)
    return {
        "year": year,
        "columns": ", ".join(SETTLEMENT),
        "values": row,
        "year_data": typical_data(server, url, "year = %s" % year),
        "zero_data": typical_data(server, url, "year = 0"),
        # Of a million settlements.
        "year_writes": round(1e6 * min(1, writes.get(year, 0) / settled)),
        "zero_writes": round(1e6 * min(1, writes.get("0", 0) / settled)),
    }


OF_THE_SETTLED = "person_id IN (SELECT person_id FROM settlement)"


def ledger_writes(server, url, world_url):
    """How often the rows of each year were written, by year."""
    versions = "SELECT person_id, year, version FROM ledger WHERE "
    after = server.psql("-c", versions + OF_THE_SETTLED, url=url).splitlines()
    persons = {line.split("|")[0] for line in after}
    known = versions + "person_id IN (%s)" % ", ".join("'%s'" % one for one in persons)
    before = {}
    for line in server.psql("-c", known, url=world_url).splitlines():
        person, year, version = line.split("|")
        before[person, year] = int(version)
    writes = {}
    for line in after:
        person, year, version = line.split("|")
        moved = int(version) - before.get((person, year), 0)
        writes[year] = writes.get(year, 0) + moved
    return writes


def typical_data(server, url, which):
    """The bytes of the row whose size is nearest the mean of those settled."""
    rows = "FROM ledger WHERE %s AND %s" % (which, OF_THE_SETTLED)
    return server.psql(
        "-c",
        "SELECT quote_literal(data) || '::bytea' %s ORDER BY abs(length(data) -"
        " (SELECT avg(length(data)) %s)), person_id LIMIT 1" % (rows, rows),
        url=url,
    )


class Pgbench:
    """One script on one database."""

    def __init__(self, folder, name, url, words):
        self.url = url
        self.script = pathlib.Path(folder) / (name + ".pgbench")
        text = DRAW + {"pgbench": TRANSACTION, "plpgsql": CALL}[name]
        self.script.write_text(
            text.format(person=PERSON, id=SETTLEMENT_ID, **words), encoding="utf-8"
        )

    def run(self, clients, seconds):
        """Whole seconds, at least one."""
        whole = max(1, math.ceil(seconds))
        command = ["pgbench", "--no-vacuum", "--protocol=prepared"]
        command += ["--client", clients, "--jobs", min(2, clients)]
        command += ["--time", whole, "--max-tries", TRIES]
        command += ["--file", self.script, self.url]
        return process.run(command, whole + 60)

    def measure(self, clients, seconds, warmup):
        self.run(clients, warmup)
        printed = self.run(clients, seconds)
        failed = int(number_behind("number of failed transactions:", printed))
        return {
            "clients": clients,
            "calls": int(
                number_behind("number of transactions actually processed:", printed)
            ),
            "seconds": float(max(1, math.ceil(seconds))),
            "calls_per_second": number_behind("tps =", printed),
            "mean_us": round(1000 * number_behind("latency average =", printed)),
            "errors": failed,
            "reasons": {"FAILED": failed} if failed else {},
        }
