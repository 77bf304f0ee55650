#!/usr/bin/python3
"""A base backup and the archive of write-ahead log, restored to a point in time:
exactly what was acknowledged until then is there, and it adds up.
"""

import pathlib
import signal
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "clients"))

import cluster  # noqa: E402
import window_day  # noqa: E402
import world  # noqa: E402
from cluster import Cluster  # noqa: E402
from window_day import Clerks, Door, altered, settlement_pb2, verify  # noqa: E402


def request_id(asked):
    return settlement_pb2.SettleRequest.FromString(asked).request_id


class Restore(unittest.TestCase):
    def setUp(self):
        self.folder = cluster.Folder()
        self.addCleanup(self.folder.remove)
        self.archive = self.folder.subfolder("archive")
        self.original = Cluster(self.folder, "original")
        self.original.create()
        self.original.start(
            "archive_mode=on",
            "archive_command=test ! -f {0}/%f && cp %p {0}/%f".format(self.archive),
        )
        self.original.make_database()

    def onestopd(self, database):
        server = world.Onestopd(database.url())
        self.addCleanup(server.kill)
        return server

    def disaster_while_settling(self):
        """The backup, the clerks, the moment as PostgreSQL and as we know it."""
        server = self.onestopd(self.original)
        window_day.load_demonstration(server.address)
        clerks = Clerks([server.address]).start()
        clerks.settle_more(100)
        backup = Cluster(self.folder, "restored")
        backup.copy_of(self.original, "--wal-method=none")
        clerks.settle_more(200)
        before = time.monotonic()
        moment = self.original.run("SELECT clock_timestamp()")
        after = time.monotonic()
        clerks.settle_more(100)
        clerks.finish()
        server.kill()
        self.original.stop(signal.SIGINT)  # in good order: the last log is archived
        return backup, clerks, moment, (before, after)

    def test_to_a_point_in_time(self):
        backup, clerks, moment, (before, after) = self.disaster_while_settling()
        backup.start(
            "restore_command=cp %s/%%f %%p" % self.archive,
            "recovery_target_time=" + moment,
            "recovery_target_action=promote",
            signal_file="recovery.signal",
        )
        backup.until(lambda: backup.run("SELECT pg_is_in_recovery()") == "f")
        code, said = verify(backup.url())
        self.assertEqual(code, 0, said)
        there = set(backup.run("SELECT request_id FROM settlement").split())
        spans = clerks.spans
        kept = {asked for asked, (_, answered) in spans.items() if answered < before}
        gone = {asked for asked, (sent, _) in spans.items() if sent > after}
        self.assertGreater(len(kept), 250)
        self.assertGreater(len(gone), 50)
        self.assertEqual({request_id(asked) for asked in kept} - there, set())
        self.assertEqual({request_id(asked) for asked in gone} & there, set())

        server = self.onestopd(backup)
        answers = {asked: clerks.answers[asked] for asked in kept}
        self.assertEqual(altered(server.address, answers), [])
        door = Door(server.address)
        for asked in spans.keys() - kept:  # sent again by who still has them
            door.settle(asked)
        count = backup.run("SELECT count(*) FROM settlement")
        self.assertEqual(count, str(len(spans)))
        code, said = verify(backup.url())
        self.assertEqual(code, 0, said)


if __name__ == "__main__":
    if cluster.missing():
        print("skipped: %s; ./dev test sets everything up" % cluster.missing())
        sys.exit(world.SKIPPED)
    unittest.main(verbosity=2)
