#!/usr/bin/python3
"""Does in Python what a window does, over a real server: with classes made from
the .proto files, and with nothing but what the server tells of itself.
"""

import collections
import unittest

import grpc
import stage
import world
from by_reflection import Reflection
from google.protobuf import json_format
from onestop.v1 import registry_pb2, settlement_pb2, types_pb2
from stage import StageTest, claim, needs
from window import Refused, Window, call, differences, moved_on, settle_as_agreed

SETTLED = settlement_pb2.SETTLE_OUTCOME_SETTLED
STALE = settlement_pb2.SETTLE_OUTCOME_QUOTE_STALE
CLINIC = "H-KM-1"
TOMORROW = "2025-03-21"
VISIT = ("SRV-01", "1", 10000)
TEST = ("SRV-02", "1", 4500)
SERVICES = {
    "SettlementService": settlement_pb2.DESCRIPTOR,
    "RegistryService": registry_pb2.DESCRIPTOR,
}


class QuoteAndSettle(StageTest):
    def test_what_was_quoted_is_settled(self):
        visit = claim(self.person(), CLINIC, VISIT)
        quoted = self.window.quote(visit)
        self.assertEqual(quoted.state, types_pb2.SETTLEMENT_STATE_QUOTED)
        # (100 - 20) x 60 %
        self.assertEqual(quoted.totals.fund_pay_fen, 4800)
        self.assertEqual(quoted.totals.cash_fen, 5200)
        self.assertEqual(quoted.settlement_id, "")
        answer = self.window.settle("r-1", visit, quoted)
        self.assertEqual(answer.outcome, SETTLED)
        self.assertEqual(answer.receipt.totals, quoted.totals)
        self.assertEqual(answer.receipt.request_id, "r-1")
        self.assertEqual(answer.receipt.booked_on, world.TODAY)
        self.assertNotEqual(answer.receipt.settlement_id, "")

    def test_a_retry_gets_the_same_bytes(self):
        visit = claim(self.person(), CLINIC, VISIT)
        request = settlement_pb2.SettleRequest(request_id="r-1", claim=visit)
        first = self.raw("Settle", request)
        self.assertGreater(len(first), 200)
        self.assertEqual(self.raw("Settle", request), first)
        # The expectation does not count when claims are compared.
        request.expected_cash_fen = 1
        self.assertEqual(self.raw("Settle", request), first)

    def test_a_stale_quote_settles_nothing_and_says_what_moved(self):
        person_id = self.person()
        visit = claim(person_id, CLINIC, VISIT)
        quoted = self.window.quote(visit)
        self.window.settle("between", claim(person_id, CLINIC, TEST))
        stale = self.window.settle("r-1", visit, quoted)
        self.assertEqual(stale.outcome, STALE)
        self.assertEqual(stale.receipt.settlement_id, "")
        moved = {one.counter: (one.quoted_fen, one.now_fen) for one in stale.moved}
        self.assertEqual(
            moved,
            {
                "dedc/yn-outpatient-employee/V-1": (0, 2000),
                "cap/yn-outpatient-employee": (0, 1500),
            },
        )
        with self.assertRaises(Refused) as caught:
            self.window.look_up(visit, "r-1")
        self.assertEqual(caught.exception.reason, "SETTLEMENT_UNKNOWN")
        # The new quote came with the answer; the same id is still free.
        answer = self.window.settle("r-1", visit, stale.receipt)
        self.assertEqual(answer.outcome, SETTLED)
        self.assertEqual(answer.receipt.totals, stale.receipt.totals)

    def test_the_person_is_asked_until_it_is_what_was_agreed(self):
        person_id = self.person()
        asked = []

        def agrees(quoted):
            asked.append(quoted.totals.cash_fen)
            if len(asked) == 1:  # in between, another window settles
                self.window.settle("other", claim(person_id, CLINIC, TEST))
            return len(asked) < 3

        visit = claim(person_id, CLINIC, VISIT)
        receipt = settle_as_agreed(self.window, "r-1", visit, agrees)
        # (100 - 20) x 60 %, then 100 x 60 %: the visit's deductible was paid.
        self.assertEqual(asked, [5200, 4000])
        self.assertEqual(receipt.totals.cash_fen, 4000)
        asked = [0, 0]
        later = claim(person_id, CLINIC, VISIT, encounter_id="V-2")
        self.assertIsNone(settle_as_agreed(self.window, "r-2", later, agrees))

    def test_every_bad_field_is_named(self):
        with self.assertRaises(Refused) as caught:
            self.window.quote(claim("", CLINIC, ("SRV-01", "0", 1), ("", "1", 1)))
        refused = caught.exception
        self.assertEqual(refused.code, grpc.StatusCode.INVALID_ARGUMENT)
        self.assertEqual(
            set(refused.fields),
            {
                "claim.person_id",
                "claim.lines[0].quantity",
                "claim.lines[1].item_code",
            },
        )

    def test_bytes_that_are_not_the_message(self):
        method = self.window.channel.unary_unary("/onestop.v1.SettlementService/Quote")
        for garbage in (b"\xff\xff\xff", b"\x0a\x03\x0a\x01\xff"):
            with self.assertRaises(grpc.RpcError) as caught:
                method(garbage, timeout=5)
            refused = Refused.from_call(caught.exception)
            self.assertEqual(refused.reason, "MALFORMED_REQUEST")
            self.assertEqual(len(refused.fields), 1)


