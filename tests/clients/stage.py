"""One database with the demonstration's world and a server on it, shared by the
tests of a process; made when this module is first imported.
"""

import json
import unittest

import world

world.prepare()

import load  # noqa: E402
import window  # noqa: E402
from google.protobuf import json_format  # noqa: E402
from onestop.v1 import claim_pb2, registry_pb2  # noqa: E402

DATABASE = world.Database()
SERVER = world.Onestopd(DATABASE.url)
WINDOW = window.Window(SERVER.address)


def load_world(path):
    """Imports a scenario file's world; every row must be taken."""
    rows = json.loads(path.read_text(encoding="utf-8"))
    rows["counters"] = rows.pop("ledger", [])
    refused = load.load(WINDOW.registry, rows, path.name)
    if refused:
        raise RuntimeError("%s: refused %s" % (path, refused))


for name in ("catalog.json", "institutions.json", "persons.json"):
    load_world(world.ROOT / "demo" / name)


def claim(person_id, institution_id, *lines, **fields):
    """A claim; a line is (item, quantity, fen) or (item, quantity, fen, days)."""
    parsed = {
        "person_id": person_id,
        "institution_id": institution_id,
        "encounter_id": "V-1",
        "service_date": "2025-03-18",
        "physician_id": "DR-01",
        "diagnosis_codes": ["J18.9"],
        "lines": [
            {
                "line_id": str(number),
                "item_code": line[0],
                "quantity": line[1],
                "amount_fen": line[2],
                "days_supply": line[3] if len(line) > 3 else 0,
            }
            for number, line in enumerate(lines, 1)
        ],
        **fields,
    }
    return json_format.ParseDict(parsed, claim_pb2.Claim())


def prescription(institution_id, *items, **fields):
    """A prescription of yesterday; an item is (item, quantity)."""
    return {
        "prescription_id": "RX-1",
        "institution_id": institution_id,
        "physician_id": "DR-01",
        "issued_on": "2025-03-17",
        "channel": "PRESCRIPTION_CHANNEL_E_CENTER",
        "items": [{"item_code": item, "quantity": count} for item, count in items],
        **fields,
    }


def needs(*methods):
    """Skips a test of methods that the server does not have yet."""
    absent = sorted(set(methods) & set(world.methods_not_yet()))
    return unittest.skipIf(absent, "the server does not have yet: " + ", ".join(absent))


class StageTest(unittest.TestCase):
    """A test with a client of the server, and new persons."""

    maxDiff = None
    window = WINDOW
    stub = WINDOW.settlement
    registry = WINDOW.registry
    persons = 0

    def person(self):
        """A new employee of Kunming."""
        StageTest.persons += 1
        person_id = "WIN-%d" % StageTest.persons
        request = registry_pb2.ImportPersonsRequest()
        request.persons.add(
            person_id=person_id,
            birth_date="1980-01-01",
            pooling_region="530100",
            insurance_type="INSURANCE_TYPE_EMPLOYEE",
            person_category="PERSON_CATEGORY_IN_SERVICE",
        )
        (result,) = load.send(self.registry.ImportPersons, [request])
        self.assertEqual(result.outcome, registry_pb2.ROW_OUTCOME_CREATED)
        return person_id

    def raw(self, name, request):
        """The answer's very bytes."""
        path = "/onestop.v1.SettlementService/" + name
        method = self.window.channel.unary_unary(path)
        return method(request.SerializeToString(), timeout=5)
