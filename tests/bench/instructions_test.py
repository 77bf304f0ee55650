#!/usr/bin/python3
"""The engine stays as fast as it is: counts the instructions of 1,000 fixed
evaluations with callgrind and compares them with tests/bench/instructions.json.

Instructions do not depend on how busy the machine is, but on the compiler: with
another one than the number was counted with, and without valgrind, it says so
and exits 77, which CTest counts as skipped.

After a change that is meant to cost or save instructions:
`/usr/bin/python3 tests/bench/instructions_test.py --renew` after a build of the
preset release, and the commit says why.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("ONESTOP_BINARY_DIR", ROOT / "build/release"))
PROGRAM = BUILD / "tests/instructions"
KEPT = pathlib.Path(__file__).with_name("instructions.json")
COUNTED = "OnestopCountedEvaluations"
SKIPPED = 77
RENEW = "--renew"


def count():
    """(instructions of the counted function, the compiler)"""
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "callgrind.out"
        run = subprocess.run(
            [
                *("valgrind", "--tool=callgrind", "--quiet"),
                *("--callgrind-out-file=%s" % out, "--toggle-collect=%s" % COUNTED),
                str(PROGRAM),
            ],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        text = out.read_text(encoding="utf-8")
    return int(re.search(r"^summary: (\d+)", text, re.M).group(1)), run.stdout.strip()


def judge(kept, instructions, compiler):
    """(exit code, what to say)"""
    if compiler != kept["compiler"]:
        return SKIPPED, "skipped: counted with %s, this is built with %s" % (
            *(kept["compiler"], compiler),
        )
    change = 100 * (instructions / kept["instructions"] - 1)
    said = "%d instructions, %+.1f %% of the %d that are kept; allowed are %.1f %%" % (
        *(instructions, change),
        *(kept["instructions"], kept["tolerance_percent"]),
    )
    if abs(change) <= kept["tolerance_percent"]:
        return 0, said
    return 1, "%s. If that is meant, renew the number: %s %s" % (
        *(said, pathlib.Path(__file__).relative_to(ROOT), RENEW),
    )


def check_itself():
    """The judge refuses what it should."""
    kept = {"compiler": "g++ 1", "instructions": 1000, "tolerance_percent": 3.0}
    for instructions, compiler, code in (
        *((1000, "g++ 1", 0), (1029, "g++ 1", 0), (1031, "g++ 1", 1)),
        *((969, "g++ 1", 1), (1031, "g++ 2", SKIPPED)),
    ):
        assert judge(kept, instructions, compiler)[0] == code, (instructions, compiler)


def main(arguments):
    check_itself()
    if not shutil.which("valgrind"):
        print("skipped: valgrind is not installed")
        return SKIPPED
    kept = json.loads(KEPT.read_text(encoding="utf-8"))
    instructions, compiler = count()
    if arguments == [RENEW]:
        kept = {**kept, "compiler": compiler, "instructions": instructions}
        KEPT.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
        print("kept: %d instructions with %s" % (instructions, compiler))
        return 0
    code, said = judge(kept, instructions, compiler)
    print(said)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