class TakeBack(StageTest):
    def test_a_reversal_gives_everything_back_once(self):
        person_id = self.person()
        visit = claim(person_id, CLINIC, VISIT)
        receipt = self.window.settle("r-1", visit).receipt
        answer = self.window.take_back(visit, "r-1", "entered twice")
        self.assertFalse(answer.closed)
        self.assertEqual(answer.reversal.settlement_id, receipt.settlement_id)
        self.assertEqual(answer.reversal.totals.fund_pay_fen, -4800)
        self.assertEqual(answer.reversal.reason, "entered twice")
        self.assertEqual(self.window.take_back(visit, "r-1", "entered twice"), answer)
        found = self.window.look_up(visit, "r-1")
        self.assertEqual(found.state, types_pb2.SETTLEMENT_STATE_REVERSED)
        self.assertEqual(found.receipt, receipt)
        self.assertEqual(found.claim, visit)
        request = settlement_pb2.GetLedgerRequest(person_id=person_id, year=2025)
        (row,) = call(self.stub.GetLedger, request).rows
        self.assertEqual([one for one in row.counters if one.amount_fen != 0], [])

    def test_an_id_that_never_arrived_is_closed(self):
        visit = claim(self.person(), CLINIC, VISIT)
        answer = self.window.take_back(visit, "late", "no answer came")
        self.assertTrue(answer.closed)
        self.assertFalse(answer.HasField("reversal"))
        with self.assertRaises(Refused) as caught:
            self.window.settle("late", visit)
        self.assertEqual(caught.exception.reason, "REQUEST_REVERSED")
        found = self.window.look_up(visit, "late")
        self.assertEqual(found.state, types_pb2.SETTLEMENT_STATE_CLOSED)

    def test_a_partial_refund_is_one_call(self):
        visit = claim(self.person(), CLINIC, VISIT, TEST)
        self.window.settle("r-1", visit)
        without_test = claim(visit.person_id, CLINIC, VISIT)
        replacement = settlement_pb2.SettleRequest(
            request_id="r-2", claim=without_test
        )
        answer = self.window.take_back(visit, "r-1", "test not done", replacement)
        self.assertEqual(answer.replacement.outcome, SETTLED)
        self.assertEqual(answer.replacement.receipt.totals.gross_fen, 10000)
        self.assertEqual(
            answer.reversal.replaced_by, answer.replacement.receipt.settlement_id
        )
        again = self.window.take_back(visit, "r-1", "test not done", replacement)
        self.assertEqual(again, answer)

    def test_a_refused_replacement_leaves_the_settlement(self):
        visit = claim(self.person(), CLINIC, VISIT)
        self.window.settle("r-1", visit)
        wrong = claim(visit.person_id, CLINIC, ("NOTHING", "1", 1))
        replacement = settlement_pb2.SettleRequest(request_id="r-2", claim=wrong)
        with self.assertRaises(Refused) as caught:
            self.window.take_back(visit, "r-1", "", replacement)
        self.assertEqual(caught.exception.reason, "ITEM_UNKNOWN")
        found = self.window.look_up(visit, "r-1")
        self.assertEqual(found.state, types_pb2.SETTLEMENT_STATE_SETTLED)


