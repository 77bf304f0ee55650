"""The main phase: Settle and Quote beside their ceilings and rivals.

Every contender is measured once a round, in an order shuffled for that round,
and each ratio is taken within a round. Those that have a count of clients of
their own are measured at the best one, which a sweep finds before the rounds.
"""

import functools
import random

import pgbench
import stage as stages
import summary

# A result: the contender over its reference.
PAIRS = {
    "settle_unary": ("settle", "echo"),
    "settle_stream": ("stream", "echo"),
    "stream_vs_batch": ("stream", "batch"),
    "quote_db": ("quote_db", "echo"),
    "quote_warm": ("quote_warm", "echo"),
    "settle_vs_naive": ("settle", "naive"),
    "settle_vs_pgbench": ("settle", "pgbench"),
    "settle_vs_plpgsql": ("settle", "plpgsql"),
}
RESULTS = [*PAIRS]
UNITS = {"quote_db": "quotes/s", "quote_warm": "quotes/s"}
STREAMS = 4
STREAM_MESSAGES = 32  # on their way, of 32 settles each
WARM_PERSONS = 300
LANES = [1, 2, 4]


class Calls:
    """Calls to a service of the stage."""

    def __init__(self, service, call, *options, outstanding=None):
        self.service = service
        self.options = ["--call", call, *options]
        self.outstanding = outstanding

    def prepare(self, stage):
        getattr(stage, self.service)

    def measure(self, stage):
        service = getattr(stage, self.service)
        outstanding = self.outstanding or stage.asked.outstanding
        options = ["--server", service.address, "--outstanding", outstanding]
        measured = stage.run_load("run", *options, *self.options)
        return {"outstanding": outstanding, **measured}


class Swept:
    """What is measured at its best count of clients."""

    def __init__(self):
        self.best = 0

    def at(self, stage, count):
        raise NotImplementedError

    def find_best(self, stage, name, counts):
        speeds = {}
        for count in counts:
            measured = self.at(stage, count)
            stage.check(name, measured)
            speeds[count] = measured["calls_per_second"]
        self.best = max(speeds, key=speeds.get)
        found = ", ".join("%d: %.0f" % pair for pair in speeds.items())
        stages.say("%s is best at %d clients (%s a second)" % (name, self.best, found))

    def measure(self, stage):
        return self.at(stage, self.best)


class Script(Swept):
    """pgbench's transaction, or its call of a function."""

    def __init__(self, name):
        super().__init__()
        self.name = name
        self.pgbench = None

    def prepare(self, stage):
        url, words = rows_of(stage)
        self.pgbench = pgbench.Pgbench(stage.folder, self.name, url, words)
        self.find_best(stage, self.name, stage.asked.clients)

    def at(self, stage, count):
        return self.pgbench.measure(count, stage.asked.seconds, stage.asked.warmup)


class Batch(Swept):
    """The storage batch alone, in a database of its own."""

    def __init__(self):
        super().__init__()
        self.url = ""

    def prepare(self, stage):
        self.url = stage.copy_of_world("batch")
        self.find_best(stage, "batch", LANES)

    def at(self, stage, count):
        options = ["--database", self.url, "--lanes", count]
        return {"clients": count, **stage.run_load("batch", *options)}


@functools.lru_cache(maxsize=1)
def rows_of(stage):
    """pgbench's database, and the words of its scripts."""
    settled = stage.url_of("onestopd")
    year = stages.TODAY[:4]
    words = pgbench.sizes_of(stage.postgres, settled, stage.world_url, year)
    words["persons"] = stage.asked.persons
    url = stage.copy_of_world("pgbench")
    stage.postgres.psql("-c", pgbench.FUNCTION.format(**words), url=url)
    return url, words


CONTENDERS = {
    "echo": Calls("echo", "settle"),
    "settle": Calls("onestopd", "settle"),
    "stream": Calls(
        *("onestopd", "stream", "--streams", STREAMS), outstanding=STREAM_MESSAGES
    ),
    "quote_db": Calls("onestopd", "quote"),
    "quote_warm": Calls("onestopd", "quote", "--among", WARM_PERSONS),
    "naive": Calls("naive", "settle"),
    "pgbench": Script("pgbench"),
    "plpgsql": Script("plpgsql"),
    "batch": Batch(),
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
        stage.postgres.psql("-c", "CHECKPOINT")
        order = list(names)
        random.Random(round_number).shuffle(order)
        for name in order:
            stage.keep(name, round_number, CONTENDERS[name].measure(stage))
    return [
        summary.compared(
            name, stage.measurements, *PAIRS[name], UNITS.get(name, "settlements/s")
        )
        for name in PAIRS
        if name in stage.wanted
    ]
