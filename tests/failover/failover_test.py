#!/usr/bin/python3
"""Two real PostgreSQL servers, two onestopd: the primary dies, its standby is
promoted, and nothing that was acknowledged is lost.
"""

import pathlib
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "clients"))

import cluster  # noqa: E402
import window_day  # noqa: E402
import world  # noqa: E402
from cluster import Cluster  # noqa: E402
from window_day import Clerks, Door, altered, health, request, verify  # noqa: E402
from window import Refused  # noqa: E402



class Pair(unittest.TestCase):
    """A primary with a synchronous standby, the demonstration's world on it."""

    def setUp(self):
        self.folder = cluster.Folder()
        self.addCleanup(self.folder.remove)
        self.primary = Cluster(self.folder, "primary")
        self.standby = Cluster(self.folder, "standby")
        self.primary.create()
        self.primary.start()
        self.primary.make_database()
        self.standby.copy_of(self.primary, "--write-recovery-conf")
        self.standby.start()
        self.primary.set("synchronous_standby_names", "standby")
        self.primary.until(self.is_synchronous)
        self.both = cluster.url_of([self.primary, self.standby])

    def is_synchronous(self):
        state = "SELECT sync_state FROM pg_stat_replication"
        return self.primary.run(state, "postgres") == "sync"

    def onestopd(self, url):
        server = world.Onestopd(url)
        self.addCleanup(server.kill)
        return server

    def until_health(self, server, state):
        give_up = time.monotonic() + 30
        while health(server.address) != state:
            self.assertLess(time.monotonic(), give_up, "it never said " + state)
            time.sleep(0.1)

    def settled(self, database):
        return int(database.run("SELECT count(*) FROM settlement"))

    def check_all(self, database, servers, answers):
        """Every answer is there once, to the byte, and everything adds up."""
        for server in servers:
            self.assertEqual(altered(server.address, answers), [])
        self.assertEqual(self.settled(database), len(answers))
        code, said = verify(database.url())
        self.assertEqual(code, 0, said)


class Failover(Pair):
    def test_what_was_acknowledged_is_there_after_the_promotion(self):
        servers = [self.onestopd(self.both)]
        window_day.load_demonstration(servers[0].address)
        servers.append(self.onestopd(self.both))
        clerks = Clerks([server.address for server in servers]).start()
        clerks.settle_more(200)
        self.primary.stop()
        for server in servers:
            self.until_health(server, "NOT_SERVING")
        self.standby.promote()
        clerks.settle_more(200)
        for server in servers:
            self.until_health(server, "SERVING")
        clerks.finish()
        print("%d settled" % len(clerks.answers), end=" ")
        print("longest silence %.1f s" % clerks.longest_silence(), end=" ", flush=True)
        self.check_all(self.standby, servers, clerks.answers)

    def test_a_primary_back_by_mistake_acknowledges_nothing(self):
        """Its standby, promoted meanwhile, does not follow it any more."""
        server = self.onestopd(self.both)
        window_day.load_demonstration(server.address)
        clerks = Clerks([server.address]).start()
        clerks.settle_more(50)
        self.primary.stop()
        self.standby.promote()
        clerks.settle_more(50)
        clerks.finish()
        self.primary.start()
        code, said = world.run_onestopd(
            *("--database", self.primary.url(), "--allow-assumed", "--log-level", "off"),
            *("--listen", "127.0.0.1:0", "--metrics", "none"),
        )
        self.assertEqual(code, 1)
        self.assertRegex(said, "is its synchronous standby away")
        self.check_all(self.standby, [server], clerks.answers)

    def test_a_commit_that_no_standby_has_is_not_acknowledged_by_a_retry(self):
        """The primary commits while its standby is away, so nobody is answered;
        it crashes, and shows the commit when it is back."""
        server = self.onestopd(self.both)
        window_day.load_demonstration(server.address)
        door = Door(server.address)
        first, second = (
            request("KM-0010", number).SerializeToString() for number in (1, 2)
        )
        answers = {first: door.settle(first)}
        self.standby.stop()
        with self.assertRaises(Refused):
            door.settle_once(second, 3)
        self.primary.stop()
        self.primary.start()
        self.assertEqual(self.settled(self.primary), 2)
        with self.assertRaises(Refused):
            door.settle_once(second, 8)
        self.primary.stop()
        self.standby.start()
        self.standby.promote()
        self.assertEqual(self.settled(self.standby), 1)
        answers[second] = door.settle(second)
        self.check_all(self.standby, [server], answers)

    def test_a_standby_that_returns_lets_the_waiting_go_on(self):
        server = self.onestopd(self.both)
        window_day.load_demonstration(server.address)
        clerks = Clerks([server.address]).start()
        clerks.settle_more(50)
        self.standby.stop()
        time.sleep(8)  # longer than a connection waits for its first commit
        self.standby.start()
        clerks.settle_more(50)
        clerks.finish()
        self.check_all(self.primary, [server], clerks.answers)


class ReadOnly(Pair):
    def test_a_server_that_turns_read_only_is_left(self):
        """As it is done before a planned change of the primary."""
        server = self.onestopd(self.both)
        window_day.load_demonstration(server.address)
        door = Door(server.address)
        first = request("KM-0010", 1).SerializeToString()
        answers = {first: door.settle(first)}
        self.primary.set("default_transaction_read_only", "on")
        second = request("KM-0010", 2).SerializeToString()
        with self.assertRaises(Refused) as refused:
            door.settle_once(second, 5)
        self.assertEqual(refused.exception.reason, "STORAGE_UNAVAILABLE")
        self.until_health(server, "NOT_SERVING")
        self.standby.promote()
        answers[second] = door.settle(second)
        self.assertEqual(self.settled(self.standby), 2)
        self.until_health(server, "SERVING")
        self.check_all(self.standby, [server], answers)


if __name__ == "__main__":
    if cluster.missing():
        print("skipped: %s; ./dev test sets everything up" % cluster.missing())
        sys.exit(world.SKIPPED)
    unittest.main(verbosity=2)
