"""How a slower disk changes the speed of Settle.

PostgreSQL runs with a library that can make each fsync last longer, in a cluster
of its own; Settle with and without the delay takes turns, on the same database.
"""

import contextlib
import shutil
import sys
import time

import cluster
import process
import summary
from stage import FILLED_TABLES, say
from turns import closed_loop, take_turns

RESULTS = ["fsync_1ms"]
SLOW, FAST = "settle_fsync_1ms", "settle_fsync_as_is"
ADDED_MICROS = 1_000
OUTSTANDING = 1_024
PLAIN_MICROS = 50_000  # Nobody takes it for anything else.


class SlowDisk:
    """A cluster whose fsyncs last as much longer as `add` said last; it runs
    until `stack` is closed."""

    def __init__(self, stage, stack):
        home = cluster.temporary_folder(stack)
        library = home / "slow_fsync.so"
        shutil.copy(stage.program("bench/bench_slow_fsync.so"), library)
        self.added = home / "added_micros"
        self.add(0)
        for path in (library, self.added):
            cluster.give(path)
        running = cluster.Cluster(
            home,
            cluster.settings_of(stage.postgres),
            {"LD_PRELOAD": library, "SLOW_FSYNC_FILE": self.added},
        )
        self.server = stack.enter_context(running).server

    def add(self, micros):
        # In place: PostgreSQL has the file mapped.
        mode = "r+b" if self.added.exists() else "wb"
        with open(self.added, mode) as file:
            file.write(micros.to_bytes(8, sys.byteorder, signed=True))

    def commit_micros(self, added, commits):
        """How long one commit after another takes, with so much added."""
        self.add(added)
        commit = ["-c", "SELECT pg_logical_emit_message(true, '', '')"]
        begun = time.monotonic()
        self.server.psql(*commit * commits)
        self.add(0)
        return (time.monotonic() - begun) / commits * 1e6

    def check(self):
        """Fails if a delay does not show: then nothing slow is measured."""
        say("a commit lasts %.0f µs as is" % self.commit_micros(0, 100))
        if self.commit_micros(PLAIN_MICROS, 5) < PLAIN_MICROS:
            raise process.ProgramError("what is added to fsync does not show")


def start(stage, disk, stack):
    """An onestopd with a filled database on this disk."""
    url = disk.server.create("settle")
    stage.load("world", "--database", url, seconds=3600)
    disk.server.settle_down("settle", *FILLED_TABLES)
    command = stage.onestopd_command(url, "--lanes", stage.asked.lanes)
    return stack.enter_context(stage.service("slow", *command))


def without_refused(measured):
    """So many outstanding may wait longer than the door lets anyone: what it
    refused was not settled, and is no error."""
    refused = measured["reasons"].get("OVERLOADED", 0)
    errors = measured["errors"] - refused
    return {**measured, "errors": errors, "refused": refused}


def run(stage):
    say("measuring with %d µs added to each fsync" % ADDED_MICROS)
    with contextlib.ExitStack() as stack:
        disk = SlowDisk(stage, stack)
        service = start(stage, disk, stack)
        disk.check()
        settle = closed_loop(stage, service, outstanding=OUTSTANDING)

        def with_added(micros):
            disk.add(micros)
            return {"added_fsync_micros": micros, **without_refused(settle())}

        take_turns(
            stage,
            {FAST: lambda: with_added(0), SLOW: lambda: with_added(ADDED_MICROS)},
        )
    return [summary.compared("fsync_1ms", stage.measurements, SLOW, FAST)]
