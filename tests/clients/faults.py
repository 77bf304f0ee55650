"""Provokes what is nobody's fault: a database that is away, slow, broken or
losing replies, a server that is full or ending.
"""

import os
import queue
import re
import signal

import grpc
import stage
import window
import world
from onestop.v1 import registry_pb2
from refused import RefusedTest
from relay import Relay
from stage import claim
from window import settlement_pb2

VISIT = ("SRV-01", "1", 1000)
LIMITS = (world.ROOT / "base" / "limits.h").read_text(encoding="utf-8")
QUEUE = int(re.search("kMaxWorkerQueue = ([0-9']+)", LIMITS)[1].replace("'", ""))
CALLS_A_CONNECTION = 4000  # the server allows a few more (server/server.cc)
RESIDENT = "ERR-RESIDENT"


def settle_request(request_id, person_id=RESIDENT):
    return settlement_pb2.SettleRequest(
        request_id=request_id, claim=claim(person_id, "H-KM-1", VISIT)
    )


class FaultTest(RefusedTest):
    """Has a server of its own, with one lane and one worker, whose connections
    to the database pass through a relay."""

    def setUp(self):
        self.relay = Relay(stage.DATABASE.url)
        self.addCleanup(self.relay.close)
        self.server = world.Onestopd(self.relay.url, "--lanes", "1", "--workers", "1")
        self.addCleanup(self.server.kill)
        self.window = window.Window(self.server.address)
        self.addCleanup(self.window.channel.close)

    def settle(self, request):
        return window.call(self.window.settlement.Settle, request)

    def refused_settle(self, request):
        return self.refused_call(self.window.settlement.Settle, request, seconds=20)

    def settles_after_all(self, request):
        """The same request again, as the page advises."""
        answer = window.call_until_answered(self.window.settlement.Settle, request)
        self.assertEqual(answer.outcome, settlement_pb2.SETTLE_OUTCOME_SETTLED)
        return answer


class TheDatabase(FaultTest):
    def test_STORAGE_UNAVAILABLE(self):
        request = settle_request("away")
        self.relay.mode = "refuse"
        self.check(self.refused_settle(request))
        self.relay.mode = "pass"
        self.settles_after_all(request)

    def test_COMMIT_UNKNOWN(self):
        request = settle_request("unknown")
        self.relay.mode = "lose_writes"
        self.check(self.refused_settle(request))
        self.assertGreater(self.relay.losses, 1)
        self.relay.mode = "pass"
        self.settles_after_all(request)

    def test_a_lost_reply_is_looked_up(self):
        request = settle_request("looked-up")
        self.relay.mode = "lose_replies"
        answer = self.settle(request)
        self.assertEqual(self.relay.losses, 1)
        self.relay.mode = "pass"
        self.assertEqual(self.settle(request), answer)

    def test_STORED_FORM_BROKEN(self):
        stage.DATABASE.run(
            r"UPDATE person SET data = '\xff' WHERE person_id = 'ERR-BROKEN'"
        )
        self.check(self.refused_settle(settle_request("broken", "ERR-BROKEN")))


class OtherWriters(FaultTest):
    """A trigger takes the place of writers that always come first: each write of
    the row finds that it has moved."""

    def test_CONFLICT(self):
        self.settle(settle_request("before"))
        stage.DATABASE.run(
            "CREATE FUNCTION come_first() RETURNS trigger LANGUAGE plpgsql AS"
            " 'BEGIN RETURN NULL; END';"
            "CREATE TRIGGER come_first BEFORE UPDATE ON ledger FOR EACH ROW"
            " WHEN (NEW.person_id = '%s') EXECUTE FUNCTION come_first()" % RESIDENT
        )
        try:
            self.check(self.refused_settle(settle_request("conflict")))
        finally:
            stage.DATABASE.run("DROP FUNCTION come_first CASCADE")
        self.settles_after_all(settle_request("conflict"))


class TheServer(FaultTest):
    def test_OVERLOADED(self):
        """More look-ups wait for the stalled database than the queue holds."""
        self.relay.mode = "stall"
        request = settlement_pb2.GetLedgerRequest(person_id=RESIDENT)
        calls = []
        while len(calls) < QUEUE + 10:
            options = [("grpc.use_local_subchannel_pool", 1)]
            channel = grpc.insecure_channel(self.server.address, options)
            self.addCleanup(channel.close)
            method = window.settlement_pb2_grpc.SettlementServiceStub(channel).GetLedger
            calls += [method.future(request) for _ in range(CALLS_A_CONNECTION)]
        # Called back at once if it is done already; the first that is answered at
        # all is refused.
        answered = queue.Queue()
        for one in calls:
            one.add_done_callback(answered.put)
        refused = window.Refused.from_call(answered.get(timeout=20).exception())
        for waiting in calls:
            waiting.cancel()
        self.check(refused)
        self.relay.mode = "pass"
        window.call_until_answered(self.window.settlement.GetLedger, request)

    def test_DRAINING(self):
        """While a settle waits for the stalled database the server is told to
        end: it takes nothing more, and answers what it took."""
        self.window.quote(settle_request("").claim)
        self.relay.mode = "stall"
        taken = self.window.settlement.Settle.future(settle_request("taken"))
        self.assertRaises(grpc.FutureTimeoutError, taken.exception, timeout=0.3)
        os.kill(self.server.process.pid, signal.SIGTERM)
        method = self.window.settlement.Quote
        quote = settlement_pb2.QuoteRequest(claim=settle_request("").claim)
        ends = []
        while not ends:
            late = method.future(quote)
            try:
                ends.append(window.Refused.from_call(late.exception(timeout=0.1)))
            except grpc.FutureTimeoutError:
                pass  # Accepted before the signal was handled.
        self.check(ends[0])
        self.relay.mode = "pass"
        outcome = taken.result(timeout=10).outcome
        self.assertEqual(outcome, settlement_pb2.SETTLE_OUTCOME_SETTLED)
        self.assertEqual(self.server.process.wait(timeout=10), 0)

    def test_DEADLINE_EXCEEDED(self):
        """The deadline is told to the server but not to the client's library,
        which would not wait for the server's own answer."""
        quote = settlement_pb2.QuoteRequest(claim=settle_request("").claim)
        for _ in range(200):
            try:
                self.window.settlement.Quote(
                    quote, timeout=None, metadata=(("grpc-timeout", "1n"),)
                )
            except grpc.RpcError as error:
                self.assertEqual(error.code(), grpc.StatusCode.DEADLINE_EXCEEDED)
                refused = window.Refused.from_call(error)
                if refused.reason:  # else gRPC was faster than onestopd
                    return self.check(refused)
        return self.fail("the server never got to say it")

    def test_INVARIANT_BROKEN(self):
        """Payments that add up to more than a counter can hold."""

        def usages(message):
            request = registry_pb2.PostUsageRequest()
            for number in range(500):
                request.usages.add(
                    request_id="usage-%d-%d" % (message, number),
                    person_id=RESIDENT,
                    year=2024,
                    amount_fen=10**15,
                )
            return request

        method = self.window.registry.PostUsage
        self.assertEqual(
            stage.load.refusals(
                stage.load.send(method, [usages(number) for number in range(18)])
            ),
            {},
        )
        with self.assertRaises(grpc.RpcError) as caught:
            stage.load.send(method, [usages(18)])
        self.check(window.Refused.from_call(caught.exception))



__all__ = ["OtherWriters", "TheDatabase", "TheServer"]
