"""What the phases of one run stand on: the world, databases, services, load."""

import contextlib
import datetime
import functools
import json
import os
import pathlib
import subprocess
import tempfile

import database
import flags
import process

TODAY = "2025-03-20"  # kToday of world.h
FILLED_TABLES = ["person", "person_version", "registered_at", "ledger"]
AGREE_SETTLES = 200
GRACE_SECONDS = 60  # beyond what a measurement is asked to take


def say(text):
    print("bench: " + text, flush=True)


def commit():
    """The commit that is measured, marked when files differ from it."""
    git = ["git", "-c", "safe.directory=*", "-C", str(flags.ROOT)]
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


class Stage:
    """One run. What it starts and creates is gone when `stack` is closed."""

    def __init__(self, arguments, wanted, stack):
        self.asked = arguments
        self.wanted = wanted  # names of results
        self.stack = stack
        self.postgres = database.Server(arguments.database)
        self.machine = describe_machine(self.postgres)
        self.facts = {"commit": commit(), "persons": arguments.persons}
        self.folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        self.measurements = []
        self.written = {}  # for `onestop verify`: URL and the server that writes

    # Programs and databases.

    def program(self, name):
        return self.asked.build / name

    def load(self, verb, *options, seconds):
        """What `bench_load VERB` answers; {} for one that says nothing."""
        command = [self.program("bench/bench_load"), verb]
        command += ["--persons", self.asked.persons, *options]
        printed = process.run(command, seconds)
        return json.loads(printed) if printed else {}

    @functools.cached_property
    def world(self):
        """The name of the filled database that others are copies of."""
        say("filling a database with %d persons" % self.asked.persons)
        name = "onestop_bench_%d" % os.getpid()
        self.stack.callback(self.postgres.drop, name)
        url = self.postgres.create(name)
        options = ["--database", url]
        if self.asked.verify:
            options.append("--postings")
        self.load("world", *options, seconds=3600)
        tables = [*FILLED_TABLES, *(["posting"] if self.asked.verify else [])]
        self.postgres.settle_down(name, *tables)
        return name

    @property
    def world_url(self):
        return self.postgres.url_of(self.world)

    def url_of(self, name):
        """Of the copy of this name."""
        return self.postgres.url_of("%s_%s" % (self.world, name))

    def copy_of_world(self, name):
        """The URL of a database of this name's own, filled and at rest."""
        copied = "%s_%s" % (self.world, name)
        self.stack.callback(self.postgres.drop, copied)
        return self.postgres.copy(copied, self.world)

    # Services: each runs from when it is first named to the end of the run.

    def service(self, name, *command):
        """One to be used in a `with` block."""
        return process.Service(name, command, self.folder)

    def start(self, name, *command):
        return self.stack.enter_context(self.service(name, *command))

    def onestopd_command(self, url, *options):
        return [
            *(self.program("onestopd"), "--database", url),
            *("--listen", "127.0.0.1:0", "--metrics-address", "none", "--insecure"),
            *("--allow-assumed", "--today", TODAY, "--log-level", "warn", *options),
        ]

    @functools.cached_property
    def onestopd(self):
        url = self.copy_of_world("onestopd")
        command = self.onestopd_command(url, "--lanes", self.asked.lanes)
        service = self.start("onestopd", *command)
        self.written[url] = service
        return service

    @functools.cached_property
    def naive(self):
        url = self.copy_of_world("naive")
        contender = self.program("bench/bench_contender")
        service = self.start("naive", contender, "naive", "--database", url)
        self.written[url] = service
        return service

    @functools.cached_property
    def echo(self):
        if not self.reply.exists():
            self.agree(self.onestopd)
        contender = self.program("bench/bench_contender")
        return self.start("echo", contender, "echo", "--reply-file", self.reply)

    # What is measured.

    @property
    def reply(self):
        """The file with a real answer of the mean size."""
        return self.folder / "reply"

    def agree(self, server, other=None):
        """The servers settle alike; notes the mean sizes."""
        options = ["--server", server.address, "--count", AGREE_SETTLES]
        options += ["--reply-file", self.reply]
        if other is not None:
            options += ["--other", other.address]
        agreed = self.load("agree", *options, seconds=GRACE_SECONDS)
        if agreed["compared"]:
            say(
                "%s and %s settle alike: %d receipts compared"
                % (server.name, other.name, agreed["compared"])
            )
        self.facts["request_bytes"] = agreed["request_bytes"]
        self.facts["reply_bytes"] = agreed["reply_bytes"]
        say(
            "mean sizes: request %(request_bytes)d bytes, reply %(reply_bytes)d"
            % agreed
        )

    def run_load(self, verb, *options):
        """One measurement of the seconds that were asked for."""
        times = ["--seconds", self.asked.seconds, "--warmup", self.asked.warmup]
        limit = self.asked.seconds + self.asked.warmup + GRACE_SECONDS
        return self.load(verb, *times, *options, seconds=limit)

    def check(self, name, measured):
        """For what is not kept: it may not hold errors either."""
        if measured["errors"]:
            raise process.ProgramError("%s: %s" % (name, measured["reasons"]))

    def keep(self, name, round_number, measured):
        """Notes a measurement (calls_per_second, errors, …) and says it."""
        now = datetime.datetime.now(datetime.timezone.utc)
        machine = dict(self.machine)
        if "compiler" in measured:
            machine["compiler"] = measured.pop("compiler")
        line = {
            "kind": "measurement",
            "name": name,
            "round": round_number,
            **measured,
            **self.facts,
            "date": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "lanes": self.asked.lanes,
            "machine": machine,
        }
        self.measurements.append(line)
        self.write(line)
        latency = ""
        if "p50_us" in measured:
            latency = ", p50 %(p50_us)d µs, p99 %(p99_us)d µs" % measured
        errors = "; ERRORS: %s" % line["reasons"] if line["errors"] else ""
        say(
            "round %d of %d: %-12s %9.0f a second%s%s"
            % (
                *(round_number, self.asked.rounds, name, line["calls_per_second"]),
                *(latency, errors),
            )
        )
        return line

    def write(self, line):
        if self.asked.json:
            with open(self.asked.json, "a", encoding="utf-8") as file:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")

    def verify(self):
        for url, service in self.written.items():
            service.stop()
            say("verifying what %s wrote" % service.name)
            command = [self.program("onestop"), "verify", "--lang", "en"]
            command += ["--database", url]
            print(process.run(command, 3600), end="", flush=True)
