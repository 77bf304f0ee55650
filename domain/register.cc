// Judges registrations against the person, the catalog and the policy.
#include "domain/register.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "domain/reason.h"

namespace onestop::domain {
namespace {

absl::Status Refuse(std::string_view reason, const std::string& message,
                    ErrorMetadata metadata = {}) {
  return MakeError(absl::StatusCode::kFailedPrecondition, reason, message,
                   std::move(metadata));
}

absl::Status Unknown(std::string_view reason, const std::string& message,
                     ErrorMetadata metadata = {}) {
  return MakeError(absl::StatusCode::kNotFound, reason, message,
                   std::move(metadata));
}

// Whether some scheme of the person's region that asks for a TREATMENT
// registration lists the item on that day.
bool Listed(const Item& item, const Plan* plan, Day day) {
  if (plan == nullptr || item.DelistedOn(day)) return false;
  if (item.negotiated && day < item.negotiated->period.from) return false;
  return std::any_of(plan->schemes.begin(), plan->schemes.end(),
                     [&item](const Scheme& scheme) {
                       return scheme.conditions.registration ==
                                  RegistrationKind::kTreatment &&
                              item.OnList(scheme.id) != nullptr;
                     });
}

absl::Status CheckItems(const Person& person,
                        const std::vector<std::string>& item_codes, Day day,
                        const Catalog& catalog, const Policy& policy) {
  const Coverage& coverage = person.CoverageOn(day);
  const Plan* plan = policy.PlanOn(coverage.region, coverage.insurance, day);
  for (const std::string& code : item_codes) {
    const Item* item = catalog.FindItem(code);
    if (item == nullptr) {
      return Unknown(refusal::kItemUnknown,
                     absl::StrCat("item ", code,
                                  " is not in the catalog; correct the code or "
                                  "import the item"),
                     {{"item_code", code}});
    }
    if (!Listed(*item, plan, day)) {
      return Refuse(refusal::kNotOnList,
                    absl::StrCat("item ", code,
                                 " is not on the person's region's list on ",
                                 FormatDay(day), "; leave it out"),
                    {{"item_code", code}});
    }
  }
  return absl::OkStatus();
}

// A person has one TREATMENT hospital at a time (city21 annex §3).
absl::Status CheckOneHospital(const Person& person,
                              const Registration& registration) {
  const Day until = ValidUntil(registration);
  for (const Registration& held : person.registrations) {
    if (held.kind != RegistrationKind::kTreatment ||
        held.institution_id == registration.institution_id) {
      continue;
    }
    const Day last = std::min(ValidUntil(held), held.revoked_on - 1);
    if (last < held.registered_on) continue;  // revoked before it began
    if (held.registered_on <= until && registration.registered_on <= last) {
      return Refuse(refusal::kAlreadyRegistered,
                    absl::StrCat("the person has a TREATMENT registration at "
                                 "another hospital until ",
                                 FormatDay(last), "; revoke it first"),
                    {{"registration_id", held.registration_id}});
    }
  }
  return absl::OkStatus();
}

absl::Status CheckTreatment(const RegisterFacts& facts,
                            const Registration& registration,
                            const Institution* institution) {
  if (institution == nullptr || !institution->IsHospital() ||
      institution->RuleLevel() < 3) {
    return Refuse(refusal::kInstitutionLevel,
                  "a TREATMENT is registered by a hospital of level 3");
  }
  if (registration.physician_title != "SENIOR" &&
      registration.physician_title != "ASSOCIATE_SENIOR") {
    return Refuse(refusal::kPhysicianTitle,
                  "a TREATMENT is registered by a physician of senior title "
                  "(ASSOCIATE_SENIOR or SENIOR)");
  }
  ONESTOP_RETURN_IF_ERROR(CheckItems(*facts.person, registration.item_codes,
                                     registration.registered_on, *facts.catalog,
                                     *facts.policy));
  return CheckOneHospital(*facts.person, registration);
}

// Only medical institutions certify (yn45 annex §1(2)).
absl::Status CheckChronicDisease(const Institution* institution) {
  if (institution == nullptr ||
      (institution->IsHospital() && institution->certifies_chronic_disease)) {
    return absl::OkStatus();
  }
  return Refuse(refusal::kNotCertified,
                "this institution may not certify chronic diseases; register "
                "through a hospital that may, or through the agency");
}

absl::Status CheckTwoDisease(const RegisterFacts& facts,
                             const Registration& registration,
                             const Institution* institution) {
  const Coverage& coverage =
      facts.person->CoverageOn(registration.registered_on);
  if (coverage.insurance != Insurance::kResident) {
    return Refuse(refusal::kWrongInsurance,
                  "TWO_DISEASE is for a RESIDENT; the person is insured "
                  "otherwise on that day");
  }
  // A medical institution diagnoses (yn45 annex §1(2)), never a pharmacy.
  if (institution != nullptr && !institution->IsHospital()) {
    return Refuse(refusal::kNotCertified,
                  "a pharmacy does not diagnose; register through the hospital "
                  "that did, or through the agency");
  }
  return absl::OkStatus();
}

absl::Status CheckFamilyAccount(const RegisterFacts& facts,
                                const Registration& registration) {
  if (facts.beneficiary == nullptr) {
    return Unknown(refusal::kPersonUnknown,
                   "the relative (beneficiary_id) is not known; import the "
                   "person first",
                   {{"field", "beneficiary_id"}});
  }
  const Coverage& coverage =
      facts.person->CoverageOn(registration.registered_on);
  if (coverage.insurance != Insurance::kEmployee) {
    return Refuse(refusal::kWrongInsurance,
                  "only an EMPLOYEE has a personal account to share");
  }
  return absl::OkStatus();
}

absl::Status CheckKind(const RegisterFacts& facts,
                       const Registration& registration,
                       const Institution* institution) {
  switch (registration.kind) {
    case RegistrationKind::kTreatment:
      return CheckTreatment(facts, registration, institution);
    case RegistrationKind::kChronicDisease:
      return CheckChronicDisease(institution);
    case RegistrationKind::kTwoDisease:
      return CheckTwoDisease(facts, registration, institution);
    case RegistrationKind::kFamilyAccount:
      return CheckFamilyAccount(facts, registration);
    case RegistrationKind::kUnspecified:
      break;
  }
  return MalformedRequest(
      {{"registration.registration_kind", "is required; it is not given"}});
}

absl::StatusOr<Registration*> FindForChange(Person& person,
                                            std::string_view registration_id) {
  for (Registration& registration : person.registrations) {
    if (registration.registration_id == registration_id) return &registration;
  }
  return Unknown(refusal::kRegistrationUnknown,
                 "the person has no such registration");
}

bool SameKey(const RegistrationChange& a, const RegistrationChange& b) {
  return a.kind == b.kind && a.request_id == b.request_id &&
         a.caller == b.caller;
}

absl::Status CheckRoom(const Person& person, const Registration& registration,
                       const RegistrationChange& change) {
  const bool ends = change.kind == RegistrationChange::Kind::kRevoke &&
                    registration.revoked_on == kOpenUntil;
  size_t changes = 0;
  for (const Registration& held : person.registrations) {
    changes += held.changes.size();
  }
  if (ends || changes < limits::kMaxRegistrationChanges) {
    return absl::OkStatus();
  }
  return Refuse(refusal::kTooManyRegistrations,
                absl::StrCat("the person's registrations were changed ",
                             changes, " times; more is not kept"));
}

// Does what the change asks, without keeping the change.
absl::Status CarryOut(Person& person, std::string_view registration_id,
                      const RegistrationChange& change,
                      const ChangeFacts& facts) {
  switch (change.kind) {
    case RegistrationChange::Kind::kUpdate:
      return UpdateItems(person, registration_id,
                         {change.day, change.item_codes}, facts.catalog,
                         facts.policy);
    case RegistrationChange::Kind::kReassess:
      return Reassess(person, registration_id, change.day, facts.today);
    case RegistrationChange::Kind::kRevoke:
      return Revoke(person, registration_id, change.day);
    case RegistrationChange::Kind::kUnspecified:
      break;
  }
  return MakeError(absl::StatusCode::kInternal, refusal::kInvariantBroken,
                   "a change of no kind");
}

// A TREATMENT registration that is still running on `day`.
absl::StatusOr<Registration*> FindTreatment(Person& person,
                                            std::string_view registration_id,
                                            Day day) {
  ONESTOP_ASSIGN_OR_RETURN(Registration * registration,
                           FindForChange(person, registration_id));
  if (registration->kind != RegistrationKind::kTreatment) {
    return Unknown(refusal::kRegistrationUnknown,
                   "this registration is not a TREATMENT");
  }
  if (StateOn(*registration, day) == RegistrationState::kExpired) {
    return Refuse(refusal::kRegistrationExpired,
                  absl::StrCat("the registration is not valid on ",
                               FormatDay(day), "; register anew"));
  }
  return registration;
}

}  // namespace

absl::Status CheckRegistration(const RegisterFacts& facts,
                               const Registration& registration) {
  if (facts.person == nullptr) {
    return Unknown(refusal::kPersonUnknown,
                   "no such person; correct person_id or import the person");
  }
  const Institution* institution = nullptr;
  if (!registration.institution_id.empty()) {
    institution = facts.catalog->FindInstitution(registration.institution_id);
    if (institution == nullptr) {
      return Unknown(
          refusal::kInstitutionUnknown,
          absl::StrCat("no such institution as ", registration.institution_id));
    }
  }
  if (facts.today < registration.registered_on) {
    return MalformedRequest(
        {{"registration.registered_on",
          absl::StrCat("lies after today, ", FormatDay(facts.today))}});
  }
  if (institution != nullptr &&
      !institution->contract.Contains(registration.registered_on)) {
    return Refuse(refusal::kInstitutionNotContracted,
                  absl::StrCat("the institution has no contract on ",
                               FormatDay(registration.registered_on)));
  }
  ONESTOP_RETURN_IF_ERROR(CheckKind(facts, registration, institution));
  if (facts.person->registrations.size() >= limits::kMaxRegistrations) {
    return Refuse(refusal::kTooManyRegistrations,
                  absl::StrCat("the person has ", limits::kMaxRegistrations,
                               " registrations already"));
  }
  return absl::OkStatus();
}

const Registration* FindRegistration(const Person& person,
                                     std::string_view registration_id) {
  for (const Registration& registration : person.registrations) {
    if (registration.registration_id == registration_id) return &registration;
  }
  return nullptr;
}

FoundChange FindChange(const Person& person, const RegistrationChange& asked) {
  for (const Registration& registration : person.registrations) {
    for (const RegistrationChange& change : registration.changes) {
      if (SameKey(change, asked)) return {&registration, &change};
    }
  }
  return {};
}

absl::Status ApplyChange(Person& person, std::string_view registration_id,
                         const RegistrationChange& change,
                         const ChangeFacts& facts) {
  ONESTOP_ASSIGN_OR_RETURN(Registration * registration,
                           FindForChange(person, registration_id));
  ONESTOP_RETURN_IF_ERROR(CheckRoom(person, *registration, change));
  ONESTOP_RETURN_IF_ERROR(CarryOut(person, registration_id, change, facts));
  registration->changes.push_back(change);
  if (change.text.empty()) return absl::OkStatus();
  if (change.kind == RegistrationChange::Kind::kUpdate) {
    registration->treatment_plan = change.text;
  } else if (registration->revocation_reason.empty()) {
    registration->revocation_reason = change.text;
  }
  return absl::OkStatus();
}

absl::Status UpdateItems(Person& person, std::string_view registration_id,
                         const ItemVersion& version, const Catalog& catalog,
                         const Policy& policy) {
  ONESTOP_ASSIGN_OR_RETURN(
      Registration * registration,
      FindTreatment(person, registration_id, version.from));
  ONESTOP_RETURN_IF_ERROR(
      CheckItems(person, version.item_codes, version.from, catalog, policy));
  std::vector<ItemVersion>& versions = registration->item_versions;
  const auto at = std::lower_bound(
      versions.begin(), versions.end(), version.from,
      [](const ItemVersion& held, Day from) { return held.from < from; });
  if (at != versions.end() && at->from == version.from) {
    *at = version;
  } else if (versions.size() >= limits::kMaxPeriods) {
    return Refuse(refusal::kTooManyRegistrations,
                  "the registration has too many sets of drugs; register anew");
  } else {
    versions.insert(at, version);
  }
  return absl::OkStatus();
}

absl::Status Reassess(Person& person, std::string_view registration_id,
                      Day assessed_on, Day today) {
  if (today < assessed_on) {
    return MalformedRequest({{"assessed_on", absl::StrCat("lies after today, ",
                                                          FormatDay(today))}});
  }
  ONESTOP_ASSIGN_OR_RETURN(Registration * registration,
                           FindTreatment(person, registration_id, assessed_on));
  std::vector<Day>& days = registration->assessed_on;
  const auto at = std::lower_bound(days.begin(), days.end(), assessed_on);
  if (at != days.end() && *at == assessed_on) return absl::OkStatus();
  if (days.size() >= limits::kMaxPeriods) {
    return Refuse(refusal::kTooManyRegistrations,
                  "the registration has too many assessments; register anew");
  }
  days.insert(at, assessed_on);
  return absl::OkStatus();
}

absl::Status Revoke(Person& person, std::string_view registration_id,
                    Day revoked_on) {
  ONESTOP_ASSIGN_OR_RETURN(Registration * registration,
                           FindForChange(person, registration_id));
  if (registration->revoked_on == revoked_on) return absl::OkStatus();
  if (registration->revoked_on != kOpenUntil) {
    return Refuse(refusal::kRegistrationExpired,
                  absl::StrCat("the registration is revoked from ",
                               FormatDay(registration->revoked_on), " on"));
  }
  registration->revoked_on = revoked_on;
  return absl::OkStatus();
}

}  // namespace onestop::domain
