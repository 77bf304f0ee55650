#!/usr/bin/python3
"""Compares books with the ledger over a real server: with the digests as
docs/reconcile.md gives them in Python, and by the command with a file.
"""

import csv
import hashlib
import os
import pathlib
import re
import subprocess
import time
import unittest
import zipfile

import stage
import world
from onestop.v1 import reconciliation_pb2, reconciliation_pb2_grpc
from stage import StageTest, claim
from window import call

HOSPITAL = "H-KM-1"
PAGE = (world.ROOT / "docs" / "reconcile.md").read_text(encoding="utf-8")
COLUMNS = [
    "booked_on",
    "settlement_id",
    "request_id",
    "person_id",
    "gross_fen",
    "fund_pay_fen",
    "account_fen",
    "reversal",
]


def digests():
    """The functions of the page."""
    names = {}
    exec(re.search(r"```python\n(.*?)```", PAGE, re.S).group(1), names)
    return names


def example(what):
    """A row of the page's worked example."""
    return re.search(r"\| %s \| `([0-9a-f]+)` \|" % what, PAGE).group(1)


class TheDigests(unittest.TestCase):
    def test_the_worked_example(self):
        names = digests()
        settled = names["derive"](b"settlement", b"H2", b"E0", b"s0")
        reversal = names["derive"](b"reversal", settled)
        self.assertEqual(settled.hex(), example("id of the settlement"))
        self.assertEqual(reversal.hex(), example("id of the reversal"))
        lines = [
            names["line"](settled, "E0", 50000, 25300, 0),
            names["line"](reversal, "E0", -50000, -25300, 0),
        ]
        self.assertEqual(lines[0].hex(), example("line of the settlement"))
        self.assertEqual(lines[1].hex(), example("line of the reversal"))
        self.assertEqual(
            names["day_digest"](lines).hex(), example("digest of the day")
        )
        self.assertEqual(
            names["bucket_digest"](lines[:1]), hashlib.sha256(lines[0]).digest()
        )


