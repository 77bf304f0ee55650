#!/usr/bin/python3
"""Provokes every reason of docs/errors.md on real processes and reads it with a
client that is not C++.

A reason, or a word of "Why a scheme passes a line over", that no test is named
for fails this test, and so does a test named for none.
"""

import re
import unittest

from faults import *  # noqa: F403
from passed_over import PassedOver
from refusals import *  # noqa: F403
from refused import CODES, PASSED_OVER, STARTING, RefusedTest
from starting import Starting


def named(*classes):
    """The reasons that the classes' tests are named for."""
    return sorted(
        name[len("test_") :]
        for tests in classes
        for name in dir(tests)
        if re.fullmatch(r"test_[A-Z_]+", name)
    )


class EveryReason(unittest.TestCase):
    def test_the_page_was_understood(self):
        self.assertGreater(len(CODES), 40)
        self.assertGreater(len(STARTING), 3)
        self.assertGreater(len(PASSED_OVER), 15)

    def test_each_reason_is_provoked(self):
        classes = [tests for tests in globals().values() if isinstance(tests, type)]
        requests = [tests for tests in classes if issubclass(tests, RefusedTest)]
        self.assertEqual(named(*requests), sorted(CODES.keys() - STARTING.keys()))

    def test_each_reason_to_end_is_provoked(self):
        self.assertEqual(named(Starting), sorted(STARTING))

    def test_each_word_is_seen(self):
        self.assertEqual(named(PassedOver), sorted(PASSED_OVER))


if __name__ == "__main__":
    unittest.main(verbosity=2)
