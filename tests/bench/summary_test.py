#!/usr/bin/python3
"""Tests the statistics of the benchmark on numbers worked out by hand."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "bench"))
import summary  # noqa: E402


def measured(name, round_number, speed, errors=0):
    return {
        "name": name,
        "round": round_number,
        "calls_per_second": speed,
        "p50_us": 100 * round_number,
        "p99_us": 1000 * round_number,
        "errors": errors,
    }


RUN = [
    measured("echo", 1, 1000),
    measured("settle", 1, 500),
    measured("naive", 1, 100),
    measured("settle", 2, 600, errors=3),
    measured("echo", 2, 2000),
    measured("settle", 3, 990),
    measured("echo", 3, 900),
]


def cells(text, name):
    line = next(one for one in text.splitlines() if one.startswith("| %s " % name))
    return [cell.strip() for cell in line.strip("|").split("|")]


class Summary(unittest.TestCase):
    def test_spread_is_least_median_greatest(self):
        self.assertEqual(summary.spread([3, 1, 2]), (1, 2, 3))
        self.assertEqual(summary.spread([4, 1, 3, 2]), (1, 2.5, 4))
        self.assertEqual(summary.spread([7]), (7, 7, 7))

    def test_ratios_are_of_the_same_round(self):
        self.assertEqual(summary.ratios(RUN, "settle", "echo"), [0.5, 0.3, 1.1])
        # Rounds 2 and 3 have no naive server.
        self.assertEqual(summary.ratios(RUN, "settle", "naive"), [5])

    def test_a_reference_that_did_nothing_gives_no_ratio(self):
        run = [measured("echo", 1, 0), measured("settle", 1, 5)]
        self.assertEqual(summary.ratios(run, "settle", "echo"), [])

    def test_a_result_is_the_median_beside_its_target(self):
        one = summary.compared("settle_unary", RUN, "settle", "echo")
        self.assertEqual(
            (one["value"], one["ratio_to"], one["ratio"], one["ratios"]),
            (600, "echo", 0.5, [0.5, 0.3, 1.1]),
        )
        self.assertEqual((one["target"], one["met"]), (">= 0.45", True))
        slower = summary.result("settle_unary", 1, "calls/s", "echo", [0.44])
        self.assertFalse(slower["met"])
        nothing = summary.result("settle_unary", 1, "calls/s", "echo", [])
        self.assertIsNone(nothing["ratio"])
        self.assertFalse(nothing["met"])

    def test_a_name_without_a_target_is_only_reported(self):
        one = summary.result("something", 7, "calls/s", None, [2.0])
        self.assertNotIn("met", one)
        text = summary.result_table([one])
        self.assertEqual(cells(text, "something")[-2:], ["-", "-"])

    def test_tables(self):
        self.assertEqual(
            cells(summary.measured_table(RUN), "settle"),
            ["settle", "500 / 600 / 990", "200", "2000", "3"],
        )
        one = summary.compared("settle_unary", RUN, "settle", "echo")
        self.assertEqual(
            cells(summary.result_table([one]), "settle_unary"),
            [
                *("settle_unary", "600.0 calls/s", "echo", "0.30 / 0.50 / 1.10"),
                *(">= 0.45", "yes"),
            ],
        )


if __name__ == "__main__":
    unittest.main()
