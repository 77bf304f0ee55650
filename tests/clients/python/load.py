"""Imports a world through RegistryService, as an agency's loader would."""

from google.protobuf import json_format
from onestop.v1 import registry_pb2 as pb
from onestop.v1 import resources_pb2
from window import Refused

ROWS_A_MESSAGE = 200


def send(method, messages):
    """The results of one import stream, in order; `messages` are requests."""
    results = []
    for response in method(iter(messages), timeout=60):
        results.extend(response.results)
    return results


def pages(rows):
    for first in range(0, len(rows), ROWS_A_MESSAGE):
        yield rows[first : first + ROWS_A_MESSAGE]


def refusals(results):
    """{row: Refused} of the rows that were not taken."""
    return {
        result.index: Refused.from_status(result.error)
        for result in results
        if result.outcome == pb.ROW_OUTCOME_REFUSED
    }


def parse(rows, message):
    return [json_format.ParseDict(row, message()) for row in rows]


def load(registry, world, import_id):
    """Imports what a dict in the shape of a scenario holds. Returns what was
    refused, by the kind of row and its number."""
    kinds = (
        ("institutions", registry.ImportInstitutions, pb.ImportInstitutionsRequest),
        ("items", registry.ImportItems, pb.ImportItemsRequest),
        ("persons", registry.ImportPersons, pb.ImportPersonsRequest),
        ("designations", registry.ImportDesignations, pb.ImportDesignationsRequest),
        ("registrations", registry.ImportRegistrations, pb.ImportRegistrationsRequest),
        ("accounts", registry.ImportAccounts, pb.ImportAccountsRequest),
        ("counters", registry.ImportCounters, pb.ImportCountersRequest),
    )
    messages_of = {
        "institutions": resources_pb2.Institution,
        "items": resources_pb2.Item,
        "persons": resources_pb2.Person,
        "designations": resources_pb2.Designation,
        "registrations": resources_pb2.Registration,
        "accounts": resources_pb2.AccountBalance,
        "counters": resources_pb2.LedgerCounter,
    }
    refused = {}
    for kind, method, request in kinds:
        rows = parse(world.get(kind, []), messages_of[kind])
        named = {"import_id": import_id} if kind in ("accounts", "counters") else {}
        requests = [request(**{kind: page}, **named) for page in pages(rows)]
        for row, why in refusals(send(method, requests)).items():
            refused[kind, row] = why
    return refused
