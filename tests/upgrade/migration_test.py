#!/usr/bin/python3
"""The newest changes of the schema are deployed under a server that settles and
under readers that hold what the changes want to lock: the window never waits
long, and afterwards everything adds up.
"""

import os
import pathlib
import subprocess
import sys
import threading
import time
import unittest

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "clients"), str(TESTS / "failover")]

import window_day  # noqa: E402
import world  # noqa: E402
from window_day import Clerks, altered, verify  # noqa: E402

# What came after this change serves lists and postings: without it a server
# settles all the same.
SETTLES_SINCE = "policy"
# lock_timeout is two seconds in every script; and something for a busy machine.
MOST_SECONDS_LOCKED = 6
# How long a reader goes on that an index is built beside.
SECONDS_READ = 2


def script(url, folder, change):
    """Runs one script by psql, as sqitch does; what went wrong, or nothing."""
    path = world.ROOT / "migrations" / folder / (change + ".sql")
    done = subprocess.run(
        ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", str(path), url],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    return done.stderr if done.returncode else ""


def waits_for_readers(change):
    """Whether it builds beside whoever uses the table, until the last has gone."""
    path = world.ROOT / "migrations" / "deploy" / (change + ".sql")
    return "CONCURRENTLY" in path.read_text(encoding="utf-8")


class Reader:
    """A long transaction that has read every table and written nothing, like a
    report or a backup."""

    MINE = "application_name = 'long reader' AND datname = current_database()"

    def __init__(self, url):
        self._url = url
        tables = world.psql(
            url,
            "-c",
            "SELECT string_agg(format('TABLE %I LIMIT 1', relname), ';') FROM pg_class"
            " WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'",
        )
        sql = "BEGIN; %s; SELECT pg_sleep(60)" % tables
        self._process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "psql", "-X", "-q", "-c", sql, url],
            env={**os.environ, "PGAPPNAME": "long reader"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        asleep = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND "
        while world.psql(url, "-c", asleep + self.MINE) == "0":
            time.sleep(0.02)

    def end(self):
        end = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE "
        world.psql(self._url, "-c", end + self.MINE)
        self._process.wait()


class UnderLoad(unittest.TestCase):
    def setUp(self):
        self.database = world.Database("_migrated")
        self.server = world.Onestopd(self.database.url)
        self.addCleanup(self.server.kill)
        window_day.load_demonstration(self.server.address)
        changes = world.changes()
        self.newest = changes[changes.index(SETTLES_SINCE) + 1 :]

    def contents(self):
        """What the changes may fill, in order."""
        return self.database.run("SELECT * FROM registered_at ORDER BY 1, 2")

    def test_the_window_goes_on(self):
        filled = self.contents()
        self.assertNotEqual(filled, "")
        clerks = Clerks([self.server.address]).start()
        clerks.settle_more(50)
        for change in reversed(self.newest):
            self.assertEqual(script(self.database.url, "revert", change), "")
        locked_out = 0
        for change in self.newest:
            reader = Reader(self.database.url)
            if waits_for_readers(change):
                threading.Timer(SECONDS_READ, reader.end).start()
            began = time.monotonic()
            wrong = script(self.database.url, "deploy", change)
            self.assertLess(time.monotonic() - began, MOST_SECONDS_LOCKED, change)
            reader.end()
            if wrong:  # it may say so, and is run again
                self.assertIn("lock timeout", wrong)
                locked_out += 1
                self.assertEqual(script(self.database.url, "deploy", change), "")
            self.assertEqual(script(self.database.url, "verify", change), "")
            clerks.settle_more(20)
        clerks.finish()
        print("%d locked out," % locked_out, end=" ")
        print("longest silence %.1f s" % clerks.longest_silence(), end=" ", flush=True)
        self.assertGreater(locked_out, 0)
        self.assertLess(clerks.longest_silence(), MOST_SECONDS_LOCKED)
        self.assertEqual(self.contents(), filled)
        self.assertEqual(altered(self.server.address, clerks.answers), [])
        code, said = verify(self.database.url)
        self.assertEqual(code, 0, said)


class Scripts(unittest.TestCase):
    def test_whoever_changes_what_others_use_does_not_wait_long(self):
        """A lock that is waited for stops everybody who comes after."""
        changes = world.changes()
        for change in changes[changes.index(SETTLES_SINCE) + 1 :]:
            for folder in ("deploy", "revert"):
                path = world.ROOT / "migrations" / folder / (change + ".sql")
                sql = path.read_text(encoding="utf-8")
                if "CONCURRENTLY" in sql:
                    self.assertNotRegex(sql, r"BEGIN|ALTER |INDEX (?!CONCURRENTLY )", path)
                elif "ALTER " in sql or "DROP " in sql:
                    self.assertIn("SET LOCAL lock_timeout = '2s';", sql, path)


if __name__ == "__main__":
    unittest.main(verbosity=2)
