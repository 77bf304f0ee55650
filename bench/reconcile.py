#!/usr/bin/python3
"""Measures the comparison of books with the ledger: beside a bare COPY and one
full join in SQL, in memory, and in what the window feels of it.

`./dev bench reconcile` starts the PostgreSQL that it needs and calls this;
docs/benchmarks.md says how to read what comes out.
"""

import argparse
import concurrent.futures
import contextlib
import itertools
import statistics
import sys
import threading

import compare
import flags
import latency
import planted
import process
import summary
from disk import without_refused
from stage import Stage, say
from turns import closed_loop, shuffled

SMALLER = 10  # times: what memory is compared with
DIFFERENCES = 1  # the command's exit code when there are some
LIMIT = 900  # seconds that one comparison may take
# Takes what others leave of the cores: the command, which runs on a machine of
# its own in a hospital, and the loop that it is held against.
GIVING_WAY = ["nice", "-n", "19"]


def read_arguments():
    parser = argparse.ArgumentParser(
        prog="./dev bench reconcile",
        description="Elapsed of comparing an institution's books, as a ratio to COPY "
        "and a full join of the same rows; memory; Settle's p99 meanwhile.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--rows", type=flags.number(20_000, 9_999_999), default=1_000_000, metavar="N")
    add("--rounds", type=flags.number(1, 1000), default=3, metavar="N")
    add("--seconds", type=flags.seconds, default=4.0, metavar="S", help="a load")
    add("--warmup", type=flags.seconds, default=1.0, metavar="S", help="before it")
    add("--outstanding", type=flags.number(1, 100_000), default=256, metavar="N")
    add("--persons", type=flags.number(10, 99_999_990), default=100_000, metavar="N")
    add("--lanes", type=flags.number(0, 1024), default=0, help="0: onestopd's default")
    flags.add_surroundings(parser)
    arguments = flags.read(parser)
    arguments.verify = False
    return arguments


def name_of(rows):
    return "reconcile_" + {1_000_000: "1m"}.get(rows, str(rows))


def measure_differing(command):
    """Seconds and peak of a comparison that finds what is planted."""
    ended, seconds, peak = process.measure(command, LIMIT)
    if ended != DIFFERENCES:
        raise process.ProgramError("onestop reconcile ended with %d" % ended)
    return seconds, peak