class ManyAtOnce(StageTest):
    def check_order(self, answers):
        """Each answer of a person has seen those before it."""
        used = 0
        for answer in answers:
            if isinstance(answer, Refused):
                continue
            self.assertEqual(answer.outcome, SETTLED)
            before = {one.counter: one.before_fen for one in answer.receipt.movements}
            self.assertEqual(before["cap/yn-outpatient-employee"], used)
            paid = {one.scheme_id: one.pay_fen for one in answer.receipt.by_scheme}
            used += paid["yn-outpatient-employee"]

    @needs("SettlementService/SettleStream")
    def test_a_stream(self):
        """Refusals do not end it; a person's claims keep their order; after the
        half-close everything is answered."""
        persons = [self.person() for _ in range(3)]
        requests = [
            settlement_pb2.SettleRequest(
                request_id="s-%d" % number,
                claim=claim(persons[number % 3], CLINIC, VISIT),
            )
            for number in range(350)
        ]
        requests[100].claim.lines[0].item_code = "NOTHING"
        requests[101].claim.lines[0].amount_fen = -1
        answers = dict(self.window.settle_all(requests))
        self.assertEqual(sorted(answers), list(range(len(requests))))
        self.assertEqual(answers[100].reason, "ITEM_UNKNOWN")
        self.assertEqual(answers[101].reason, "MALFORMED_REQUEST")
        self.assertEqual(list(answers[101].fields), ["claim.lines[0].amount_fen"])
        for person in range(3):
            self.check_order([answers[n] for n in range(person, 350, 3)])
        # What was settled is not settled twice.
        again = dict(self.window.settle_all(requests))
        for number in sorted(answers.keys() - {100, 101}):
            self.assertEqual(again[number], answers[number])

    @needs("SettlementService/ListSettlements")
    def test_the_day_of_an_institution(self):
        """At a hospital of its own: what was booked is listed page by page."""
        request = registry_pb2.ImportInstitutionsRequest()
        request.institutions.add(
            institution_id="H-LISTED", level=1, region="530100", institution_kind=1
        )
        stage.load.send(self.registry.ImportInstitutions, [request])
        visits = [claim(self.person(), "H-LISTED", VISIT) for _ in range(5)]
        booked = [
            self.window.settle("l-%d" % number, visit).receipt
            for number, visit in enumerate(visits)
        ]
        reversal = self.window.take_back(visits[0], "l-0", "").reversal
        self.window.take_back(visits[0], "l-never", "")
        rows = list(self.window.booked_on("H-LISTED", world.TODAY))
        times = [row.booked_at.ToNanoseconds() for row in rows]
        self.assertEqual(times, sorted(times))
        by_id = {row.settlement_id: row for row in rows}
        self.assertEqual(len(by_id), 7)
        for receipt in booked:
            row = by_id.pop(receipt.settlement_id)
            self.assertEqual(row.kind, settlement_pb2.SETTLEMENT_KIND_SETTLEMENT)
            self.assertEqual(row.totals, receipt.totals)
            reversed_by = reversal.reversal_id if receipt == booked[0] else ""
            self.assertEqual(row.reversed_by, reversed_by)
        row = by_id.pop(reversal.reversal_id)
        self.assertEqual(row.kind, settlement_pb2.SETTLEMENT_KIND_REVERSAL)
        self.assertEqual(row.reverses, booked[0].settlement_id)
        self.assertEqual(row.totals, reversal.totals)
        (row,) = by_id.values()
        self.assertEqual(row.kind, settlement_pb2.SETTLEMENT_KIND_CLOSED)
        self.assertEqual(row.request_id, "l-never")

    @needs("SettlementService/ListSettlements")
    def test_pages(self):
        visit = claim(self.person(), CLINIC, VISIT)
        for number in range(7):
            self.window.settle("p-%d" % number, visit)
        paged = settlement_pb2.ListSettlementsRequest(
            person_id=visit.person_id, page_size=3
        )
        found = []
        while True:
            page = call(self.stub.ListSettlements, paged)
            self.assertLessEqual(len(page.settlements), 3)
            found.extend(page.settlements)
            paged.page_token = page.next_page_token
            if not paged.page_token:
                break
        self.assertEqual(
            sorted(row.request_id for row in found), ["p-%d" % n for n in range(7)]
        )


class TheDaysEnd(unittest.TestCase):
    def test_differences(self):
        rows = []
        for person, request, fen in (
            ("A", "1", 100),  # as in our books
            ("A", "2", 200),  # taken back on the same day
            ("A", "2", -200),
            ("B", "1", 300),  # another amount
            ("B", "2", 400),  # we never saw the answer
        ):
            row = settlement_pb2.SettlementSummary(person_id=person, request_id=request)
            row.totals.fund_pay_fen = fen
            rows.append(row)
        own = collections.Counter({("A", "1"): 100, ("B", "1"): 301, ("C", "1"): 500})
        self.assertEqual(
            differences(rows, own),
            {("B", "1"): (300, 301), ("B", "2"): (400, 0), ("C", "1"): (0, 500)},
        )


