// Who may be registered for what (docs/rules.md section 3, "Registrations").
#include "domain/register.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "base/error.h"
#include "base/limits.h"
#include "domain/reason.h"
#include "tests/support/status_matchers.h"
#include "tests/support/world.h"

namespace onestop::domain {
namespace {

using onestop::testing::D;
using onestop::testing::InService;
using onestop::testing::Registered;
using onestop::testing::Resident;
using onestop::testing::SmallCatalog;

// A region whose list asks for a TREATMENT registration.
const Policy& CityPolicy() {
  static const Policy* const policy = [] {
    auto* made = new Policy;
    Plan plan;
    Scheme scheme;
    scheme.id = "city-negotiated";
    scheme.conditions.registration = RegistrationKind::kTreatment;
    plan.schemes.push_back(scheme);
    made->AddPlan("120000", Insurance::kResident, plan);
    return made;
  }();
  return *policy;
}

struct Case {
  Person person = Resident("P", "120000");
  std::optional<Person> beneficiary;
  Catalog catalog = SmallCatalog();
  Registration registration;
  Day today = D("2025-06-01");

  absl::Status Check() const {
    RegisterFacts facts;
    facts.person = &person;
    facts.beneficiary = beneficiary ? &*beneficiary : nullptr;
    facts.catalog = &catalog;
    facts.policy = &CityPolicy();
    facts.today = today;
    return CheckRegistration(facts, registration);
  }
};

Registration TreatmentAt(const std::string& hospital, const char* from) {
  Registration registration =
      Registered(RegistrationKind::kTreatment, "", from);
  registration.institution_id = hospital;
  registration.physician_id = "DR1";
  registration.physician_title = "SENIOR";
  registration.item_codes = {"N1"};
  return registration;
}

Case Treatment() {
  Case made;
  made.registration = TreatmentAt("T3", "2025-05-01");
  return made;
}

Case OfKind(RegistrationKind kind, const std::string& disease) {
  Case made;
  made.registration = Registered(kind, disease, "2025-05-01");
  return made;
}

TEST(RegisterTest, WhatFitsIsRegistered) {
  ONESTOP_EXPECT_OK(Treatment().Check());
  Case associate = Treatment();
  associate.registration.physician_title = "ASSOCIATE_SENIOR";
  ONESTOP_EXPECT_OK(associate.Check());
  ONESTOP_EXPECT_OK(
      OfKind(RegistrationKind::kChronicDisease, "M06900").Check());
  ONESTOP_EXPECT_OK(OfKind(RegistrationKind::kTwoDisease, "DIABETES").Check());
  Case family = OfKind(RegistrationKind::kFamilyAccount, "");
  family.person = InService("P");
  family.beneficiary = Resident("R");
  ONESTOP_EXPECT_OK(family.Check());
}

struct Refused {
  std::string_view reason;
  std::function<Case()> make;
};

const Refused kRefused[] = {
    {refusal::kInstitutionUnknown,
     [] {
       Case c = Treatment();
       c.registration.institution_id = "NOWHERE";
       return c;
     }},
    {"MALFORMED_REQUEST",
     [] {
       Case c = Treatment();
       c.today = D("2025-04-30");
       return c;
     }},
    {refusal::kInstitutionLevel,
     [] {
       Case c = Treatment();
       c.registration.institution_id = "T2";
       return c;
     }},
    {refusal::kInstitutionLevel,
     [] {
       Case c = Treatment();
       c.registration.institution_id = "PT";
       return c;
     }},
    {refusal::kPhysicianTitle,
     [] {
       Case c = Treatment();
       c.registration.physician_title = "INTERMEDIATE";
       return c;
     }},
    {refusal::kItemUnknown,
     [] {
       Case c = Treatment();
       c.registration.item_codes = {"N1", "NOTHING"};
       return c;
     }},
    {refusal::kNotOnList,
     [] {
       Case c = Treatment();
       c.registration.item_codes = {"N1", "A"};
       return c;
     }},
    {refusal::kNotOnList,  // before the agreement
     [] {
       Case c = Treatment();
       c.registration.registered_on = D("2021-02-28");
       return c;
     }},
    {refusal::kNotOnList,  // another region has no such list
     [] {
       Case c = Treatment();
       c.person = Resident("P", "370100");
       return c;
     }},
    {refusal::kAlreadyRegistered,
     [] {
       Case c = Treatment();
       c.catalog.Put(onestop::testing::Hospital("T3B", 3, "120000"));
       c.person.registrations = {TreatmentAt("T3B", "2025-01-01")};
       return c;
     }},
    {refusal::kNotCertified,
     [] {
       Case c = OfKind(RegistrationKind::kChronicDisease, "M06900");
       c.registration.institution_id = "T3";
       return c;
     }},
    {refusal::kNotCertified,  // a pharmacy never certifies
     [] {
       Case c = OfKind(RegistrationKind::kChronicDisease, "M06900");
       Institution pharmacy = onestop::testing::Pharmacy("PC", "120000");
       pharmacy.certifies_chronic_disease = true;
       c.catalog.Put(pharmacy);
       c.registration.institution_id = "PC";
       return c;
     }},
    {refusal::kNotCertified,  // nor does it diagnose
     [] {
       Case c = OfKind(RegistrationKind::kTwoDisease, "DIABETES");
       c.registration.institution_id = "PT";
       return c;
     }},
    {refusal::kWrongInsurance,
     [] {
       Case c = OfKind(RegistrationKind::kTwoDisease, "DIABETES");
       c.person = InService("P");
       return c;
     }},
    {refusal::kWrongInsurance,
     [] {
       Case c = OfKind(RegistrationKind::kFamilyAccount, "");
       c.beneficiary = Resident("R");
       return c;
     }},
    {refusal::kPersonUnknown,
     [] {
       Case c = OfKind(RegistrationKind::kFamilyAccount, "");
       c.person = InService("P");
       return c;
     }},
    {refusal::kTooManyRegistrations, [] {
       Case c = OfKind(RegistrationKind::kChronicDisease, "M06900");
       c.person.registrations.resize(limits::kMaxRegistrations);
       return c;
     }}};

TEST(RegisterTest, EachRefusalHasItsReason) {
  for (const Refused& row : kRefused) {
    EXPECT_EQ(ErrorReason(row.make().Check()), row.reason);
  }
}

TEST(RegisterTest, WhoeverRegistersHasAContractOnThatDay) {
  Institution ended = onestop::testing::Hospital("OLD", 3, "120000");
  ended.certifies_chronic_disease = true;
  ended.contract.until = D("2025-04-30");
  Case family = OfKind(RegistrationKind::kFamilyAccount, "");
  family.person = InService("P");
  family.beneficiary = Resident("R");
  for (Case c : {Treatment(), family,
                 OfKind(RegistrationKind::kChronicDisease, "M06900"),
                 OfKind(RegistrationKind::kTwoDisease, "DIABETES")}) {
    c.catalog.Put(ended);
    c.registration.institution_id = "OLD";
    EXPECT_EQ(ErrorReason(c.Check()), refusal::kInstitutionNotContracted);
    c.registration.registered_on = D("2025-04-30");  // its last day
    ONESTOP_EXPECT_OK(c.Check());
  }
}

TEST(RegisterTest, AnUnknownPersonIsRefusedFirst) {
  EXPECT_EQ(ErrorReason(CheckRegistration({}, TreatmentAt("X", "2025-01-01"))),
            refusal::kPersonUnknown);
}

TEST(RegisterTest, OneHospitalAtATime) {
  Case c = Treatment();
  c.catalog.Put(onestop::testing::Hospital("T3B", 3, "120000"));
  Registration held = TreatmentAt("T3B", "2025-01-01");
  held.revoked_on = D("2025-05-01");  // the change: revoked, then anew
  c.person.registrations = {held};
  ONESTOP_EXPECT_OK(c.Check());
  c.person.registrations = {TreatmentAt("T3B", "2024-05-01")};  // ended
  ONESTOP_EXPECT_OK(c.Check());
  c.person.registrations = {TreatmentAt("T3B", "2024-05-02")};  // a day more
  EXPECT_EQ(ErrorReason(c.Check()), refusal::kAlreadyRegistered);
  held = TreatmentAt("T3B", "2025-06-01");
  held.revoked_on = D("2025-05-15");  // before it began
  c.person.registrations = {held};
  ONESTOP_EXPECT_OK(c.Check());
  c.person.registrations = {TreatmentAt("T3", "2025-01-01")};  // the same one
  ONESTOP_EXPECT_OK(c.Check());
}

TEST(RegisterTest, ItemsAreUpdatedFromADayOn) {
  Person person = Resident("P", "120000");
  person.registrations = {TreatmentAt("T3", "2025-01-01")};
  person.registrations[0].registration_id = "R";
  const Catalog catalog = SmallCatalog();
  const auto update = [&](const char* id, const char* from,
                          std::vector<std::string> items) {
    return UpdateItems(person, id, {D(from), std::move(items)}, catalog,
                       CityPolicy());
  };
  ONESTOP_EXPECT_OK(update("R", "2025-03-01", {"N2"}));
  ONESTOP_EXPECT_OK(update("R", "2025-02-01", {"N1", "N2"}));
  ONESTOP_EXPECT_OK(update("R", "2025-03-01", {"N1"}));  // replaces that day's
  const Registration& registration = *FindRegistration(person, "R");
  ASSERT_EQ(registration.item_versions.size(), 2u);
  EXPECT_EQ(ItemsOn(registration, D("2025-02-15")).size(), 2u);
  EXPECT_EQ(ItemsOn(registration, D("2025-03-01")),
            (std::vector<std::string>{"N1"}));
  EXPECT_EQ(ErrorReason(update("R", "2025-04-01", {"A"})), refusal::kNotOnList);
  EXPECT_EQ(ErrorReason(update("R", "2026-01-01", {"N1"})),
            refusal::kRegistrationExpired);
  EXPECT_EQ(ErrorReason(update("X", "2025-04-01", {"N1"})),
            refusal::kRegistrationUnknown);
}

TEST(RegisterTest, AnAssessmentRevivesWhatIsOverdue) {
  Person person = Resident("P", "120000");
  person.registrations = {TreatmentAt("T3", "2025-01-01")};
  person.registrations[0].registration_id = "R";
  EXPECT_EQ(StateOn(person.registrations[0], D("2025-08-01")),
            RegistrationState::kOverdue);
  const Day today = D("2025-08-01");
  ONESTOP_EXPECT_OK(Reassess(person, "R", D("2025-07-31"), today));
  ONESTOP_EXPECT_OK(Reassess(person, "R", D("2025-07-31"), today));
  EXPECT_EQ(person.registrations[0].assessed_on.size(), 1u);
  EXPECT_EQ(StateOn(person.registrations[0], D("2025-08-01")),
            RegistrationState::kActive);
  EXPECT_EQ(ErrorReason(Reassess(person, "R", D("2025-08-02"), today)),
            "MALFORMED_REQUEST");
  EXPECT_EQ(ErrorReason(Reassess(person, "X", today, today)),
            refusal::kRegistrationUnknown);
}

RegistrationChange ChangeOf(RegistrationChange::Kind kind, const char* id,
                            const char* day) {
  RegistrationChange change;
  change.kind = kind;
  change.caller = "agency";
  change.request_id = id;
  change.day = D(day);
  return change;
}

TEST(RegisterTest, AChangeIsKeptWithWhatItChanged) {
  using Kind = RegistrationChange::Kind;
  Person person = Resident("P", "120000");
  person.registrations = {TreatmentAt("T3", "2025-01-01"),
                          TreatmentAt("T3", "2025-02-01")};
  person.registrations[0].registration_id = "R";
  person.registrations[0].treatment_plan = "old plan";
  person.registrations[1].registration_id = "S";
  const Catalog catalog = SmallCatalog();
  const ChangeFacts facts{catalog, CityPolicy(), D("2025-08-01")};
  RegistrationChange update = ChangeOf(Kind::kUpdate, "1", "2025-03-01");
  update.item_codes = {"N2"};
  const Person before = person;
  EXPECT_EQ(ErrorReason(ApplyChange(person, "X", update, facts)),
            refusal::kRegistrationUnknown);
  RegistrationChange refused = update;
  refused.item_codes = {"A"};
  refused.text = "plan of what is refused";
  EXPECT_EQ(ErrorReason(ApplyChange(person, "R", refused, facts)),
            refusal::kNotOnList);
  EXPECT_EQ(person, before);

  ONESTOP_EXPECT_OK(ApplyChange(person, "R", update, facts));
  EXPECT_EQ(person.registrations[0].treatment_plan, "old plan");
  RegistrationChange plan = ChangeOf(Kind::kUpdate, "2", "2025-03-01");
  plan.item_codes = {"N1"};
  plan.text = "new plan";
  ONESTOP_EXPECT_OK(ApplyChange(person, "R", plan, facts));
  EXPECT_EQ(person.registrations[0].treatment_plan, "new plan");
  const RegistrationChange reassess =
      ChangeOf(Kind::kReassess, "1", "2025-07-15");
  ONESTOP_EXPECT_OK(ApplyChange(person, "R", reassess, facts));
  RegistrationChange revoke = ChangeOf(Kind::kRevoke, "1", "2025-08-01");
  revoke.text = "moved away";
  ONESTOP_EXPECT_OK(ApplyChange(person, "S", revoke, facts));
  EXPECT_EQ(person.registrations[1].revocation_reason, "moved away");
  EXPECT_EQ(person.registrations[0].changes,
            (std::vector<RegistrationChange>{update, plan, reassess}));

  // Each kind has ids of its own, and so has each caller.
  EXPECT_EQ(FindChange(person, update).change,
            &person.registrations[0].changes[0]);
  EXPECT_EQ(FindChange(person, reassess).change,
            &person.registrations[0].changes[2]);
  EXPECT_EQ(FindChange(person, revoke).registration, &person.registrations[1]);
  RegistrationChange stranger = update;
  stranger.caller = "H3";
  EXPECT_EQ(FindChange(person, stranger).change, nullptr);
}

TEST(RegisterTest, ChangesAreBoundedButARevocationIsTaken) {
  using Kind = RegistrationChange::Kind;
  Person person = Resident("P", "120000");
  person.registrations = {TreatmentAt("T3", "2025-01-01")};
  person.registrations[0].registration_id = "R";
  person.registrations[0].changes.resize(limits::kMaxRegistrationChanges);
  const Catalog catalog = SmallCatalog();
  const ChangeFacts facts{catalog, CityPolicy(), D("2025-08-01")};
  EXPECT_EQ(
      ErrorReason(ApplyChange(
          person, "R", ChangeOf(Kind::kReassess, "1", "2025-02-01"), facts)),
      refusal::kTooManyRegistrations);
  ONESTOP_EXPECT_OK(ApplyChange(
      person, "R", ChangeOf(Kind::kRevoke, "2", "2025-03-01"), facts));
  EXPECT_EQ(
      ErrorReason(ApplyChange(
          person, "R", ChangeOf(Kind::kRevoke, "3", "2025-03-01"), facts)),
      refusal::kTooManyRegistrations);
}

TEST(RegisterTest, ARevocationIsFinal) {
  Person person = Resident("P", "120000");
  person.registrations = {TreatmentAt("T3", "2025-01-01")};
  person.registrations[0].registration_id = "R";
  ONESTOP_EXPECT_OK(Revoke(person, "R", D("2025-04-01")));
  ONESTOP_EXPECT_OK(Revoke(person, "R", D("2025-04-01")));
  EXPECT_EQ(ErrorReason(Revoke(person, "R", D("2025-05-01"))),
            refusal::kRegistrationExpired);
  EXPECT_EQ(StateOn(person.registrations[0], D("2025-04-01")),
            RegistrationState::kExpired);
}

}  // namespace
}  // namespace onestop::domain
