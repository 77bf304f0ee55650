#!/usr/bin/python3
"""Runs the phases of the comparison that have a reference of their own for a
moment: growth, lanes, replicas, hot rows, latency, a slow disk; and finds that
what makes the disk slow does.

Needs the server that ONESTOP_TEST_DATABASE_URL names, PostgreSQL's programs and
the programs of ONESTOP_BINARY_DIR; without the server it exits 77, which CTest
counts as skipped.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SERVER = os.environ.get("ONESTOP_TEST_DATABASE_URL", "")
BUILD = pathlib.Path(os.environ.get("ONESTOP_BINARY_DIR", ROOT / "build/release"))
SKIPPED = 77

sys.path.insert(0, str(ROOT / "bench"))
import disk  # noqa: E402
import growth  # noqa: E402
import latency  # noqa: E402
import variants  # noqa: E402

STORED = (200, 500)


def results_of(*phases):
    return [name for phase in phases for name in phase.RESULTS]


def run_compare(names, folder, *options):
    """(what it printed, its results by name, its measurements) of a short run."""
    file = pathlib.Path(folder) / "run.json"
    wanted = [word for name in names for word in ("--only", name)]
    done = subprocess.run(
        [
            *("/usr/bin/python3", str(ROOT / "bench/compare.py"), *wanted),
            *("--build", str(BUILD), "--database", SERVER, "--json", str(file)),
            *("--rounds", "1", "--seconds", "0.2", "--warmup", "0.1"),
            *("--persons", "600", "--outstanding", "8", *options),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise AssertionError(done.stdout)
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    file.unlink()
    results = {one["name"]: one for one in lines if one["kind"] == "result"}
    measured = [one for one in lines if one["kind"] == "measurement"]
    return done.stdout, results, measured


class Phases(unittest.TestCase):
    def setUp(self):
        made = tempfile.TemporaryDirectory(dir="/var/tmp")
        self.addCleanup(made.cleanup)
        self.folder = pathlib.Path(made.name)
        self.folder.chmod(0o755)

    def check(self, names, results):
        self.assertEqual(set(names), set(results))
        for one in results.values():
            self.assertGreater(one["value"], 0, one)
            self.assertGreater(one["ratio"], 0, one)
            self.assertEqual(len(one["ratios"]), 1, one)

    def test_lanes_replicas_and_hot_rows(self):
        names = results_of(variants)
        _, results, measured = run_compare(names, self.folder)
        self.check(names, results)
        self.assertEqual(sum(one["errors"] for one in measured), 0, measured)

    def test_latency(self):
        names = results_of(latency)
        printed, results, measured = run_compare(
            names, self.folder, "--plots", str(self.folder / "plots")
        )
        self.check(names, results)
        offered = [one for one in measured if "percent" in one]
        self.assertEqual(len(offered), len(latency.SERVICES) * len(latency.PARTS))
        for one in offered:
            if one["good_per_second"] > 0:
                self.assertGreaterEqual(one["p999_us"], one["p99_us"], one)
                self.assertGreaterEqual(one["p99_us"], one["p50_us"], one)
                # The generator's own delay is part of every latency.
                self.assertGreaterEqual(one["p50_us"], one["late_p50_us"], one)
        plot = self.folder / "plots/latency.svg"
        if shutil.which("gnuplot"):
            drawn = plot.read_text(encoding="utf-8")
            for words in ("<svg", "latency, ms", "p99.9", "gRPC echo"):
                self.assertIn(words, drawn)
        else:
            self.assertIn("no plots", printed)

    def test_growth_keeps_what_it_built(self):
        names = results_of(growth)
        options = ["--stored", "%d,%d" % STORED, "--cache", str(self.folder / "cache")]
        printed, results, measured = run_compare(names, self.folder, *options)
        self.check(names, results)
        self.assertEqual({one["stored"] for one in measured}, set(STORED))
        for size in STORED:
            self.assertIn("storing %d settlements" % size, printed)
        printed, results, measured = run_compare(names, self.folder, *options)
        self.check(names, results)
        self.assertNotIn("storing", printed)
        # What the first run settled is gone.
        self.assertEqual({one["stored"] for one in measured}, set(STORED))
        printed, _, _ = run_compare(names, self.folder, *options, "--rebuild")
        self.assertIn("storing", printed)

    def test_slow_disk(self):
        names = results_of(disk)
        _, results, measured = run_compare(names, self.folder)
        self.check(names, results)
        added = {one["added_fsync_micros"]: one["p50_us"] for one in measured}
        self.assertEqual(set(added), {0, disk.ADDED_MICROS})
        # A settle waits for a commit, whatever else it does.
        self.assertGreater(added[disk.ADDED_MICROS], disk.ADDED_MICROS)


class SlowFsync(unittest.TestCase):
    SYNC = "import os; os.%s(os.open('.', os.O_RDONLY))"

    def run_with(self, call, delay):
        """How long a program that makes this call runs; None: it failed."""
        environment = {
            **os.environ,
            "LD_PRELOAD": str(BUILD / "bench/bench_slow_fsync.so"),
            "SLOW_FSYNC_FILE": str(delay),
        }
        begun = time.monotonic()
        done = subprocess.run(
            ["/usr/bin/python3", "-c", self.SYNC % call],
            env=environment,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        return time.monotonic() - begun if done.returncode == 0 else None

    def test_both_calls_last_as_long_as_is_said(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "delay"
            for call in ("fsync", "fdatasync"):
                file.write_bytes((0).to_bytes(8, sys.byteorder))
                as_is = self.run_with(call, file)
                file.write_bytes((3_000_000).to_bytes(8, sys.byteorder))
                self.assertGreater(self.run_with(call, file), 3)
                self.assertLess(as_is, 3, "the test machine stood still")

    def test_a_disk_that_cannot_be_made_slow_is_not_measured(self):
        self.assertIsNone(self.run_with("fsync", "/nowhere/delay"))


if __name__ == "__main__":
    if not SERVER:
        print("ONESTOP_TEST_DATABASE_URL is not set: skipped")
        sys.exit(SKIPPED)
    unittest.main()
