"""The engine alone, on one core: beside other rules engines that make one
comparable decision (bench/decision.h), and for claims of one and of ten lines.

The engine's claims are whole ones: every rule, steps, movements, checks. The
others look three tables up and do the arithmetic; so does `engine_bare`.
"""

import json
import os
import pathlib
import random
import shutil

import process
import summary
from stage import say

RIVALS = ["zen", "json-rules-engine"]  # as bench/rules_engines/rivals.js
FOLDER = pathlib.Path(__file__).resolve().parent / "rules_engines"
LOCK = "package-lock.json"
INSTALL_SECONDS = 300
ENGINE = {  # name of what is measured: Google Benchmark's of bench_micro
    "engine": "EvaluateDecision",
    "engine_bare": "BareDecision",
    "engine_1_line": "Evaluate/lines:1",
    "engine_10_lines": "Evaluate/lines:10",
}
# A result: what is measured, over its reference.
PAIRS = {
    "engine_vs_zen": ("engine", "zen"),
    "engine_vs_json_rules_engine": ("engine", "json-rules-engine"),
    "engine_bare_vs_zen": ("engine_bare", "zen"),
}
CLAIM_NS = {
    "engine_one_line_ns": "engine_1_line",
    "engine_ten_lines_ns": "engine_10_lines",
}
RESULTS = [*PAIRS, *CLAIM_NS]


def on_one_core(command):
    """The last core that we may use: the first serves most interrupts."""
    core = max(os.sched_getaffinity(0))
    return ["taskset", "--cpu-list", str(core), *map(str, command)]


class Rivals:
    """The other engines, installed beside the build."""

    def __init__(self, stage):
        self.folder = stage.asked.build / "bench/rules_engines"
        self.decision = stage.folder / "decision.json"

    def install(self):
        """npm ci, unless what is there is what is asked for."""
        self.folder.mkdir(parents=True, exist_ok=True)
        installed = self.folder / "installed"
        lock = (FOLDER / LOCK).read_bytes()
        for file in FOLDER.iterdir():
            shutil.copy(file, self.folder)
        if installed.exists() and installed.read_bytes() == lock:
            return
        say("installing %s with npm" % " and ".join(RIVALS))
        npm = ["npm", "ci", "--prefix", self.folder]
        quiet = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
        process.run([*npm, *quiet], INSTALL_SECONDS)
        installed.write_bytes(lock)

    def agree(self, stage):
        """Every engine pays the same fen in every case."""
        told = process.run([stage.program("bench/bench_decision")], 60)
        self.decision.write_text(told, encoding="utf-8")
        for name in RIVALS:
            agreed = json.loads(self.run(name, "check", seconds=60))["agreed"]
            say("onestop and %s pay alike in %d cases" % (name, agreed))

    def run(self, name, verb, *options, seconds):
        rivals = self.folder / "rivals.js"
        command = ["node", rivals, name, verb, self.decision, *options]
        return process.run(on_one_core(command), seconds)

    def measure(self, stage, name):
        # The better of two ways to call: each gets half of the time.
        half = stage.asked.seconds / 2
        told = self.run(name, "time", half, seconds=stage.asked.seconds + 60)
        found = json.loads(told)
        return {"calls_per_second": found["decisions_per_second"]}


def measure_engine(stage, name):
    command = [
        stage.program("bench/bench_micro"),
        "--benchmark_filter=^%s$" % ENGINE[name],
        "--benchmark_min_time=%s" % stage.asked.seconds,
        "--benchmark_format=json",
    ]
    told = process.run(on_one_core(command), 10 * stage.asked.seconds + 60)
    (found,) = json.loads(told)["benchmarks"]
    assert found["time_unit"] == "ns", found
    return {"calls_per_second": 1e9 / found["cpu_time"]}


def missing():
    """What the rivals need and is not there."""
    return [name for name in ("node", "npm", "taskset") if not shutil.which(name)]


def measured_names(stage):
    """What the wanted results are made of."""
    names = [CLAIM_NS[name] for name in CLAIM_NS if name in stage.wanted]
    for name, pair in PAIRS.items():
        if name in stage.wanted:
            names += pair
    return [*dict.fromkeys(names)]


def run(stage):
    names = measured_names(stage)
    rivals = Rivals(stage)
    if not set(RIVALS).isdisjoint(names):
        if missing():
            say(
                "skipped: other rules engines, without %s; install nodejs (18 or "
                "newer), npm and util-linux" % ", ".join(missing())
            )
            names = [name for name in names if name not in RIVALS]
        else:
            rivals.install()
            rivals.agree(stage)
    for round_number in range(1, stage.asked.rounds + 1):
        order = list(names)
        random.Random(round_number).shuffle(order)
        for name in order:
            if name in RIVALS:
                measured = rivals.measure(stage, name)
            else:
                measured = measure_engine(stage, name)
            stage.keep(name, round_number, {**measured, "errors": 0})
    return results(stage, names)


def results(stage, names):
    lines = [
        summary.compared(name, stage.measurements, *PAIRS[name], "decisions/s")
        for name in PAIRS
        if name in stage.wanted and set(PAIRS[name]) <= set(names)
    ]
    for name, measured in CLAIM_NS.items():
        if name in stage.wanted:
            speeds = summary.speeds(stage.measurements, measured).values()
            _, middle, _ = summary.spread(speeds)
            lines.append(summary.result(name, round(1e9 / middle, 1), "ns", "", []))
    return lines
