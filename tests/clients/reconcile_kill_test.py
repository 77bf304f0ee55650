#!/usr/bin/python3
"""A comparison whose command or server is killed at a random moment, and run
again until it ends, comes to the same as one that nothing disturbed.

ONESTOP_RECONCILE_ROWS: how many rows; ONESTOP_KILL_SEED: which moments.
"""

import os
import pathlib
import re
import signal
import subprocess
import sys
import time
import unittest

import killing
import stage
import world

sys.path.insert(0, str(world.ROOT / "bench"))
import database  # noqa: E402
import planted  # noqa: E402

ROWS = int(os.environ.get("ONESTOP_RECONCILE_ROWS", "30000"))
KILLS = 6
HOSPITAL = "H-KM-1"
FOUND = 1  # the exit code when there are differences


class Killed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(world.scratch())
        server = database.Server(world.SERVER)
        cls.books = planted.Books(
            server, stage.DATABASE.url, cls.folder, HOSPITAL, ROWS
        )
        begun = time.monotonic()
        cls.clean = cls.result(cls(), "clean", stage.SERVER.address)
        cls.seconds = time.monotonic() - begun

    def command(self, key, address):
        return [
            *(world.BUILD / "onestop", "reconcile", self.books.file, "--quiet"),
            *("--institution", HOSPITAL, "--lang", "en", "--request-id", key),
            *("--server", address, "--differences", self.folder / (key + ".csv")),
        ]

    def result(self, key, address):
        """What it says and the file that it writes."""
        done = subprocess.run(
            self.command(key, address), capture_output=True, text=True, check=False
        )
        self.assertEqual(done.returncode, FOUND, done.stdout + done.stderr)
        path = self.folder / (key + ".csv")
        self.assertEqual(self.books.missed(path), [])
        said = done.stdout + path.read_text(encoding="utf-8")
        # Each comparison has a moment of its own as of which it holds.
        return re.sub(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}", "TIME", said)

    def test_the_command_is_killed(self):
        for number in range(KILLS):
            with subprocess.Popen(
                self.command("killed", stage.SERVER.address),
                stdout=subprocess.DEVNULL,
            ) as running:
                killing.moment(self.seconds)
                running.send_signal(signal.SIGKILL)
        again = self.result("killed", stage.SERVER.address)
        self.assertEqual(again, self.clean, "seed %d" % killing.SEED)

    def test_the_server_is_killed(self):
        """The command waits for it to come back and goes on by itself."""
        server = world.Onestopd(stage.DATABASE.url)
        address = server.address
        with subprocess.Popen(
            self.command("orphaned", address), stdout=subprocess.DEVNULL
        ) as running:
            for number in range(KILLS):
                killing.moment(self.seconds)
                server.process.kill()
                server.process.wait()
                server = world.Onestopd(stage.DATABASE.url, listen=address)
            self.assertEqual(running.wait(180), FOUND, "seed %d" % killing.SEED)
        again = self.result("orphaned", address)
        self.assertEqual(again, self.clean, "seed %d" % killing.SEED)


if __name__ == "__main__":
    unittest.main(verbosity=2)
