#!/usr/bin/python3
"""Measures what onestopd still settles when more arrives than it can settle.

Server and PostgreSQL share one core, the load has the other. `./dev bench
overload` starts the PostgreSQL that it needs and calls this; docs/benchmarks.md
says how to read what comes out.
"""

import argparse
import contextlib
import json
import os
import pathlib
import statistics
import sys
import tempfile
import time

import compare
import database
import flags
import process
import stage

# Calls, or messages of 32 settles, awaited at once while the peak is measured,
# in a closed loop.
OUTSTANDING = {"unary": ("256", "--call", "settle"), "stream": ("32", "--call", "stream")}
TIMES = (2, 3)  # of the peak
TARGETS = {("unary", 2): 0.8, ("unary", 3): 0.7, ("stream", 2): 0.8, ("stream", 3): 0.8}
QUIET = "H53010010001"  # kHospitalsPerLevel of world.cc: level 1, number 1
QUIET_SHARE = 0.05  # of the peak, while the others send three times the peak


def read_arguments():
    parser = argparse.ArgumentParser(
        prog="./dev bench overload",
        description="Goodput of onestopd at twice and three times its capacity, as "
        "ratios to its peak; server and PostgreSQL on one core, the load on another.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--rounds", type=flags.number(1, 100), default=3, metavar="N")
    add("--seconds", type=flags.seconds, default=4.0, metavar="S", help="each")
    add("--warmup", type=flags.seconds, default=1.5, metavar="S", help="before it")
    add("--persons", type=flags.number(10, 99_999_990), default=20_000, metavar="N")
    help = "then flood for so long, to see the server's memory stay flat"
    add("--soak-minutes", type=flags.number(0, 9999), default=0, metavar="N", help=help)
    add("--no-pin", action="store_true", help="leave PostgreSQL where it is")
    flags.add_surroundings(parser)
    arguments = flags.read(parser)
    if len(os.sched_getaffinity(0)) < 2:
        parser.error("needs two cores: one for the server, one for the load")
    return arguments


def children(pid):
    tasks = pathlib.Path("/proc/%d/task" % pid)
    for task in tasks.iterdir():
        yield from map(int, (task / "children").read_text().split())


def pin_tree(pid, core):
    for one in [pid, *children(pid)]:
        with contextlib.suppress(ProcessLookupError):
            os.sched_setaffinity(one, {core})


def resident_bytes(pid):
    status = pathlib.Path("/proc/%d/status" % pid).read_text()
    return int(status.split("VmRSS:")[1].split()[0]) * 1024


