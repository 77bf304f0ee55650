"""Provokes what is refused for the request's sake: one test for each reason."""

import queue
import subprocess
import time
import uuid

import stage
import window
import world
from google.protobuf import json_format
from onestop.v1 import (
    clearing_pb2,
    clearing_pb2_grpc,
    reconciliation_pb2,
    reconciliation_pb2_grpc,
    registry_pb2,
    resources_pb2,
)
from refused import RefusedTest
from stage import claim, needs, prescription
from window import settlement_pb2

CLINIC = "H-KM-1"
PHARMACY = "P-KM-1"
VISIT = ("SRV-01", "1", 1000)


class TheRequestItself(RefusedTest):
    def test_MALFORMED_REQUEST(self):
        wrong = claim("", CLINIC, ("SRV-01", "1.00001", -5), service_date="18.3.2025")
        refused = self.refused_call(
            stage.WINDOW.settlement.Settle,
            settlement_pb2.SettleRequest(request_id="x" * 65, claim=wrong),
        )
        self.check(refused)
        self.assertEqual(
            set(refused.fields),
            {
                "request_id",
                "claim.person_id",
                "claim.service_date",
                "claim.lines[0].quantity",
                "claim.lines[0].amount_fen",
            },
        )
        for description in refused.fields.values():
            self.assertGreater(len(description), 5)

    def test_REQUEST_ID_REUSED(self):
        first = claim("ERR-EMPLOYEE", CLINIC, VISIT)
        other = claim("ERR-EMPLOYEE", CLINIC, ("SRV-01", "2", 2000))
        stage.WINDOW.settle("reused", first)
        with self.assertRaises(window.Refused) as caught:
            stage.WINDOW.settle("reused", other)
        self.check(caught.exception)

    def test_REQUEST_REVERSED(self):
        visit = claim("ERR-EMPLOYEE", CLINIC, VISIT)
        self.assertTrue(stage.WINDOW.take_back(visit, "closed", "").closed)
        with self.assertRaises(window.Refused) as caught:
            stage.WINDOW.settle("closed", visit)
        self.check(caught.exception)


class OfAClaim(RefusedTest):
    def refuse(self, *arguments, **fields):
        refused = self.refused_quote(claim(*arguments, **fields))
        self.check(refused)
        return refused

    def test_PERSON_UNKNOWN(self):
        self.refuse("NOBODY", CLINIC, VISIT)

    def test_INSTITUTION_UNKNOWN(self):
        refused = self.refuse("ERR-EMPLOYEE", "NOWHERE", VISIT)
        self.assertEqual(refused.facts, {"institution_id": "NOWHERE"})

    def test_FUTURE_SERVICE_DATE(self):
        self.refuse("ERR-EMPLOYEE", CLINIC, VISIT, service_date="2025-03-21")

    def test_YEAR_CLOSED(self):
        refused = self.refuse("ERR-EMPLOYEE", CLINIC, VISIT, service_date="2023-12-31")
        self.assertEqual(refused.facts, {"year": "2023"})

    def test_BENEFIT_SUSPENDED(self):
        self.refuse("KM-0011", CLINIC, VISIT)

    def test_INSTITUTION_NOT_CONTRACTED(self):
        self.refuse("ERR-EMPLOYEE", "H-ERR-OLD", VISIT)

    def test_INSTITUTION_NOT_NETWORKED(self):
        self.refuse("ERR-EMPLOYEE", "P-KM-2", VISIT)

    def test_DUPLICATE_LINE(self):
        twice = claim("ERR-EMPLOYEE", CLINIC, VISIT, VISIT)
        twice.lines[1].line_id = twice.lines[0].line_id
        refused = self.refused_quote(twice)
        self.check(refused)
        self.assertEqual(refused.facts, {"line_id": "1"})

    def test_ITEM_UNKNOWN(self):
        refused = self.refuse("ERR-EMPLOYEE", CLINIC, VISIT, ("NOTHING", "1", 1))
        self.assertEqual(refused.facts, {"line_id": "2", "item_code": "NOTHING"})

    def test_PRESCRIPTION_REQUIRED(self):
        self.refuse("ERR-EMPLOYEE", PHARMACY, ("DRG-01", "10", 350))

    def test_PRESCRIPTION_EXPIRED(self):
        old = prescription(CLINIC, ("DRG-01", "10"), issued_on="2025-03-10")
        self.refuse("ERR-EMPLOYEE", PHARMACY, ("DRG-01", "10", 350), prescription=old)

    def test_PRESCRIPTION_EXHAUSTED(self):
        nine = prescription(CLINIC, ("DRG-01", "9"))
        self.refuse("ERR-EMPLOYEE", PHARMACY, ("DRG-01", "10", 350), prescription=nine)

    def test_OVER_QUANTITY(self):
        self.refuse("ERR-EMPLOYEE", CLINIC, ("DRG-01", "31", 1085, 31))

    def test_REFILL_TOO_SOON(self):
        month = ("DRG-01", "30", 1050, 30)
        stage.WINDOW.settle("month", claim("ERR-REFILL", CLINIC, month))
        self.refuse("ERR-REFILL", CLINIC, month)

    def test_AMOUNT_MISMATCH(self):
        wrong = claim("ERR-EMPLOYEE", CLINIC, ("DRG-01", "10", 360))
        wrong.lines[0].unit_price = "0.35"
        self.check(self.refused_quote(wrong))

    def test_ACCOUNT_NOT_BOUND(self):
        account = {"use": True, "relatives": ["KM-0009"]}
        self.refuse("ERR-EMPLOYEE", CLINIC, VISIT, account=account)