class TheBooks(StageTest):
    stub = reconciliation_pb2_grpc.ReconciliationServiceStub(stage.WINDOW.channel)

    @classmethod
    def setUpClass(cls):
        """Twelve settlements, one of them taken back, as honest books."""
        cls.rows = []
        for number in range(12):
            person_id = cls.person(cls())
            visit = claim(person_id, HOSPITAL, ("SRV-01", "1", 10000 + number))
            settled = cls.window.settle("book-%d" % number, visit).receipt
            cls.rows.append(cls.row(settled, "book-%d" % number, person_id))
            if number == 11:
                cls.window.take_back(visit, "book-11", "wrong visit")
                back = dict(cls.rows[-1], reversal="true")
                for field in ("gross_fen", "fund_pay_fen", "account_fen"):
                    back[field] = -back[field]
                cls.rows.append(back)

    @staticmethod
    def row(receipt, request_id, person_id):
        totals = receipt.totals
        return {
            "booked_on": world.TODAY,
            "settlement_id": receipt.settlement_id,
            "request_id": request_id,
            "person_id": person_id,
            "gross_fen": totals.gross_fen,
            "fund_pay_fen": totals.fund_pay_fen,
            "account_fen": totals.account_fen + totals.family_account_fen,
            "reversal": "",
        }

    def lines(self, rows):
        names = digests()
        for row in rows:
            row_id = bytes.fromhex(row["settlement_id"])
            if row["reversal"]:
                row_id = names["derive"](b"reversal", row_id)
            yield names["line"](
                row_id,
                row["person_id"],
                row["gross_fen"],
                row["fund_pay_fen"],
                row["account_fen"],
            )

    def test_the_page_computes_what_the_server_does(self):
        request = reconciliation_pb2.ReconcileTotalsRequest(
            institution_id=HOSPITAL,
            booked_from=world.TODAY,
            booked_until=world.TODAY,
            clearing_type="11",
        )
        request.books.rows = len(self.rows)
        request.books.gross_fen = sum(row["gross_fen"] for row in self.rows)
        request.books.fund_pay_fen = sum(row["fund_pay_fen"] for row in self.rows)
        request.books.account_fen = sum(row["account_fen"] for row in self.rows)
        answer = call(self.stub.ReconcileTotals, request)
        self.assertTrue(answer.balanced, answer)
        (day,) = answer.days
        self.assertEqual(day.digest, digests()["day_digest"](list(self.lines(self.rows))))

    @staticmethod
    def write(rows, file):
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)

    @staticmethod
    def command(path, *flags):
        return [
            *(world.BUILD / "onestop", "reconcile", path),
            *("--institution", HOSPITAL, "--server", stage.SERVER.address),
            *("--quiet", "--lang", "en", *flags),
        ]

    def reconcile(self, rows, *flags):
        """The command's exit code and output."""
        path = pathlib.Path(world.scratch()) / "books.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            self.write(rows, file)
        done = subprocess.run(
            self.command(path, *flags), capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout + done.stderr

    def test_equal_books(self):
        code, text = self.reconcile(self.rows)
        self.assertEqual(code, 0, text)
        self.assertRegex(text, r"^matched 13; the ledger as of [-0-9]{10} [:0-9]{8}\n$")
        code, text = self.reconcile(self.rows, "--totals")
        self.assertEqual(code, 0, text)
        self.assertIn("balanced", text)

    def test_books_that_take_longer_to_read_than_the_server_waits(self):
        """The ledger is summed meanwhile over a stream that then ends."""
        path = pathlib.Path(world.scratch()) / "slow.csv"
        os.mkfifo(path)
        flags = ("--from", world.TODAY, "--until", world.TODAY, "--deadline", "3")
        command = self.command(path, *flags)
        reading = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        with path.open("w", encoding="utf-8", newline="") as file:
            time.sleep(4)
            self.write(self.rows, file)
        said, _ = reading.communicate()
        self.assertEqual(reading.returncode, 0, said)
        self.assertIn("matched 13;", said)

    def test_days_without_rows_are_comparisons_of_their_own(self):
        for day in ("2024-05-01", "2024-05-02"):
            code, text = self.reconcile([], "--from", day, "--until", day)
            self.assertEqual(code, 0, text)

    def planted(self):
        rows = [dict(row) for row in self.rows]
        del rows[0]  # book-0 is missing
        rows[0]["fund_pay_fen"] += 1  # book-1
        rows[1]["booked_on"] = "2025-03-19"  # book-2
        rows.append(dict(rows[2]))  # book-3
        rows.append(dict(rows[3], settlement_id="", request_id="ghost"))
        return rows

    def test_planted_differences_in_a_spreadsheet(self):
        path = pathlib.Path(world.scratch()) / "differences.xlsx"
        code, text = self.reconcile(self.planted(), "--differences", path)
        self.assertEqual(code, 1, text)
        self.assertIn(
            "matched 10, only in the ledger 1, only in the books 1, amounts differ 1,"
            " under another day 2, twice in the books 1",
            text,
        )
        with zipfile.ZipFile(path) as book:
            sheet = book.read("xl/worksheets/sheet1.xml").decode()
        self.assertEqual(sheet.count("<row "), 1 + 6)
        for words in ("book-0", "book-1", "book-2", "book-3", "ghost", "settle again"):
            self.assertIn(words, sheet)

    def test_planted_differences_as_csv(self):
        path = pathlib.Path(world.scratch()) / "differences.csv"
        self.reconcile(self.planted(), "--differences", path)
        with path.open(encoding="utf-8-sig", newline="") as file:
            found = {
                (row["request_id"], row["difference"], row["repair"])
                for row in csv.DictReader(file)
            }
        self.assertEqual(
            found,
            {
                ("book-0", "only in the ledger", "reverse by request id"),
                ("book-1", "amounts differ", "correct the books"),
                ("book-2", "under another day", "correct the books"),
                ("book-3", "twice in the books", "correct the books"),
                ("ghost", "only in the books", "settle again, same id"),
            },
        )

    def test_a_row_that_cannot_be_read(self):
        rows = [dict(self.rows[0], booked_on="20 March")]
        code, text = self.reconcile(rows)
        self.assertEqual(code, 2, text)
        self.assertIn("books.csv:2: MALFORMED_REQUEST: booked_on", text)


if __name__ == "__main__":
    unittest.main(verbosity=2)
