#!/usr/bin/python3
"""Deploys, verifies and reverts every migration on a real PostgreSQL by sqitch.

Needs the server that ONESTOP_TEST_DATABASE_URL names, psql and sqitch; without
them it says what is missing and exits 77, which CTest counts as skipped.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import unittest
import urllib.parse

MIGRATIONS = pathlib.Path(__file__).resolve().parents[2] / "migrations"
SERVER = os.environ.get("ONESTOP_TEST_DATABASE_URL", "")
SKIPPED = 77


def url_of(database):
    """SERVER with another database."""
    parts = urllib.parse.urlsplit(SERVER)
    text = "%s://%s/%s" % (parts.scheme, parts.netloc, database)
    return text + ("?" + parts.query if parts.query else "")


def psql(url, sql):
    result = subprocess.run(
        ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql, url],
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode != 0:
        raise RuntimeError("psql: %s\n%s" % (sql, result.stderr))
    return result.stdout.strip()


# What is left of building an index beside those who use the table.
HALF_BUILT = (
    "UPDATE pg_index SET indisvalid = false"
    " WHERE indexrelid = 'settlement_written'::regclass"
)


def changes():
    lines = (MIGRATIONS / "sqitch.plan").read_text(encoding="utf-8").splitlines()
    return [line.split()[0] for line in lines if line and line[0] not in "%@"]


class Migrations(unittest.TestCase):
    def setUp(self):
        self.name = "onestop_migrations_%d" % os.getpid()
        self.url = url_of(self.name)
        psql(SERVER, "DROP DATABASE IF EXISTS %s WITH (FORCE)" % self.name)
        psql(SERVER, "CREATE DATABASE %s" % self.name)

    def tearDown(self):
        psql(SERVER, "DROP DATABASE IF EXISTS %s WITH (FORCE)" % self.name)

    def sqitch(self, *arguments):
        verb, *options = arguments
        return subprocess.run(
            ["sqitch", verb, *options, "db:" + self.url],
            cwd=MIGRATIONS,
            env={
                **os.environ,
                "SQITCH_FULLNAME": "onestop",
                "SQITCH_EMAIL": "onestop@localhost",
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    def run_sqitch(self, *arguments):
        result = self.sqitch(*arguments)
        self.assertEqual(result.returncode, 0, result.stdout)

    def objects(self):
        """Tables and indexes with their options, indexes with what they hold."""
        return psql(
            self.url,
            "SELECT string_agg(concat_ws(' ', relname, reloptions::text,"
            "                            pg_get_indexdef(indexrelid)),"
            "                  ', ' ORDER BY relname)"
            " FROM pg_class LEFT JOIN pg_index ON indexrelid = pg_class.oid"
            " WHERE relnamespace = 'public'::regnamespace",
        )

    def test_every_change_has_its_three_scripts(self):
        for folder in ("deploy", "revert", "verify"):
            scripts = sorted(path.stem for path in (MIGRATIONS / folder).glob("*.sql"))
            self.assertEqual(scripts, sorted(changes()), folder)

    def script(self, folder, change):
        """Runs one script by psql, as sqitch does; False when it fails."""
        path = MIGRATIONS / folder / (change + ".sql")
        return (
            subprocess.run(
                ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", path, self.url],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                check=False,
            ).returncode
            == 0
        )

    def test_each_change_goes_up_and_down(self):
        levels = [self.objects()]
        for change in changes():
            self.assertFalse(self.script("verify", change), change)
            self.assertTrue(self.script("deploy", change), change)
            self.assertTrue(self.script("verify", change), change)
            levels.append(self.objects())
            self.assertNotEqual(levels[-1], levels[-2], change)
        for change in reversed(changes()):
            self.assertEqual(self.objects(), levels.pop(), change)
            self.assertTrue(self.script("revert", change), change)
        self.assertEqual(self.objects(), "")

    def test_sqitch_runs_the_whole_plan_both_ways(self):
        self.run_sqitch("deploy", "--verify")
        self.run_sqitch("verify")
        self.run_sqitch("revert", "-y")
        self.assertEqual(self.objects(), "")

    def test_verify_sees_what_is_missing(self):
        for change in changes():
            self.assertTrue(self.script("deploy", change), change)
        for change, damage in (
            ("settlement", "ALTER TABLE settlement RENAME reply TO answer"),
            ("settlement", "DROP INDEX settlement_booked"),
            ("ledger", "ALTER TABLE ledger DROP CONSTRAINT ledger_pkey"),
            ("catalog", "DELETE FROM catalog_revision"),
            ("summaries", "ALTER INDEX posting_booked RESET (autosummarize)"),
            ("posting_caller", "ALTER TABLE posting DROP CONSTRAINT posting_pkey"),
            ("settlement_written", HALF_BUILT),
        ):
            psql(self.url, damage)
            self.assertFalse(self.script("verify", change), damage)

    def test_an_index_that_was_cut_short_is_built_again(self):
        for change in changes():
            self.assertTrue(self.script("deploy", change), change)
        psql(self.url, HALF_BUILT)
        self.assertTrue(self.script("deploy", "settlement_written"))
        self.assertTrue(self.script("verify", "settlement_written"))

    def test_registered_at_is_filled_from_the_persons(self):
        """Records as they were stored before the table was there."""

        def field(number, content):
            return bytes([number << 3 | 2, *varint(len(content))]) + content

        def varint(value):
            return [value & 127 | 128, value >> 7] if value > 127 else [value]

        def registration(institution):
            kind = b"\x10\x02"
            plan = field(6, b"XA" * 100)
            day = b"\x40\xa2\xbc\x02"
            return field(7, kind + field(4, institution) + plan + day if institution else kind)

        persons = {
            "P1": [b"H1", "昆明".encode(), b"H1"],
            "P2": [b""],
            "P3": [b"H2"],
        }
        for change in changes()[: changes().index("registered_at")]:
            self.assertTrue(self.script("deploy", change), change)
        for person, institutions in persons.items():
            record = b"\x08\x01\x10\x01" + field(3, b"\x18\x01")
            record += b"".join(map(registration, institutions))
            psql(
                self.url,
                "INSERT INTO person VALUES (1, '%s', '\\x%s')" % (person, record.hex()),
            )
        self.assertTrue(self.script("deploy", "registered_at"))
        self.assertEqual(
            psql(self.url, "SELECT * FROM registered_at ORDER BY 1, 2").splitlines(),
            ["P1|H1", "P1|昆明", "P3|H2"],
        )
        self.assertTrue(self.script("revert", "registered_at"))
        psql(self.url, "UPDATE person SET data = '\\x0d00000000'")
        self.assertFalse(self.script("deploy", "registered_at"))

    def test_keys_of_persons_begin_with_the_person(self):
        """So that the tables can be distributed by person; a book is its
        institution's."""
        for change in changes():
            self.assertTrue(self.script("deploy", change), change)
        others = psql(
            self.url,
            "SELECT string_agg(c.relname, ', ')"
            "  FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid"
            "  JOIN pg_attribute a ON a.attrelid = c.oid"
            "                     AND a.attname = 'person_id'"
            " WHERE i.indisunique AND i.indkey[0] <> a.attnum"
            "   AND c.relname NOT IN ('book', 'clearing_share')",
        )
        self.assertEqual(others, "")


def missing():
    if not SERVER:
        return "ONESTOP_TEST_DATABASE_URL names no PostgreSQL server"
    for program in ("psql", "sqitch"):
        if shutil.which(program) is None:
            return program + " is not installed"
    return ""


if __name__ == "__main__":
    if missing():
        print("skipped: %s; ./dev test sets everything up" % missing())
        sys.exit(SKIPPED)
    unittest.main(verbosity=2)