class ReversalsAndLookUps(RefusedTest):
    def test_SETTLEMENT_UNKNOWN(self):
        nothing = {"person_id": "ERR-EMPLOYEE", "settlement_id": str(uuid.uuid4())}
        stub = stage.WINDOW.settlement
        for method, message in (
            (stub.Reverse, settlement_pb2.ReverseRequest),
            (stub.GetSettlement, settlement_pb2.GetSettlementRequest),
        ):
            self.check(self.refused_call(method, message(**nothing)))

    def test_COUNTER_BELOW_ZERO(self):
        request = registry_pb2.PostUsageRequest()
        request.usages.add(
            request_id="below", person_id="ERR-EMPLOYEE", year=2025, amount_fen=-1
        )
        results = stage.load.send(stage.WINDOW.registry.PostUsage, [request])
        self.check(self.refused_row(results))


TREATMENT = {
    "person_id": "ERR-CITY",
    "registration_kind": "REGISTRATION_KIND_TREATMENT",
    "institution_id": "H-TJ-3",
    "physician_id": "DR-TJ-01",
    "item_codes": ["NEG-15"],
    "registered_on": "2025-03-01",
    "diagnosis_codes": ["M06.9"],
    "diagnosis_basis": "laboratory report",
    "treatment_plan": "every two weeks",
}
TWO_DISEASE = {
    "person_id": "ERR-RESIDENT",
    "registration_kind": "REGISTRATION_KIND_TWO_DISEASE",
    "disease": "HYPERTENSION",
    "registered_on": "2025-03-01",
}


def registration(base, **changes):
    return json_format.ParseDict({**base, **changes}, resources_pb2.Registration())


class Registrations(RefusedTest):
    def refuse(self, base, title="SENIOR", **changes):
        request = settlement_pb2.RegisterRequest(
            request_id=self._testMethodName,
            registration=registration(base, **changes),
            physician_title="PHYSICIAN_TITLE_" + title,
        )
        self.check(self.refused_call(stage.WINDOW.settlement.Register, request))

    def test_INSTITUTION_LEVEL(self):
        self.refuse(TREATMENT, institution_id="H-TJ-2")

    def test_PHYSICIAN_TITLE(self):
        self.refuse(TREATMENT, title="INTERMEDIATE")

    def test_NOT_ON_LIST(self):
        self.refuse(TREATMENT, item_codes=["NEG-15", "SRV-01"])

    def test_ALREADY_REGISTERED(self):
        self.refuse(TREATMENT, person_id="TJ-0001", institution_id="H-KM-3")

    def test_NOT_CERTIFIED(self):
        chronic = "REGISTRATION_KIND_CHRONIC_DISEASE"
        self.refuse(
            TWO_DISEASE,
            registration_kind=chronic,
            disease="M03900",
            institution_id="H-KM-1",
        )

    def test_WRONG_INSURANCE(self):
        self.refuse(TWO_DISEASE, person_id="ERR-EMPLOYEE")

    def test_TOO_MANY_REGISTRATIONS(self):
        request = registry_pb2.ImportRegistrationsRequest(
            registrations=[
                registration(
                    TWO_DISEASE, person_id="ERR-FULL", registration_id="REG-%d" % number
                )
                for number in range(200)
            ]
        )
        method = stage.WINDOW.registry.ImportRegistrations
        self.assertEqual(stage.load.refusals(stage.load.send(method, [request])), {})
        self.refuse(TWO_DISEASE, person_id="ERR-FULL")

    @needs("RegistryService/RevokeRegistration")
    def test_REGISTRATION_UNKNOWN(self):
        request = registry_pb2.RevokeRegistrationRequest(
            request_id="revoke",
            person_id="ERR-CITY",
            registration_id="REG-NOTHING",
            revoked_on="2025-03-20",
        )
        method = stage.WINDOW.registry.RevokeRegistration
        self.check(self.refused_call(method, request))

    @needs("RegistryService/ReassessRegistration")
    def test_REGISTRATION_EXPIRED(self):
        request = registry_pb2.ReassessRegistrationRequest(
            request_id="reassess",
            person_id="ERR-CITY",
            registration_id="REG-ERR-OVER",
            assessed_on="2025-03-19",
        )
        method = stage.WINDOW.registry.ReassessRegistration
        self.check(self.refused_call(method, request))


