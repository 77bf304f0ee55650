#!/usr/bin/python3
"""Tests the statistics of the benchmark on numbers worked out by hand."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "bench"))
import summary  # noqa: E402


def measured(name, round_number, speed, outstanding=64, errors=0):
    return {
        "name": name,
        "round": round_number,
        "outstanding": outstanding,
        "calls_per_second": speed,
        "p50_us": 100 * round_number,
        "p99_us": 1000 * round_number,
        "errors": errors,
    }


RUN = [
    measured("echo", 1, 1000),
    measured("settle", 1, 500),
    measured("settle-naive", 1, 100),
    measured("settle", 2, 600, errors=3),
    measured("echo", 2, 2000),
    measured("settle", 3, 990),
    measured("echo", 3, 900),
    measured("echo", 3, 7, outstanding=256),
]


class Summary(unittest.TestCase):
    def test_spread_is_least_median_greatest(self):
        self.assertEqual(summary.spread([3, 1, 2]), (1, 2, 3))
        self.assertEqual(summary.spread([4, 1, 3, 2]), (1, 2.5, 4))
        self.assertEqual(summary.spread([7]), (7, 7, 7))

    def test_ratios_are_of_the_same_round_and_number_outstanding(self):
        self.assertEqual(summary.ratios(RUN, "settle", "echo", 64), [0.5, 0.3, 1.1])
        # Rounds 2 and 3 have no naive server.
        self.assertEqual(summary.ratios(RUN, "settle", "settle-naive", 64), [5])
        self.assertEqual(summary.ratios(RUN, "settle", "echo", 256), [])

    def test_a_reference_that_did_nothing_gives_no_ratio(self):
        run = [measured("echo", 1, 0), measured("settle", 1, 5)]
        self.assertEqual(summary.ratios(run, "settle", "echo", 64), [])

    def test_table(self):
        text = summary.table(RUN)
        line = next(one for one in text.splitlines() if one.startswith("| settle "))
        self.assertEqual(
            [cell.strip() for cell in line.strip("|").split("|")],
            [
                "settle",
                "64",
                "500 / 600 / 990",
                "200",
                "2000",
                "3",
                "0.30 / 0.50 / 1.10",
            ],
        )
        self.assertIn(
            "settle of settle-naive at 64 outstanding: 5.00 / 5.00 / 5.00", text
        )
        echo = next(one for one in text.splitlines() if one.startswith("| echo "))
        self.assertEqual(echo.strip("|").split("|")[-1].strip(), "-")


if __name__ == "__main__":
    unittest.main()
