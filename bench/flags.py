"""What flags of the benchmarks may be."""

import argparse
import pathlib

ROOT = pathlib.Path(__file__).resolve().parent.parent


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


def sizes(text):
    """Two or more, ascending."""
    found = [number(100, 1_000_000_000)(part) for part in text.split(",")]
    if len(found) < 2 or found != sorted(set(found)):
        raise argparse.ArgumentTypeError("must be two or more, ascending")
    return found


def add_surroundings(parser):
    """Where programs and PostgreSQL are, and where the lines go."""
    add = parser.add_argument
    add("--json", metavar="FILE", help="gets one line a measurement, appended")
    add("--build", type=pathlib.Path, default=ROOT / "build/release", metavar="DIR")
    add("--database", metavar="URL", help="a PostgreSQL server; ./dev starts one")
    add("--check-only", action="store_true", help="read the flags and end")


def read(parser):
    """The flags, once it is certain that the run has what it needs."""
    arguments = parser.parse_args()
    if not arguments.database and not arguments.check_only:
        parser.error("no database is named: give --database URL")
    if arguments.json:
        with open(arguments.json, "a", encoding="utf-8"):
            pass  # It can be written: better known now than after a round.
    return arguments
