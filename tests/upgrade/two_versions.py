#!/usr/bin/python3
"""Two versions of onestop on one database: what one settles the other one
answers, shows and takes back, and the schema changes under the old one's load.

Run by `./dev upgrade`, which builds the older version in ONESTOP_OLD_ROOT.
"""

import os
import pathlib
import subprocess
import sys
import time
import unittest

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "clients"), str(TESTS / "failover")]

import window_day  # noqa: E402
import world  # noqa: E402
from window import Refused, Window  # noqa: E402
from window_day import Clerks, altered, request, verify  # noqa: E402

OLD_ROOT = pathlib.Path(os.environ["ONESTOP_OLD_ROOT"])
OLD_BUILD = OLD_ROOT / "build" / "release"
TRIES = 10  # of a migration that is locked out


def migrate(root, url):
    """As an operator does; whether it went through, and what it said."""
    done = subprocess.run(
        ["sqitch", "deploy", "--verify", "db:" + url],
        cwd=root / "migrations",
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
    return done.returncode == 0, done.stdout


def told(what, value):
    print("  %-52s %s" % (what, value), flush=True)


class TwoVersions(unittest.TestCase):
    def setUp(self):
        self.database = world.Database("_upgrade", count=0)
        self.url = self.database.url
        through, said = migrate(OLD_ROOT, self.url)
        self.assertTrue(through, said)
        print()

    def old(self):
        return self.start(OLD_BUILD / "onestopd")

    def new(self):
        return self.start(world.BUILD / "onestopd")

    def start(self, program):
        server = world.Onestopd(self.url, program=program)
        self.addCleanup(server.kill)
        return server

    def migrate(self):
        """Until it is through; a script that is locked out is run again."""
        began = time.monotonic()
        for tries in range(1, TRIES + 1):
            through, said = migrate(world.ROOT, self.url)
            if through:
                break
            self.assertIn("lock timeout", said)
        self.assertTrue(through, said)
        told("the migration took", "%.1f s" % (time.monotonic() - began))
        told("it was run", "%d times" % tries)
        told("changes", said.count("+ ") or "none")

    def check(self, answers, **servers):
        """Each version answers everything alike and finds nothing wrong."""
        for name, server in servers.items():
            self.assertEqual(altered(server.address, answers), [], name)
            told("settlements answered alike by the %s version" % name, len(answers))
        kept = self.database.run(
            "SELECT count(*) FILTER (WHERE kind = 1) - count(*) FILTER (WHERE kind = 2)"
            " FROM settlement"
        )
        self.assertEqual(kept, str(len(answers)))
        for name, program in (("new", world.BUILD), ("old", OLD_BUILD)):
            code, said = verify(self.url, program)
            self.assertEqual(code, 0, said)
            told("verified by the %s version" % name, said.strip()[:60])

    def crosses(self, settles, other, numbers):
        """`other` shows what `settles` settled, and takes it back; the reversal
        is the same to both."""
        here, there = Window(settles.address), Window(other.address)
        for number in numbers:
            asked = request("KM-0010", number)
            receipt = here.settle(asked.request_id, asked.claim).receipt
            shown = there.look_up(asked.claim, asked.request_id)
            self.assertEqual(shown.receipt.totals, receipt.totals)
            back = there.take_back(asked.claim, asked.request_id, "mistake")
            self.assertEqual(
                here.take_back(asked.claim, asked.request_id, "mistake"), back
            )
            with self.assertRaises(Refused) as refused:
                here.settle(asked.request_id, asked.claim)
            self.assertEqual(refused.exception.reason, "REQUEST_REVERSED")
        told("settled by one, shown and reversed by the other", len(numbers))

    def test_the_way_an_operator_goes(self):
        old = self.old()
        window_day.load_demonstration(old.address)
        clerks = Clerks([old.address]).start()
        clerks.settle_more(200)
        self.migrate()
        clerks.settle_more(200)
        clerks.finish()
        told("longest silence meanwhile", "%.2f s" % clerks.longest_silence())
        answers = dict(clerks.answers)

        new = self.new()
        both = Clerks([old.address, new.address], first=10**6).start()
        both.settle_more(400)
        both.finish()
        answers.update(both.answers)
        self.crosses(old, new, range(2 * 10**6, 2 * 10**6 + 20))
        self.crosses(new, old, range(3 * 10**6, 3 * 10**6 + 20))
        old.kill()
        old = self.old()  # also after a crash, on the new schema
        self.check(answers, old=old, new=new)


if __name__ == "__main__":
    unittest.main(verbosity=2)
