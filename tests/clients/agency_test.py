#!/usr/bin/python3
"""Does in Python what an agency does, over a real server: imports, registrations,
look-ups.
"""

import json
import unittest

import stage
import world
from onestop.v1 import registry_pb2, resources_pb2, settlement_pb2
from stage import StageTest, claim, needs
from window import call

CLINIC = "H-KM-1"


class LookUps(StageTest):
    @needs("SettlementService/GetEligibility")
    def test_eligibility(self):
        request = settlement_pb2.GetEligibilityRequest(
            person_id="KM-0010",
            institution_id=CLINIC,
            service_date="2025-03-18",
            item_codes=["SRV-01", "DRG-03"],
        )
        answer = call(self.stub.GetEligibility, request)
        self.assertTrue(answer.in_force)
        self.assertEqual(list(answer.refusals), [])
        self.assertEqual(answer.account_balance_fen, 20000)
        self.assertEqual(
            [item.first_scheme for item in answer.items], ["yn-outpatient-employee", ""]
        )
        request.person_id = "KM-0011"
        answer = call(self.stub.GetEligibility, request)
        self.assertFalse(answer.in_force)
        self.assertEqual(list(answer.refusals), ["BENEFIT_SUSPENDED"])

    @needs(
        "RegistryService/GetPerson",
        "RegistryService/GetInstitution",
        "RegistryService/GetItem",
    )
    def test_the_registry(self):
        request = registry_pb2.GetPersonRequest(person_id="TJ-0001")
        answer = call(self.registry.GetPerson, request)
        self.assertEqual(answer.person.pooling_region, "120000")
        self.assertEqual(answer.registrations[0].registration_id, "REG-TJ-0001")
        request = registry_pb2.GetInstitutionRequest(institution_id="P-TJ-1")
        answer = call(self.registry.GetInstitution, request)
        self.assertEqual(answer.designations[0].hospital_id, "H-TJ-3")
        request = registry_pb2.GetItemRequest(item_code="DRG-02")
        answer = call(self.registry.GetItem, request)
        self.assertEqual(answer.item.listing[0].price, "4.52")


class Registering(StageTest):
    def treatment(self):
        person_id = self.person()
        request = registry_pb2.ImportPersonsRequest()
        request.persons.add(
            person_id=person_id,
            birth_date="1980-01-01",
            pooling_region="120000",
            insurance_type="INSURANCE_TYPE_RESIDENT",
            person_category="PERSON_CATEGORY_RESIDENT",
        )
        stage.load.send(self.registry.ImportPersons, [request])
        return settlement_pb2.RegisterRequest(
            request_id="reg-1",
            physician_title="PHYSICIAN_TITLE_SENIOR",
            registration=resources_pb2.Registration(
                person_id=person_id,
                registration_kind="REGISTRATION_KIND_TREATMENT",
                institution_id="H-TJ-3",
                physician_id="DR-TJ-01",
                item_codes=["NEG-15"],
                registered_on="2025-03-01",
                diagnosis_codes=["M06.9"],
                diagnosis_basis="laboratory report",
                treatment_plan="every two weeks",
            ),
        )

    def test_register_and_be_paid(self):
        request = self.treatment()
        person_id = request.registration.person_id
        drug = claim(
            *(person_id, "H-TJ-3", ("NEG-15", "4", 516000)),
            physician_id="DR-TJ-01",
            diagnosis_codes=["M06.9"],
        )
        self.assertEqual(self.window.quote(drug).totals.fund_pay_fen, 0)
        registered = call(self.stub.Register, request).registration
        self.assertEqual(registered.valid_until, "2026-02-28")
        self.assertNotEqual(registered.registration_id, "")
        self.assertEqual(call(self.stub.Register, request).registration, registered)
        self.assertGreater(self.window.quote(drug).totals.fund_pay_fen, 0)

    @needs(
        "RegistryService/UpdateRegistration",
        "RegistryService/ReassessRegistration",
        "RegistryService/RevokeRegistration",
        "RegistryService/ListRegistrations",
    )
    def test_update_reassess_revoke(self):
        request = self.treatment()
        named = {
            "person_id": request.registration.person_id,
            "registration_id": call(
                self.stub.Register, request
            ).registration.registration_id,
        }
        updated = call(
            self.registry.UpdateRegistration,
            registry_pb2.UpdateRegistrationRequest(
                request_id="u-1",
                item_codes=["NEG-16"],
                **{"from": "2025-03-10"},
                **named,
            ),
        ).registration
        self.assertEqual(list(updated.item_versions[0].item_codes), ["NEG-16"])
        assessed = call(
            self.registry.ReassessRegistration,
            registry_pb2.ReassessRegistrationRequest(
                request_id="a-1", assessed_on="2025-03-15", **named
            ),
        ).registration
        self.assertEqual(list(assessed.assessed_on), ["2025-03-15"])
        revoked = call(
            self.registry.RevokeRegistration,
            registry_pb2.RevokeRegistrationRequest(
                request_id="v-1", revoked_on="2025-03-20", reason="moved", **named
            ),
        ).registration
        self.assertEqual(revoked.revoked_on, "2025-03-20")
        listed = call(
            self.registry.ListRegistrations,
            registry_pb2.ListRegistrationsRequest(person_id=named["person_id"]),
        ).registrations
        self.assertEqual(list(listed), [revoked])


class Importing(StageTest):
    def test_a_bad_row_does_not_stop_the_others(self):
        path = world.ROOT / "demo" / "persons.json"
        persons = json.loads(path.read_text(encoding="utf-8"))["persons"]
        persons[1]["birth_date"] = "1985-13-01"
        persons[3]["pooling_region"] = "999999"
        request = registry_pb2.ImportPersonsRequest(
            persons=stage.load.parse(persons, resources_pb2.Person)
        )
        results = stage.load.send(self.registry.ImportPersons, [request, request])
        self.assertEqual([row.index for row in results], list(range(len(persons) * 2)))
        refused = stage.load.refusals(results)
        self.assertEqual(
            {row: why.reason for row, why in refused.items()},
            {
                1: "MALFORMED_REQUEST",
                3: "REGION_UNKNOWN",
                len(persons) + 1: "MALFORMED_REQUEST",
                len(persons) + 3: "REGION_UNKNOWN",
            },
        )
        self.assertEqual(list(refused[1].fields), ["persons[1].birth_date"])
        outcomes = {row.outcome for row in results if row.index not in refused}
        self.assertEqual(outcomes, {registry_pb2.ROW_OUTCOME_UNCHANGED})

    def test_inpatient_usage_uses_up_the_shared_cap(self):
        person_id = self.person()
        request = registry_pb2.PostUsageRequest()
        request.usages.add(
            request_id="stay-1", person_id=person_id, year=2025, amount_fen=1234
        )
        outcomes = [
            row.outcome
            for row in stage.load.send(self.registry.PostUsage, [request, request])
        ]
        self.assertEqual(
            outcomes,
            [registry_pb2.ROW_OUTCOME_CREATED, registry_pb2.ROW_OUTCOME_UNCHANGED],
        )
        ledger = call(
            self.stub.GetLedger, settlement_pb2.GetLedgerRequest(person_id=person_id)
        )
        counters = {one.counter: one.amount_fen for one in ledger.rows[0].counters}
        self.assertEqual(counters, {"cap/inpatient": 1234})


if __name__ == "__main__":
    unittest.main(verbosity=2)
