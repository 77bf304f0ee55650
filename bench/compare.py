#!/usr/bin/python3
"""Measures onestopd beside its ceilings and its rivals, in one run.

`./dev bench` starts the PostgreSQL that it needs and calls it; docs/benchmarks.md
says how to read what comes out.
"""

import argparse
import contextlib
import pathlib
import signal
import sys

import allocations
import contenders
import database
import disk
import engine
import flags
import growth
import latency
import process
import summary
import variants
from stage import Stage, say

# In the order in which they run. A phase is a module with RESULTS, the names of
# what it finds out, and run(stage), which measures those of stage.wanted and
# gives a line each (summary.result).
PHASES = [contenders, latency, variants, growth, disk, engine, allocations]
NAMES = [name for phase in PHASES for name in phase.RESULTS]


def read_arguments():
    parser = argparse.ArgumentParser(
        prog="./dev bench compare",
        description="Medians and ratios of one interleaved run. NAME: %s; what it is "
        "compared with is measured too. --only may be repeated." % ", ".join(NAMES),
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--rounds", type=flags.number(1, 1000), default=5, metavar="N")
    add("--only", choices=sorted(NAMES), metavar="NAME", action="append")
    add("--seconds", type=flags.seconds, default=3.0, metavar="S", help="a measurement")
    add("--warmup", type=flags.seconds, default=1.0, metavar="S", help="before it")
    add("--outstanding", type=flags.number(1, 100_000), default=256, metavar="N")
    add("--persons", type=flags.number(10, 99_999_990), default=1_000_000, metavar="N")
    add("--lanes", type=flags.number(0, 1024), default=0, help="0: onestopd's default")
    add(
        "--clients",
        type=flags.counts,
        default="8,16,32,64",
        metavar="N,N",
        help="of pgbench: the best of these",
    )
    add("--verify", action="store_true", help="onestop verify on what was written")
    add("--stored", type=flags.sizes, default="100000,1000000,10000000", metavar="N,N")
    add("--cache", type=pathlib.Path, default=flags.ROOT / ".dev/bench", metavar="DIR")
    add("--rebuild", action="store_true", help="what is stored in DIR, anew")
    add("--plots", type=pathlib.Path, default=flags.ROOT / "build/bench", metavar="DIR")
    flags.add_surroundings(parser)
    return flags.read(parser)


def begin(arguments, stack):
    stage = Stage(arguments, set(arguments.only or NAMES), stack)
    say(
        "commit %s; %d cores of %s; PostgreSQL %s"
        % (
            *(stage.facts["commit"], stage.machine["cores"]),
            *(stage.machine["processor"], stage.machine["postgresql"]),
        )
    )
    for setting in ("fsync", "synchronous_commit"):
        if stage.machine[setting] != "on":
            say("WARNING: %s is off: nothing measured is durable" % setting)
    return stage


def run_phases(stage):
    """The results of all phases that measure something wanted."""
    results = []
    for phase in PHASES:
        if stage.wanted.isdisjoint(phase.RESULTS):
            continue
        for result in phase.run(stage):
            line = {**result, **stage.facts, "machine": stage.machine}
            stage.write(line)
            results.append(line)
    return results


def compare(arguments):
    with contextlib.ExitStack() as stack:
        stage = begin(arguments, stack)
        results = run_phases(stage)
        if arguments.verify:
            stage.verify()
        print("\n" + summary.measured_table(stage.measurements))
        print("\n" + summary.result_table(results) + "\n", flush=True)
        errors = sum(one["errors"] for one in stage.measurements)
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
