#!/usr/bin/python3
"""Measures Settle beside its ceiling and its rival, interleaved, in one run.

`./dev bench` starts the PostgreSQL that it needs and calls it; docs/benchmarks.md
says how to read what comes out.
"""

import argparse
import contextlib
import datetime
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile

import database
import process
import summary

ROOT = pathlib.Path(__file__).resolve().parent.parent
TODAY = "2025-03-20"  # kToday of world.h
# What is measured, and which service answers which call. To come: stream, the
# storage batch alone, pgbench's transaction and function, overload.
CONTENDERS = {
    "echo": ("echo", "settle"),
    "quote": ("onestopd", "quote"),
    "settle": ("onestopd", "settle"),
    "settle-naive": ("naive", "settle"),
}
FILLED_TABLES = ["person", "person_version", "ledger", "posting"]
AGREE_SETTLES = 200
GRACE_SECONDS = 60  # beyond what a measurement is asked to take


def read_arguments():
    parser = argparse.ArgumentParser(
        prog="./dev bench compare",
        description="Medians and ratios of one interleaved run. NAME: %s; echo is "
        "always measured. --only may be repeated." % ", ".join(CONTENDERS),
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--rounds", type=number(1, 1000), default=5, metavar="N")
    add("--only", choices=sorted(CONTENDERS), metavar="NAME", action="append")
    add("--json", metavar="FILE", help="gets one line a measurement, appended")
    add("--seconds", type=seconds, default=3.0, metavar="S", help="a measurement's")
    add("--warmup", type=seconds, default=1.0, metavar="S", help="before it")
    add("--outstanding", type=counts, default="64,256", metavar="N,N")
    add("--persons", type=number(10, 99_999_990), default=20_000, metavar="N")
    add("--lanes", type=number(0, 1024), default=0, metavar="N", help="0: its default")
    add("--verify", action="store_true", help="onestop verify on what was written")
    add("--build", type=pathlib.Path, default=ROOT / "build/release", metavar="DIR")
    add("--database", metavar="URL", help="a PostgreSQL server; ./dev starts one")
    add("--check-only", action="store_true", help="read the flags and end")
    arguments = parser.parse_args()
    if not arguments.database and not arguments.check_only:
        parser.error("no database is named: give --database URL")
    if arguments.json:
        with open(arguments.json, "a", encoding="utf-8"):
            pass  # It can be written: better known now than after a round.
    return arguments


def number(least, most):
    def parse(text):
        if not text.isdigit() or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError("must be %d to %d" % (least, most))
        return int(text)

    return parse


def seconds(text):
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0.05 <= value <= 3600:
        raise argparse.ArgumentTypeError("must be 0.05 to 3600 seconds")
    return value


def counts(text):
    return [number(1, 100_000)(part) for part in text.split(",")]


def say(text):
    print("bench: " + text, flush=True)


def commit():
    """The commit that is measured, marked when files differ from it."""
    git = ["git", "-c", "safe.directory=*", "-C", str(ROOT)]
    with contextlib.suppress(OSError, subprocess.CalledProcessError):
        described = [*git, "describe", "--always", "--dirty", "--exclude=*"]
        return subprocess.check_output(
            described, text=True, stderr=subprocess.DEVNULL
        ).strip()
    return "unknown"


def processor():
    with contextlib.suppress(OSError):
        for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return "unknown"


def describe_machine(server):
    return {
        "cores": len(os.sched_getaffinity(0)),
        "processor": processor(),
        "postgresql": server.show("server_version"),
        "fsync": server.show("fsync"),
        "synchronous_commit": server.show("synchronous_commit"),
    }


class Bench:
    """One run: its databases, its services, its measurements."""

    def __init__(self, arguments, stack):
        self.asked = arguments
        self.stack = stack
        self.server = database.Server(arguments.database)
        self.machine = describe_machine(self.server)
        self.facts = {"commit": commit(), "persons": arguments.persons}
        self.folder = stack.enter_context(tempfile.TemporaryDirectory())
        self.names = [*dict.fromkeys(["echo", *(arguments.only or CONTENDERS)])]
        self.databases = {}  # name of the service: URL
        self.services = {}
        self.measurements = []

    def program(self, name):
        return self.asked.build / name

    def load(self, verb, *options, seconds):
        return process.run(
            [self.program("bench/bench_load"), verb, "--persons", self.asked.persons]
            + [*options],
            seconds,
        )

    def needs(self, service):
        return any(CONTENDERS[name][0] == service for name in self.names)

    def fill_databases(self):
        say("filling a database with %d persons" % self.asked.persons)
        filled = "onestop_bench_%d" % os.getpid()
        self.stack.callback(self.server.drop, filled)
        url = self.server.create(filled)
        self.load("world", "--database", url, seconds=3600)
        self.server.settle_down(filled, *FILLED_TABLES)
        self.databases["onestopd"] = url
        if self.needs("naive"):
            copied = filled + "_naive"
            self.stack.callback(self.server.drop, copied)
            self.databases["naive"] = self.server.copy(copied, filled)
            self.server.settle_down(copied, *FILLED_TABLES)

    def start(self, name, *command):
        service = process.Service(name, command, self.folder)
        self.services[name] = self.stack.enter_context(service)

    def start_services(self):
        say("starting the servers")
        self.start(
            *("onestopd", self.program("onestopd")),
            *("--database", self.databases["onestopd"], "--lanes", self.asked.lanes),
            *("--listen", "127.0.0.1:0", "--metrics-address", "none", "--insecure"),
            *("--allow-assumed", "--today", TODAY, "--log-level", "warn"),
        )
        contender = self.program("bench/bench_contender")
        if self.needs("naive"):
            database_url = self.databases["naive"]
            self.start("naive", contender, "naive", "--database", database_url)
        reply = self.agree()
        self.start("echo", contender, "echo", "--reply-file", reply)

    def agree(self):
        """The servers settle alike; a file with an answer of the mean size."""
        reply = pathlib.Path(self.folder) / "reply"
        options = ["--server", self.services["onestopd"].address]
        if "naive" in self.services:
            options += ["--other", self.services["naive"].address]
        options += ["--count", AGREE_SETTLES, "--reply-file", reply]
        agreed = json.loads(self.load("agree", *options, seconds=GRACE_SECONDS))
        if agreed["compared"]:
            say(
                "onestopd and the naive server settle alike: %d receipts compared"
                % agreed["compared"]
            )
        self.facts["request_bytes"] = agreed["request_bytes"]
        self.facts["reply_bytes"] = agreed["reply_bytes"]
        say(
            "mean sizes: request %(request_bytes)d bytes, reply %(reply_bytes)d"
            % agreed
        )
        return reply

    def measure(self, name, outstanding, round_number):
        service, call = CONTENDERS[name]
        options = ["--server", self.services[service].address, "--call", call]
        options += ["--outstanding", outstanding, "--seconds", self.asked.seconds]
        options += ["--warmup", self.asked.warmup]
        limit = self.asked.seconds + self.asked.warmup + GRACE_SECONDS
        measured = json.loads(self.load("run", *options, seconds=limit))
        now = datetime.datetime.now(datetime.timezone.utc)
        machine = {**self.machine, "compiler": measured.pop("compiler")}
        return {
            "name": name,
            "outstanding": outstanding,
            "round": round_number,
            **measured,
            **self.facts,
            "date": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "lanes": self.asked.lanes,
            "machine": machine,
        }

    def keep(self, measured):
        self.measurements.append(measured)
        if self.asked.json:
            with open(self.asked.json, "a", encoding="utf-8") as file:
                file.write(json.dumps(measured, ensure_ascii=False) + "\n")
        say(
            "round %d of %d: %-12s %3d outstanding: %9.0f calls/s, p50 %d µs, "
            "p99 %d µs%s"
            % (
                measured["round"],
                self.asked.rounds,
                measured["name"],
                measured["outstanding"],
                measured["calls_per_second"],
                measured["p50_us"],
                measured["p99_us"],
                "; ERRORS: %s" % measured["reasons"] if measured["errors"] else "",
            )
        )

    def run(self):
        for round_number in range(1, self.asked.rounds + 1):
            order = [
                (name, count)
                for name in self.names
                for count in self.asked.outstanding
            ]
            random.Random(round_number).shuffle(order)
            for name, outstanding in order:
                self.keep(self.measure(name, outstanding, round_number))

    def verify(self):
        for service, url in self.databases.items():
            self.services[service].stop()
            say("verifying what %s wrote" % service)
            command = [self.program("onestop"), "verify", "--database", url]
            print(process.run(command, 3600), end="", flush=True)


def compare(arguments):
    with contextlib.ExitStack() as stack:
        bench = Bench(arguments, stack)
        say(
            "commit %s; %d cores of %s; PostgreSQL %s"
            % (
                bench.facts["commit"],
                bench.machine["cores"],
                bench.machine["processor"],
                bench.machine["postgresql"],
            )
        )
        for setting in ("fsync", "synchronous_commit"):
            if bench.machine[setting] != "on":
                say("WARNING: %s is off: nothing measured is durable" % setting)
        bench.fill_databases()
        bench.start_services()
        bench.run()
        if arguments.verify:
            bench.verify()
        print("\n" + summary.table(bench.measurements) + "\n", flush=True)
        errors = sum(one["errors"] for one in bench.measurements)
        if errors:
            say("%d calls failed: the figures above are not to be used" % errors)
        return 1 if errors else 0


def main(read, run):
    """The exit code of a benchmark that reads its flags and runs."""
    # Everything that was started is stopped on the way out.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        arguments = read()
        return 0 if arguments.check_only else run(arguments)
    except (database.DatabaseError, process.ProgramError, OSError) as error:
        print("bench: %s" % error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(read_arguments, compare))
