#!/usr/bin/python3
"""The month's credits of accounts and the month's roster of the two diseases, killed
at random moments and run again: as one clean run.

ONESTOP_KILL_PERSONS: how many persons have an account, and are on a roster.
"""

import os
import pathlib
import subprocess
import unittest

import killing
import stage
import world

PERSONS = int(os.environ.get("ONESTOP_KILL_PERSONS", "3000"))
FOLDER = pathlib.Path(world.scratch())
MONTH = ("--month", "2025-03")
REGION = ("--region", "530100")


def write(name, header, lines):
    path = FOLDER / name
    path.write_text("\n".join([header, *lines, ""]), encoding="utf-8")
    return path


def employee(number):
    return "E%d,1980-01-01,530100,EMPLOYEE,IN_SERVICE" % number


def resident(number):
    return "R%d,1960-01-01,530100,RESIDENT,RESIDENT" % number


def roster(name, numbers):
    diseases = ("HYPERTENSION", "DIABETES")
    lines = ("R%d,%s" % (number, diseases[number % 2]) for number in numbers)
    return write(name, "person_id,disease", lines)


def setUpModule():
    """Everybody is known; who stands on February's roster is registered."""
    header = "person_id,birth_date,pooling_region,insurance_type,person_category"
    for name, person in (("employees.csv", employee), ("residents.csv", resident)):
        load("persons", write(name, header, map(person, range(PERSONS))))
    february = roster("february.csv", range(PERSONS * 2 // 3))
    load("roster", february, "--month", "2025-02", *REGION)


def load(kind, path, *flags):
    subprocess.run(
        [world.BUILD / "onestop", "import", kind, path, "--quiet", *flags]
        + ["--server", stage.SERVER.address],
        stdout=subprocess.DEVNULL,
        check=True,
    )


class Credits(killing.JobTest):
    halfway = "count(*) BETWEEN 1 AND %d FROM posting WHERE kind = 'credit'" % (
        PERSONS - 1
    )

    @classmethod
    def setUpClass(cls):
        lines = ("E%d,%d" % (n, 500_000 + n) for n in range(PERSONS))
        path = write("credits.csv", "person_id,contribution_base_fen", lines)
        cls.arguments = ("import", "credits", path, "--quiet", *MONTH)
        super().setUpClass()


class Roster(killing.JobTest):
    """A third come to it, a third stay, a third go."""

    halfway = (
        "EXISTS (SELECT FROM roster WHERE month = '2025-03-01') AND"
        " (SELECT count(*) < %d FROM roster_member WHERE revoked_by IS NOT NULL)"
        % (PERSONS // 3)
    )

    @classmethod
    def setUpClass(cls):
        path = roster("march.csv", range(PERSONS // 3, PERSONS))
        cls.arguments = ("import", "roster", path, "--quiet", *MONTH, *REGION)
        super().setUpClass()


if __name__ == "__main__":
    unittest.main(verbosity=2)