class TheDayAfter(StageTest):
    @needs("SettlementService/ListSettlements")
    def test_what_is_taken_back_a_day_later(self):
        """Each day's rows agree with what the books moved on it."""
        visits = [claim(self.person(), "H-KM-2", VISIT) for _ in range(3)]
        settled = [
            self.window.settle("d-%d" % number, visit).receipt
            for number, visit in enumerate(visits)
        ]
        same_day = self.window.take_back(visits[0], "d-0", "").reversal
        server = world.Onestopd(stage.DATABASE.url, today=TOMORROW)
        self.addCleanup(server.kill)
        tomorrow = Window(server.address)
        self.addCleanup(tomorrow.channel.close)
        later = tomorrow.take_back(visits[1], "d-1", "").reversal
        self.assertEqual(
            (same_day.booked_on, later.booked_on), (world.TODAY, TOMORROW)
        )
        books = [
            (
                visit.person_id,
                receipt.request_id,
                receipt.totals.fund_pay_fen,
                receipt.booked_on,
                reversal.booked_on if reversal else None,
            )
            for visit, receipt, reversal in zip(
                visits, settled, (same_day, later, None)
            )
        ]
        ours = {visit.person_id for visit in visits}
        for day in (world.TODAY, TOMORROW):
            rows = [
                row
                for row in tomorrow.booked_on("H-KM-2", day)
                if row.person_id in ours
            ]
            self.assertEqual(differences(rows, moved_on(day, books)), {}, day)
        # Books that miss the reversal differ on its day, and on no other.
        books[1] = (*books[1][:-1], None)
        fen = settled[1].totals.fund_pay_fen
        self.assertEqual(
            differences(rows, moved_on(TOMORROW, books)),
            {(visits[1].person_id, "d-1"): (-fen, 0)},
        )


class ByReflection(StageTest):
    """Without generated code of the API: the server tells its own .proto files."""

    def setUp(self):
        self.reflection = Reflection(self.window.channel)

    def test_the_services_are_told(self):
        told = set(self.reflection.services())
        self.assertLessEqual(
            {"onestop.v1.SettlementService", "onestop.v1.RegistryService"}, told
        )

    def method(self, name, **fields):
        request, method = self.reflection.method("onestop.v1.SettlementService", name)
        return json_format.ParseDict(fields, request()), method

    def test_quote_settle_retry_refuse_reverse(self):
        person_id = self.person()
        visit = json_format.MessageToDict(
            claim(person_id, CLINIC, VISIT), preserving_proto_field_name=True
        )
        request, quote = self.method("Quote", claim=visit)
        self.assertEqual(quote(request).receipt.totals.cash_fen, 5200)
        request, settle = self.method("Settle", request_id="r-1", claim=visit)
        answer = settle(request)
        self.assertEqual(answer.receipt.totals.cash_fen, 5200)
        self.assertEqual(settle(request), answer)
        request.claim.encounter_id = "V-2"
        with self.assertRaises(grpc.RpcError) as caught:
            settle(request)
        refused = Refused.from_call(caught.exception)
        self.assertEqual(refused.reason, "REQUEST_ID_REUSED")
        request, reverse = self.method(
            "Reverse",
            person_id=person_id,
            institution_id=CLINIC,
            settle_request_id="r-1",
            reason="by reflection",
        )
        reversal = reverse(request).reversal
        self.assertEqual(reversal.settlement_id, answer.receipt.settlement_id)

    def test_the_files_are_those_of_the_repository(self):
        self.reflection.method("onestop.v1.SettlementService", "Quote")
        told = self.reflection.pool.FindMessageTypeByName("onestop.v1.Claim")
        ours = settlement_pb2.SettleRequest.DESCRIPTOR.fields_by_name["claim"]
        self.assertEqual(
            [(field.number, field.name) for field in told.fields],
            [(field.number, field.name) for field in ours.message_type.fields],
        )


class WhatIsServed(StageTest):
    def code(self, service, method):
        """What the server says to an empty call of the method."""
        path = "/onestop.v1.%s/%s" % (service, method.name)
        channel = self.window.channel
        try:
            if method.client_streaming:
                list(channel.stream_stream(path)(iter([]), timeout=5))
            else:
                channel.unary_unary(path)(b"", timeout=5)
        except grpc.RpcError as error:
            return error.code()
        return grpc.StatusCode.OK

    def test_methods_not_yet(self):
        """methods_not_yet.txt lists just those that are not served: remove the
        line of one that is, and its tests run."""
        unserved = [
            "%s/%s" % (name, method.name)
            for name, file in SERVICES.items()
            for method in file.services_by_name[name].methods
            if self.code(name, method) == grpc.StatusCode.UNIMPLEMENTED
        ]
        self.assertEqual(unserved, world.methods_not_yet())


if __name__ == "__main__":
    unittest.main(verbosity=2)
