#!/usr/bin/python3
"""The closing of a month and of a year, killed at random moments and run again: as
one clean run.

ONESTOP_KILL_SETTLEMENTS: how many the month has.
"""

import os
import subprocess
import unittest

import killing
import stage
import world
from onestop.v1 import registry_pb2, settlement_pb2

SETTLEMENTS = int(os.environ.get("ONESTOP_KILL_SETTLEMENTS", "2000"))
PERSONS = 60
HOSPITAL = "H-KM-1"
MONTH = (HOSPITAL, "2025-03")
INSURED = (
    ("530100", "EMPLOYEE", "IN_SERVICE"),
    ("530100", "RESIDENT", "RESIDENT"),
    ("120000", "EMPLOYEE", "RETIRED"),
)
# The closing of a year is one statement: it is made to wait for a second.
HOLD = "LOCK closed_year IN SHARE MODE; SELECT pg_sleep(1)"
LOCKS = "EXISTS (SELECT FROM pg_locks WHERE relation = 'closed_year'::regclass AND %s)"
IS_HELD = LOCKS % "granted AND mode = 'ShareLock'"


def setUpModule():
    """A month of settlements of three kinds of insured, some taken back, and what
    else the statement is made of."""
    request = registry_pb2.ImportPersonsRequest()
    for number in range(PERSONS):
        region, insurance, category = INSURED[number % 3]
        request.persons.add(
            person_id="K-%d" % number,
            birth_date="1955-01-01",
            pooling_region=region,
            insurance_type="INSURANCE_TYPE_" + insurance,
            person_category="PERSON_CATEGORY_" + category,
        )
    refused = stage.load.refusals(
        stage.load.send(stage.WINDOW.registry.ImportPersons, [request])
    )
    if refused:
        raise RuntimeError(refused)
    settle()
    for kind, region in (("DEDUCTION", "530100"), ("ADVANCE", "120000")):
        subprocess.run(
            [world.BUILD / "onestop", "clearing", "adjust", *MONTH, "--kind", kind]
            + ["--region", region, "--amount-fen", "1234", "--reason", "audit"]
            + ["--request-id", kind, "--server", stage.SERVER.address],
            stdout=subprocess.DEVNULL,
            check=True,
        )


def settle():
    visits = [
        stage.claim(
            "K-%d" % (number % PERSONS),
            HOSPITAL,
            ("SRV-01", "1", 3000 + number),
            ("DRG-01", "1", 900),
            ("NEG-0%d" % (1 + number % 3), "1", 20000),
        )
        for number in range(SETTLEMENTS)
    ]
    requests = [
        settlement_pb2.SettleRequest(request_id="k-%d" % number, claim=visit)
        for number, visit in enumerate(visits)
    ]
    for _, answer in stage.WINDOW.settle_all(requests):
        if isinstance(answer, stage.window.Refused):
            raise answer
    for number in range(0, SETTLEMENTS, 40):
        stage.WINDOW.take_back(visits[number], "k-%d" % number, "wrong visit")


class Month(killing.JobTest):
    today = "2025-04-02"
    arguments = ("clearing", "close", *MONTH, "--due-on", "2025-04-25")
    halfway = "EXISTS (SELECT FROM clearing_statement WHERE closed_at IS NULL)"

    def told(self):
        """The statement, and every settlement behind it."""
        return self.run_to_its_end() + self.run_to_its_end(
            "clearing", "settlements", *MONTH
        )


class Year(killing.JobTest):
    arguments = ("year", "close", "2024")
    halfway = LOCKS % "NOT granted"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seconds = 0.7  # the first kill is while it waits, later ones after

    def start(self):
        holding = subprocess.Popen(
            ["psql", "-X", "-q", "-c", HOLD, self.database.url],
            stdout=subprocess.DEVNULL,
        )
        self.addCleanup(holding.wait)
        while self.database.run("SELECT " + IS_HELD) != "t":
            self.assertIsNone(holding.poll(), "nothing holds the year")
        return super().start()


if __name__ == "__main__":
    unittest.main(verbosity=2)
