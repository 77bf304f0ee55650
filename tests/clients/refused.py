"""What every refusal must be, whoever provokes it: as docs/errors.md says."""

import re
import unittest

import grpc
import stage
import window
import world

PAGE = (world.ROOT / "docs" / "errors.md").read_text(encoding="utf-8")


def section(title):
    """The text below a heading."""
    return re.search(r"^## %s$(.*?)(?=^## |\Z)" % title, PAGE, re.M | re.S).group(1)


def reasons_of(text):
    """{reason: code} of the table rows in a text."""
    return dict(re.findall(r"^\| `([A-Z_]+)` \| ([A-Z_]+) \|", text, re.M))


def words_of(text):
    return re.findall(r"^\| `([A-Z_]+)` \| ", text, re.M)


CODES = reasons_of(PAGE)
STARTING = reasons_of(section("When the server starts, and the command"))
PASSED_OVER = words_of(section("Why a scheme passes a line over"))


stage.load_world(world.HERE / "errors_world.json")


class RefusedTest(unittest.TestCase):
    """A test of it is named test_REASON."""

    maxDiff = None

    def check(self, refused, person_id="ERR-EMPLOYEE"):
        """`refused` is the reason that the test is named for, just as the page
        says."""
        reason = self._testMethodName[len("test_") :]
        self.assertEqual(refused.reason, reason, refused)
        self.assertEqual(refused.code.name, CODES[reason])
        self.assertGreater(len(str(refused)), 10)
        self.assertNotIn(person_id, refused.facts.values())
        says_when = refused.code in (
            grpc.StatusCode.UNAVAILABLE,
            grpc.StatusCode.ABORTED,
        )
        self.assertEqual(refused.retry_after > 0, says_when)

    def refused_call(self, method, request, **options):
        """The refusal of one call."""
        with self.assertRaises(window.Refused) as caught:
            window.call(method, request, **options)
        return caught.exception

    def refused_quote(self, claim):
        """Refused as a quote, and as a settle, which leaves no trace."""
        stub = stage.WINDOW.settlement
        refused = self.refused_call(
            stub.Quote, window.settlement_pb2.QuoteRequest(claim=claim)
        )
        request_id = "refused-" + self._testMethodName
        settle = window.settlement_pb2.SettleRequest(request_id=request_id, claim=claim)
        again = self.refused_call(stub.Settle, settle)
        self.assertEqual(
            (again.code, again.reason, again.facts),
            (refused.code, refused.reason, refused.facts),
        )
        with self.assertRaises(window.Refused) as caught:
            stage.WINDOW.look_up(claim, request_id)
        self.assertEqual(caught.exception.reason, "SETTLEMENT_UNKNOWN")
        return refused

    def refused_row(self, results):
        """The refusal of an import's only row."""
        refusals = stage.load.refusals(results)
        self.assertEqual(list(refusals), [0], results)
        return refusals[0]
