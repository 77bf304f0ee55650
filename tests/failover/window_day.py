"""Clerks who settle without pause and keep every answer, whatever becomes of
the servers: what is acknowledged is known to the byte.
"""

import json
import subprocess
import threading
import time

import grpc
import world

world.prepare()

import load  # noqa: E402
import window  # noqa: E402
from google.protobuf import json_format  # noqa: E402
from onestop.v1 import claim_pb2  # noqa: E402
from window import settlement_pb2  # noqa: E402

PERSONS = ["KM-0002", "KM-0004", "KM-0010", "KM-0012"]
METHOD = "/onestop.v1.SettlementService/Settle"
# A request that is not answered in this time is given up, and so is the test.
PATIENCE_SECONDS = 90


def load_demonstration(address):
    """Imports the demonstration's world; every row must be taken."""
    registry = window.Window(address).registry
    for name in ("catalog.json", "institutions.json", "persons.json"):
        rows = json.loads((world.ROOT / "demo" / name).read_text(encoding="utf-8"))
        rows["counters"] = rows.pop("ledger", [])
        refused = load.load(registry, rows, name)
        if refused:
            raise RuntimeError("%s: refused %s" % (name, refused))


def request(person_id, number):
    """A visit of the person: the demonstration's, without drugs."""
    text = (world.ROOT / "demo/claims/clinic.json").read_text(encoding="utf-8")
    claim = json_format.Parse(text, claim_pb2.Claim())
    claim.person_id = person_id
    claim.encounter_id = "V-%d" % number
    del claim.lines[2:]
    return settlement_pb2.SettleRequest(
        request_id="%s-%d" % (person_id, number), claim=claim
    )


class Door:
    """The very bytes of one server's answers."""

    def __init__(self, address):
        # A channel of its own for every door: else it shares the back-off.
        options = [("grpc.use_local_subchannel_pool", 1)]
        self._channel = grpc.insecure_channel(address, options)
        self._settle = self._channel.unary_unary(METHOD)

    def settle(self, request_bytes, seconds=PATIENCE_SECONDS):
        return window.call_until_answered(self._settle, request_bytes, seconds)

    def settle_once(self, request_bytes, seconds):
        return window.call(self._settle, request_bytes, seconds)


class Clerks:
    """A clerk for each person, whose claims are numbered from `first` on and go
    to the servers by turns."""

    def __init__(self, addresses, first=0):
        self._addresses = addresses
        self._first = first
        self._stop = threading.Event()
        self._threads = []
        self.answers = {}  # the request's bytes: the answer's
        self.spans = {}  # the request's bytes: when it was sent, and answered
        self.failures = []

    def start(self):
        for person_id in PERSONS:
            thread = threading.Thread(target=self._work, args=(person_id,))
            self._threads.append(thread)
            thread.start()
        return self

    def _work(self, person_id):
        doors = [Door(address) for address in self._addresses]
        number = self._first
        try:
            while not self._stop.is_set():
                asked = request(person_id, number).SerializeToString()
                sent = time.monotonic()
                answer = doors[number % len(doors)].settle(asked)
                self.spans[asked] = (sent, time.monotonic())
                self.answers[asked] = answer
                number += 1
        except Exception as failure:  # the test's thread reports it
            self.failures.append(failure)

    def settle_more(self, count):
        """Waits for so many more answers."""
        goal = len(self.answers) + count
        give_up = time.monotonic() + PATIENCE_SECONDS
        while len(self.answers) < goal and not self.failures:
            if time.monotonic() > give_up:
                raise RuntimeError("nothing is settled any more")
            time.sleep(0.02)

    def finish(self):
        """Each clerk's last claim is answered when this returns."""
        self._stop.set()
        for thread in self._threads:
            thread.join()
        if self.failures:
            raise RuntimeError("not answered: %r" % self.failures)

    def longest_silence(self):
        times = sorted(answered for _, answered in self.spans.values())
        return max(late - early for early, late in zip(times, times[1:]))


def altered(address, answers):
    """The requests that are answered otherwise when they are sent again."""
    door = Door(address)
    return [asked for asked, answer in answers.items() if door.settle(asked) != answer]


def verify(url, build=world.BUILD):
    """The exit code of `onestop verify` and what it says."""
    done = subprocess.run(
        [build / "onestop", "verify", "--quiet", "--database", url],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def health(address):
    done = subprocess.run(
        [world.BUILD / "onestop", "health", "--server", address],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip()