class Clearing(RefusedTest):
    """Months before anything was settled."""

    def stub(self):
        return clearing_pb2_grpc.ClearingServiceStub(stage.WINDOW.channel)

    def close(self, month, due_on=""):
        request = clearing_pb2.CloseMonthRequest(
            institution_id=CLINIC, month=month, due_on=due_on
        )
        return self.stub().CloseMonth, request

    def test_STATEMENT_UNKNOWN(self):
        request = clearing_pb2.GetStatementRequest(
            institution_id=CLINIC, month="2019-01"
        )
        self.check(self.refused_call(self.stub().GetStatement, request))

    def test_MONTH_OUT_OF_ORDER(self):
        method, request = self.close("2020-02")
        method(request)
        method, request = self.close("2020-01")
        self.check(self.refused_call(method, request))

    def test_MONTH_CLOSED(self):
        method, request = self.close("2020-02")
        method(request)
        method, request = self.close("2020-02", due_on="2020-03-15")
        self.check(self.refused_call(method, request))

    def test_PAYMENT_TOO_MUCH(self):
        adjusted = clearing_pb2.AdjustStatementRequest(
            request_id="adjust",
            institution_id=CLINIC,
            month="2020-03",
            pooling_region="530100",
            adjustment_kind="ADJUSTMENT_KIND_ADVANCE",
            amount_fen=1,
            reason="advance",
        )
        self.stub().AdjustStatement(adjusted)
        method, request = self.close("2020-03")
        method(request)
        paid = clearing_pb2.RecordPaymentRequest(
            request_id="pay",
            institution_id=CLINIC,
            month="2020-03",
            pooling_region="530100",
            amount_fen=2,
            paid_on="2020-04-01",
        )
        self.check(self.refused_call(self.stub().RecordPayment, paid))


def books():
    return reconciliation_pb2_grpc.ReconciliationServiceStub(stage.WINDOW.channel)


class Comparisons(RefusedTest):
    def test_RECONCILIATION_UNKNOWN(self):
        refused = self.refused_call(
            books().ListDifferences,
            reconciliation_pb2.ListDifferencesRequest(request_id="never"),
        )
        self.check(refused)

    def test_RECONCILIATION_OVERTAKEN(self):
        """The same comparison is begun in another stream meanwhile."""
        begin = reconciliation_pb2.ReconcileDetailsRequest()
        begin.begin.request_id = "ERR-TWICE"
        begin.begin.institution_id = CLINIC
        begin.begin.booked_from = begin.begin.booked_until = "2025-03-20"
        end = reconciliation_pb2.ReconcileDetailsRequest()
        end.end.SetInParent()
        steps = queue.SimpleQueue()
        self.addCleanup(steps.put, None)
        steps.put(begin)
        answers = books().ReconcileDetails(iter(steps.get, None), timeout=30)
        next(answers)
        next(books().ReconcileDetails(iter([begin]), timeout=30))
        steps.put(end)
        self.check(self.refused_call(lambda _, timeout: next(answers), None))


class Imports(RefusedTest):
    def test_BOOK_BEHIND(self):
        """Somebody writes and does not commit; others commit after it began."""
        writer = subprocess.Popen(
            ["psql", "-X", "-q", "-c", "SELECT pg_current_xact_id(), pg_sleep(60)"]
            + [stage.DATABASE.url],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.addCleanup(writer.wait)
        self.addCleanup(writer.terminate)
        running = (
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE query LIKE '%pg_sleep(60)%' AND backend_xid IS NOT NULL"
        )
        while world.psql(stage.DATABASE.url, "-c", running) == "0":
            time.sleep(0.05)
        world.psql(stage.DATABASE.url, "-c", "SELECT pg_current_xact_id()")
        request = reconciliation_pb2.ReconcileTotalsRequest(
            institution_id=CLINIC, booked_from="2025-03-20", booked_until="2025-03-20"
        )
        self.check(self.refused_call(books().ReconcileTotals, request, seconds=30))

    def test_REGION_UNKNOWN(self):
        request = registry_pb2.ImportPersonsRequest()
        request.persons.add(
            person_id="ERR-ELSEWHERE",
            birth_date="1980-01-01",
            pooling_region="999999",
            insurance_type="INSURANCE_TYPE_RESIDENT",
            person_category="PERSON_CATEGORY_RESIDENT",
        )
        results = stage.load.send(stage.WINDOW.registry.ImportPersons, [request])
        self.check(self.refused_row(results), "ERR-ELSEWHERE")


__all__ = [
    "Clearing",
    "Comparisons",
    "Imports",
    "OfAClaim",
    "Registrations",
    "ReversalsAndLookUps",
    "TheRequestItself",
]