class Reconcile:
    """One run: a server, the books of two institutions, comparisons."""

    def __init__(self, stage):
        self.stage = stage
        self.url = stage.copy_of_world("onestopd")
        rows = stage.asked.rows
        self.large, self.small = (
            planted.Books(stage.postgres, self.url, stage.folder, *books)
            for books in ((planted.LARGE, rows), (planted.SMALL, rows // SMALLER))
        )
        command = stage.onestopd_command(self.url, "--lanes", stage.asked.lanes)
        self.service = stage.start("onestopd", *command)
        self.numbers = itertools.count(1)
        self.command_peaks = []

    def command(self, books, *options):
        return [
            *(self.stage.program("onestop"), "reconcile", books.file, "--quiet"),
            *("--institution", books.institution, "--lang", "en"),
            *("--server", self.service.address),
            *("--request-id", "bench-%d" % next(self.numbers), *options),
        ]

    def compare(self, books):
        """One comparison, and whether all was found that was planted."""
        found = self.stage.folder / "differences.csv"
        command = self.command(books, "--differences", found)
        seconds, peak = measure_differing(command)
        wrong = books.missed(found)
        return {
            **{"calls_per_second": books.rows / seconds, "seconds": seconds},
            **{"errors": len(wrong), "reasons": wrong[:5], "peak_bytes": peak},
        }

    def copy_and_join(self, books):
        self.stage.postgres.psql("-c", planted.COPIED, url=self.url)
        steps = books.copy_and_join()
        command = ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", *steps, self.url]
        ended, seconds, _ = process.measure(command, LIMIT)
        if ended != 0:
            raise process.ProgramError("psql ended with %d" % ended)
        self.stage.postgres.psql("-c", "DROP TABLE copied", url=self.url)
        return {
            **{"calls_per_second": books.rows / seconds, "seconds": seconds},
            **{"errors": 0, "reasons": []},
        }

    def server_peak(self):
        return process.peak_bytes(self.service.process.pid)


def memory(name, small, large):
    found = [large / small]
    return summary.result(name, round(large / 2**20, 1), "MiB", "a tenth", found)


def measure_elapsed(bench):
    """The results of rounds: elapsed, and both programs' peaks of memory."""
    stage, rows = bench.stage, bench.stage.asked.rows
    small = bench.compare(bench.small)
    stage.check("books of %d rows" % bench.small.rows, small)
    server_small = bench.server_peak()
    ways = {name_of(rows): bench.compare, "copy_and_join": bench.copy_and_join}
    for number in range(1, stage.asked.rounds + 1):
        stage.postgres.psql("-c", "CHECKPOINT")
        for name in shuffled(number, ways):
            stage.keep(name, number, ways[name](bench.large))
    ours = [one for one in stage.measurements if one["name"] == name_of(rows)]
    seconds = statistics.median(one["seconds"] for one in ours)
    found = summary.ratios(stage.measurements, "copy_and_join", name_of(rows))
    peak = max(one["peak_bytes"] for one in ours)
    return [
        summary.result(name_of(rows), round(seconds, 2), "s", "copy_and_join", found),
        memory("reconcile_server_memory", server_small, bench.server_peak()),
        memory("reconcile_command_memory", small["peak_bytes"], peak),
    ]


@contextlib.contextmanager
def comparing(bench):
    """Comparisons run one after the other as long as the `with` block lasts; all
    of them must have compared."""
    done = threading.Event()

    def run():
        while not done.is_set():
            measure_differing([*GIVING_WAY, *bench.command(bench.large)])

    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        running = pool.submit(run)
        try:
            yield
        finally:
            done.set()
        running.result()


@contextlib.contextmanager
def looping():
    """One core is busy as long as the `with` block lasts, with nothing at all."""
    loop = process.start([*GIVING_WAY, "sh", "-c", "while :; do :; done"])
    try:
        yield
    finally:
        loop.kill()
        loop.wait()


def measure_window(bench):
    """Settle's p99 at half its maximum: while comparisons run, and while a loop
    does, to that of Settle alone."""
    stage = bench.stage
    surroundings = {
        **{"alone": contextlib.nullcontext, "beside_loop": looping},
        **{"beside_reconcile": lambda: comparing(bench)},
    }
    for number in range(1, stage.asked.rounds + 1):
        maximum = closed_loop(stage, bench.service)()
        stage.check("settle", maximum)
        rate = maximum["calls_per_second"] * latency.HALF / 100
        for name in shuffled(number, surroundings):
            with surroundings[name]():
                measured = latency.offer(stage, bench.service, rate, latency.HALF)
            stage.keep("settle_" + name, number, without_refused(measured))
    return [beside(stage, name) for name in ("reconcile", "loop")]


def beside(stage, name):
    alone, measured = (
        latency.latencies(stage.measurements, "settle_" + one, "p99_us")
        for one in ("alone", "beside_" + name)
    )
    found = [measured[number] / alone[number] for number in measured if number in alone]
    median = statistics.median(measured.values())
    result = "settle_p99_beside_" + name
    return summary.result(result, median, "µs", "settle_alone", found)


def run(arguments):
    with contextlib.ExitStack() as stack:
        stage = Stage(arguments, set(), stack)
        bench = Reconcile(stage)
        results = []
        for result in [*measure_elapsed(bench), *measure_window(bench)]:
            line = {**result, **stage.facts, "machine": stage.machine}
            stage.write(line)
            results.append(line)
        print("\n" + summary.measured_table(stage.measurements))
        print("\n" + summary.result_table(results) + "\n", flush=True)
        errors = sum(one["errors"] for one in stage.measurements)
        if errors:
            say("%d errors: the figures above are not to be used" % errors)
        return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(compare.main(read_arguments, run))
