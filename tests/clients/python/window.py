"""A window's client in Python: quote, settle, retry, read what was refused, take
back, look up, list and stream.

docs/integrate.md quotes from here. Beside Debian's python3-grpcio it needs what
protoc makes of proto/: see tests/clients/README.md.
"""

import collections
import random
import time

import grpc
from google.rpc import error_details_pb2, status_pb2
from onestop.v1 import registry_pb2_grpc, resources_pb2, settlement_pb2
from onestop.v1 import settlement_pb2_grpc

# The answer is not known, or it is "not now": the same request may be sent
# again. Everything else is an answer.
SEND_AGAIN = {
    grpc.StatusCode.UNAVAILABLE,
    grpc.StatusCode.ABORTED,
    grpc.StatusCode.DEADLINE_EXCEEDED,
}


class Refused(Exception):
    """A refusal: `reason` is for programs, the text is for people."""

    def __init__(self, code, status):
        super().__init__(status.message)
        self.code = code
        self.reason = ""  # empty: the answer did not come from onestop
        self.facts = {}
        self.fields = {}  # what is wrong with which field
        self.retry_after = 0.0  # seconds
        info = error_details_pb2.ErrorInfo()
        bad = error_details_pb2.BadRequest()
        retry = error_details_pb2.RetryInfo()
        for detail in status.details:
            if detail.Unpack(info):
                self.reason = info.reason
                self.facts = dict(info.metadata)
            elif detail.Unpack(bad):
                for violation in bad.field_violations:
                    self.fields[violation.field] = violation.description
            elif detail.Unpack(retry):
                self.retry_after = retry.retry_delay.ToTimedelta().total_seconds()

    @classmethod
    def from_call(cls, error):
        """Of a grpc.RpcError."""
        trailers = dict(error.trailing_metadata() or ())
        status = status_pb2.Status(message=error.details() or "")
        if "grpc-status-details-bin" in trailers:
            status.ParseFromString(trailers["grpc-status-details-bin"])
        return cls(error.code(), status)

    @classmethod
    def from_status(cls, status):
        """Of the google.rpc.Status in a stream's or an import's answer."""
        codes = {code.value[0]: code for code in grpc.StatusCode}
        return cls(codes[status.code], status)


def call(method, request, seconds=5):
    """One call with a deadline."""
    try:
        return method(request, timeout=seconds)
    except grpc.RpcError as error:
        raise Refused.from_call(error) from error


def call_until_answered(method, request, seconds=60):
    """Sends the same request until there is an answer, at most so long. When it
    gives up, it is not known whether the request was booked."""
    give_up = time.monotonic() + seconds
    pause = 0.1
    while True:
        try:
            return call(method, request)
        except Refused as refused:
            wait = max(refused.retry_after, pause) * random.uniform(1.0, 1.5)
            if refused.code not in SEND_AGAIN or time.monotonic() + wait > give_up:
                raise
        time.sleep(wait)
        pause = min(2 * pause, 5.0)


class Window:
    """One channel for the whole process; it may be used by several threads."""

    def __init__(self, address):
        self.channel = grpc.insecure_channel(address)
        self.settlement = settlement_pb2_grpc.SettlementServiceStub(self.channel)
        self.registry = registry_pb2_grpc.RegistryServiceStub(self.channel)

    def quote(self, claim):
        request = settlement_pb2.QuoteRequest(claim=claim)
        return call(self.settlement.Quote, request).receipt

    def settle(self, request_id, claim, quoted=None):
        """Settles for what was quoted; the caller has written request_id down."""
        request = settlement_pb2.SettleRequest(request_id=request_id, claim=claim)
        if quoted is not None:
            request.expected_cash_fen = quoted.totals.cash_fen
            request.quoted_counters.extend(
                resources_pb2.LedgerCounter(
                    person_id=moved.person_id,
                    year=moved.year,
                    counter=moved.counter,
                    amount_fen=moved.before_fen,
                )
                for moved in quoted.movements
            )
        return call_until_answered(self.settlement.Settle, request)

    def take_back(self, claim, request_id, reason, replacement=None):
        """Reverses by the settle's request id, also when its answer never came.
        `replacement`: a SettleRequest with a request id of its own."""
        request = settlement_pb2.ReverseRequest(
            person_id=claim.person_id,
            institution_id=claim.institution_id,
            settle_request_id=request_id,
            reason=reason,
            replacement=replacement,
        )
        return call_until_answered(self.settlement.Reverse, request)

    def look_up(self, claim, request_id):
        request = settlement_pb2.GetSettlementRequest(
            person_id=claim.person_id,
            institution_id=claim.institution_id,
            settle_request_id=request_id,
        )
        return call_until_answered(self.settlement.GetSettlement, request)

    def booked_on(self, institution_id, day):
        """Everything that was booked for the institution on that day."""
        request = settlement_pb2.ListSettlementsRequest(
            institution_id=institution_id, booked_from=day, booked_until=day
        )
        while True:
            page = call_until_answered(self.settlement.ListSettlements, request)
            yield from page.settlements
            request.page_token = page.next_page_token
            if not request.page_token:
                return

    def settle_all(self, requests, seconds=600):
        """Settles many over one stream; yields (index, answer or Refused) as the
        answers come, which is not the order of `requests`."""

        def messages():
            for first in range(0, len(requests), 100):
                message = settlement_pb2.SettleStreamRequest()
                for index in range(first, min(first + 100, len(requests))):
                    message.items.add(index=index, settle=requests[index])
                yield message

        try:
            for message in self.settlement.SettleStream(messages(), timeout=seconds):
                for result in message.results:
                    if result.HasField("error"):
                        yield result.index, Refused.from_status(result.error)
                    else:
                        yield result.index, result.settle
        except grpc.RpcError as error:
            raise Refused.from_call(error) from error


def settle_as_agreed(window, request_id, claim, agrees):
    """Quotes, asks the person, settles for just that; asks again if it became
    another amount in between. None: the person did not agree."""
    quoted = window.quote(claim)
    while agrees(quoted):
        answer = window.settle(request_id, claim, quoted)
        if answer.outcome == settlement_pb2.SETTLE_OUTCOME_SETTLED:
            return answer.receipt
        quoted = answer.receipt  # stale: this is the new quote
    return None


def moved_on(day, books):
    """The fund's fen that one's own books moved on a day, by person and request id:
    what was settled on it, less what was taken back on it, whenever that had been
    settled. `books` holds (person_id, request_id, fen, settled_on, taken_back_on);
    the days are the `booked_on` of the receipt and of the reversal, or None."""
    moved = collections.Counter()
    for person_id, request_id, fen, settled_on, taken_back_on in books:
        times = (settled_on == day) - (taken_back_on == day)
        moved[person_id, request_id] += fen * times
    return moved


def differences(rows, own):
    """Where a day's rows and one's own books of that day differ: (theirs, ours) by
    person and request id. A reversal's row has the request id of its settle."""
    theirs = collections.Counter()
    for row in rows:
        theirs[row.person_id, row.request_id] += row.totals.fund_pay_fen
    return {
        key: (theirs[key], own[key])
        for key in theirs.keys() | own.keys()
        if theirs[key] != own[key]
    }
