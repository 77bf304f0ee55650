"""The main phase: Settle and Quote beside their ceilings and rivals.

Every contender is measured once a round, in an order shuffled for that round,
and each ratio is taken within a round.
"""

import random

import summary

# A result: the contender over its reference.
PAIRS = {
    "settle_unary": ("settle", "echo"),
    "quote_db": ("quote_db", "echo"),
    "settle_vs_naive": ("settle", "naive"),
}
RESULTS = [*PAIRS]


class Calls:
    """Calls of one kind to one service."""

    def __init__(self, service, call):
        self.service = service
        self.call = call

    def prepare(self, stage):
        getattr(stage, self.service)

    def measure(self, stage):
        service = getattr(stage, self.service)
        outstanding = stage.asked.outstanding
        options = ["--server", service.address, "--call", self.call]
        options += ["--outstanding", outstanding]
        return {"outstanding": outstanding, **stage.run_load("run", *options)}


CONTENDERS = {
    "echo": Calls("echo", "settle"),
    "quote_db": Calls("onestopd", "quote"),
    "settle": Calls("onestopd", "settle"),
    "naive": Calls("naive", "settle"),
}


def needed(wanted):
    """The contenders of these results, in the order in which they begin."""
    pairs = [PAIRS[name] for name in PAIRS if name in wanted]
    return [name for name in CONTENDERS if any(name in pair for pair in pairs)]


def run(stage):
    """A result line each."""
    names = needed(stage.wanted)
    stage.agree(stage.onestopd, stage.naive if "naive" in names else None)
    for name in names:
        CONTENDERS[name].prepare(stage)
    for round_number in range(1, stage.asked.rounds + 1):
        order = list(names)
        random.Random(round_number).shuffle(order)
        for name in order:
            stage.keep(name, round_number, CONTENDERS[name].measure(stage))
    return [
        summary.compared(name, stage.measurements, *PAIRS[name])
        for name in PAIRS
        if name in stage.wanted
    ]