class Overload:
    """One run: a database, a server on its core, measurements."""

    def __init__(self, arguments, stack):
        self.asked = arguments
        self.stack = stack
        self.server_core, self.load_core, *_ = sorted(os.sched_getaffinity(0))
        self.postgres = database.Server(arguments.database)
        self.machine = stage.describe_machine(self.postgres)
        self.commit = stage.commit()
        self.lines = []

    def start(self):
        stage.say("filling a database with %d persons" % self.asked.persons)
        name = "onestop_overload_%d" % os.getpid()
        self.stack.callback(self.postgres.drop, name)
        url = self.postgres.create(name)
        load = [self.asked.build / "bench/bench_load", "world", "--database", url]
        process.run([*load, "--persons", self.asked.persons], 3600)
        self.postgres.settle_down(name, *stage.FILLED_TABLES)
        if not self.asked.no_pin:
            self.pin_postgres()
        folder = self.stack.enter_context(tempfile.TemporaryDirectory())
        command = ["taskset", "-c", self.server_core, self.asked.build / "onestopd"]
        command += ["--database", url, "--lanes", "1", "--listen", "127.0.0.1:0"]
        command += ["--metrics-address", "none", "--insecure", "--allow-assumed"]
        command += ["--today", stage.TODAY, "--log-level", "warn"]
        self.service = process.Service("onestopd", command, folder)
        self.stack.enter_context(self.service)

    def pin_postgres(self):
        """All of PostgreSQL to the server's core, if it is on this machine."""
        folder = pathlib.Path(self.postgres.show("data_directory"))
        try:
            pid = int((folder / "postmaster.pid").read_text().split()[0])
            pin_tree(pid, self.server_core)
        except OSError as error:
            raise process.ProgramError(
                "cannot pin PostgreSQL to a core: %s" % error
            ) from None

    def command(self, verb, *options):
        load = ["taskset", "-c", self.load_core, self.asked.build / "bench/bench_load"]
        load += [verb, "--server", self.service.address]
        load += ["--persons", self.asked.persons, "--seconds", self.asked.seconds]
        return [*load, "--warmup", self.asked.warmup, *options]

    def limit(self):
        return self.asked.seconds + self.asked.warmup + stage.GRACE_SECONDS

    def offer(self, kind, rate, *options):
        if kind == "stream":
            options = ["--stream", *options]
        command = self.command("offer", "--rate", "%.1f" % rate, *options)
        return json.loads(process.run(command, self.limit()))

    def keep(self, kind, what, number, measured):
        line = {"name": "overload_" + kind, "what": what, "round": number, **measured}
        line["resident_bytes"] = resident_bytes(self.service.process.pid)
        line.update(commit=self.commit, machine=self.machine)
        self.lines.append(line)
        if self.asked.json:
            with open(self.asked.json, "a", encoding="utf-8") as file:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
        stage.say(
            "round %d %-6s %-6s offered %7.0f/s, settled %6.0f/s, p50 %4d ms, p99 %4d"
            " ms, server %d MiB%s"
            % (
                *(number, kind, what, measured["offered_per_second"]),
                *(measured["good_per_second"], measured["p50_us"] / 1000),
                *(measured["p99_us"] / 1000, line["resident_bytes"] >> 20),
                "; refused %s" % measured["refused"] if measured["refused"] else "",
            )
        )
        return measured["good_per_second"]

    def peak(self, kind, number):
        """What a closed loop settles: the server always has work and never too
        much of it."""
        command = self.command("run", "--outstanding", *OUTSTANDING[kind])
        measured = json.loads(process.run(command, self.limit()))
        settled = measured["calls_per_second"]
        measured.update(
            offered_per_second=settled, good_per_second=settled, refused={}
        )
        return max(1.0, self.keep(kind, "peak", number, measured))

    def measure(self, kind, number):
        """Floods between looks at the peak: the machine's speed moves, and what
        is settled is compared with what just was and will be."""
        before = self.peak(kind, number)
        ratios = {}
        for times in TIMES:
            measured = self.offer(kind, times * before)
            good = self.keep(kind, "%dx" % times, number, measured)
            after = self.peak(kind, number)
            ratios[times] = good / statistics.mean([before, after])
            before = after
        return before, ratios

    def fairness(self, peak, number):
        """A quiet institution's share of what it asked, in a flood of others'."""
        flood = self.command("offer", "--rate", "%.1f" % (3 * peak), "--except", QUIET)
        flooding = process.start(flood)
        try:
            rate = QUIET_SHARE * peak
            measured = self.offer("unary", rate, "--only", QUIET)
        finally:
            flooding.wait()
        good = self.keep("quiet", "in 3x", number, measured)
        return good / measured["offered_per_second"]

    def soak(self, minutes, peaks):
        """Floods in turn; the server's memory after each pair of them."""
        until = time.monotonic() + 60 * minutes
        resident = []
        while time.monotonic() < until:
            number = len(resident) + 1
            for kind, peak in peaks.items():
                self.keep(kind, "soak", number, self.offer(kind, 2 * peak))
            resident.append(self.lines[-1]["resident_bytes"])
        return resident


def flat(resident):
    """The greatest of the last quarter of a soak to that of the first."""
    quarter = max(1, len(resident) // 4)
    return max(resident[-quarter:]) / max(resident[:quarter])


def median(values):
    return "%.2f (%.2f to %.2f)" % (
        statistics.median(values),
        min(values),
        max(values),
    )


def run(arguments):
    with contextlib.ExitStack() as stack:
        overload = Overload(arguments, stack)
        overload.start()
        results = {key: [] for key in TARGETS}
        fair = []
        for number in range(1, arguments.rounds + 1):
            peaks = {}
            for kind in ("unary", "stream"):
                peaks[kind], ratios = overload.measure(kind, number)
                for times, ratio in ratios.items():
                    results[kind, times].append(ratio)
                if kind == "unary":
                    fair.append(overload.fairness(peaks[kind], number))
        resident = overload.soak(arguments.soak_minutes, peaks)
        print()
        print("| settles | offered | of the peak: median (range) | target |")
        print("|---|---|---|---|")
        for (kind, times), target in TARGETS.items():
            cells = (kind, times, median(results[kind, times]), target)
            print("| %s | %d x capacity | %s | >= %.1f |" % cells)
        print()
        print("a quiet institution in a flood got %s of what it asked" % median(fair))
        if resident:
            print(
                "memory after %d minutes of flood: %d MiB, %.2f of the first quarter's"
                % (arguments.soak_minutes, resident[-1] >> 20, flat(resident))
            )
        return 0


if __name__ == "__main__":
    sys.exit(compare.main(read_arguments, run))
