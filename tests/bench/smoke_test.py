#!/usr/bin/python3
"""Runs the whole benchmark for a moment: every contender serves, no call fails,
the receipts agree, what was written verifies, and each line is JSON.

Needs the server that ONESTOP_TEST_DATABASE_URL names, psql and the programs of
ONESTOP_BINARY_DIR; without the server it exits 77, which CTest counts as
skipped.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SERVER = os.environ.get("ONESTOP_TEST_DATABASE_URL", "")
BUILD = os.environ.get("ONESTOP_BINARY_DIR", str(ROOT / "build/release"))
SKIPPED = 77

sys.path.insert(0, str(ROOT / "bench"))
import allocations  # noqa: E402
import contenders  # noqa: E402
import database  # noqa: E402
import engine  # noqa: E402


def run_compare(*options):
    return run_script("compare.py", *options)


def run_script(script, *options):
    """(exit code, what it printed, its process id)."""
    with subprocess.Popen(
        ["/usr/bin/python3", str(ROOT / "bench" / script), *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as running:
        printed, _ = running.communicate()
        return running.returncode, printed, running.pid


def only(*names):
    return [word for name in names for word in ("--only", name)]


class Smoke(unittest.TestCase):
    def test_every_contender_for_a_moment(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "run.json"
            names = contenders.RESULTS
            code, printed, pid = run_compare(
                *only(*names),
                *("--build", BUILD, "--database", SERVER, "--json", str(file)),
                *("--rounds", "1", "--seconds", "0.2", "--warmup", "0.05"),
                *("--persons", "600", "--outstanding", "8", "--clients", "2"),
                "--verify",
            )
            self.assertEqual(code, 0, printed)
            lines = file.read_text(encoding="utf-8").splitlines()
        lines = [*map(json.loads, lines)]
        measured = {one["name"]: one for one in lines if one["kind"] == "measurement"}
        self.assertEqual(set(measured), set(contenders.CONTENDERS), printed)
        results = {one["name"]: one for one in lines if one["kind"] == "result"}
        self.assertEqual(set(results), set(names), printed)
        self.assertEqual(len(lines), len(measured) + len(results))
        for one in results.values():
            self.assertGreater(one["value"], 0, one)
            self.assertGreater(one["ratio"], 0, one)
            self.assertEqual(len(one["ratios"]), 1, one)
            self.assertIn("| %s " % one["name"], printed)
        for one in measured.values():
            self.assertEqual(one["errors"], 0, one)
            self.assertGreater(one["calls"], 0, one)
            if "mean_us" not in one:
                self.assertGreaterEqual(one["p99_us"], one["p50_us"], one)
            self.assertGreater(one.get("p50_us", one.get("mean_us")), 0, one)
            self.assertEqual(one["machine"]["cores"], len(os.sched_getaffinity(0)))
            self.assertTrue(one["commit"] and one["date"], one)
        self.assertEqual(printed.count("nothing differs"), 2, printed)
        self.assertIn("receipts compared", printed)
        left = database.Server(SERVER).psql(
            "-c",
            "SELECT datname FROM pg_database"
            " WHERE datname LIKE 'onestop_bench_%d%%'" % pid,
        )
        self.assertEqual(left, "", "databases are left")

    def test_the_engine_and_allocations_for_a_moment(self):
        # Other rules engines are not installed in a test.
        names = [*engine.CLAIM_NS, *allocations.RESULTS]
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "run.json"
            code, printed, _ = run_compare(
                *("--build", BUILD, "--database", SERVER, "--json", str(file)),
                *("--rounds", "1", "--seconds", "0.1", "--persons", "600"),
                *only(*names),
            )
            self.assertEqual(code, 0, printed)
            lines = file.read_text(encoding="utf-8").splitlines()
        lines = [*map(json.loads, lines)]
        results = {one["name"]: one for one in lines if one["kind"] == "result"}
        self.assertEqual(set(results), set(names), printed)
        for one in results.values():
            self.assertGreater(one["value"], 0, one)

    def test_reconcile_for_a_moment(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "run.json"
            code, printed, _ = run_script(
                "reconcile.py",
                *("--build", BUILD, "--database", SERVER, "--json", str(file)),
                *("--rounds", "1", "--seconds", "0.2", "--warmup", "0.1"),
                *("--persons", "600", "--outstanding", "8", "--rows", "20000"),
            )
            self.assertEqual(code, 0, printed)
            lines = file.read_text(encoding="utf-8").splitlines()
        lines = [*map(json.loads, lines)]
        results = {one["name"]: one for one in lines if one["kind"] == "result"}
        self.assertEqual(
            set(results),
            {
                *("reconcile_20000", "reconcile_server_memory"),
                *("reconcile_command_memory", "settle_p99_beside_reconcile"),
                "settle_p99_beside_loop",
            },
        )
        for one in results.values():
            self.assertGreater(one["value"], 0, one)
            self.assertGreater(one["ratio"], 0, one)

    @unittest.skipIf(len(os.sched_getaffinity(0)) < 2, "needs two cores")
    def test_overload_for_a_moment(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "run.json"
            code, printed, _ = run_script(
                "overload.py",
                *("--build", BUILD, "--database", SERVER, "--json", str(file)),
                *("--rounds", "1", "--seconds", "0.2", "--warmup", "0.1"),
                *("--persons", "200", "--no-pin"),
            )
            self.assertEqual(code, 0, printed)
            lines = file.read_text(encoding="utf-8").splitlines()
        kinds = {(one["name"], one["what"]) for one in map(json.loads, lines)}
        for times in ("2x", "3x"):
            self.assertIn(("overload_unary", times), kinds)
            self.assertIn(("overload_stream", times), kinds)
        self.assertIn(("overload_quiet", "in 3x"), kinds)
        self.assertIn("| stream | 3 x capacity |", printed)

    def test_wrong_flags_are_told(self):
        for flags, words in [
            (["--rounds", "0"], "must be 1 to 1000"),
            (["--only", "gold"], "invalid choice"),
            (["--clients", "8,none"], "must be 1 to 100000"),
            (["--seconds", "soon"], "must be 0.05 to 3600"),
            ([], "no database is named"),
        ]:
            code, printed, _ = run_compare(*flags)
            self.assertEqual(code, 2, printed)
            self.assertIn(words, printed)


if __name__ == "__main__":
    if not SERVER:
        print("ONESTOP_TEST_DATABASE_URL is not set: skipped")
        sys.exit(SKIPPED)
    unittest.main()
