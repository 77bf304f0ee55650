// Optimistic writes of a person's registrations.
#include "server/registrations.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "domain/reason.h"
#include "domain/register.h"
#include "storage/ids.h"

namespace onestop::server {
namespace {

// As it was booked, without what happened to it later; for registrations that
// do not know their person's version.
domain::Registration AsBooked(domain::Registration registration) {
  registration.item_versions.clear();
  registration.assessed_on.clear();
  registration.revoked_on = domain::kOpenUntil;
  registration.revocation_reason.clear();
  registration.changes.clear();
  return registration;
}

std::string RegisterReply(const std::string& person_id,
                          const domain::Registration& registration) {
  wire::pb::RegisterResponse response;
  *response.mutable_registration() =
      wire::RegistrationToProto(person_id, registration);
  return response.SerializeAsString();
}

const domain::Person* Find(const std::vector<domain::Person>& persons,
                           const std::string& person_id) {
  for (const domain::Person& person : persons) {
    if (person.person_id == person_id) return &person;
  }
  return nullptr;
}

// Request ids are unique per institution (or agency) and person.
std::string IdOf(const Caller& caller, const wire::RegisterAsk& ask) {
  const std::string& institution = ask.registration.institution_id;
  return storage::DeriveRegistrationId(
      institution.empty() ? caller.name : institution, ask.person_id,
      ask.request_id);
}

absl::Status Reused(std::string_view message) {
  return MakeError(absl::StatusCode::kAlreadyExists,
                   domain::refusal::kRequestIdReused, message);
}

absl::Status Conflict() {
  return MakeError(absl::StatusCode::kAborted, "CONFLICT",
                   "Others kept changing the same person while this was "
                   "booked; nothing was written. Send it again.");
}

absl::Status Unknown() {
  return MakeError(absl::StatusCode::kNotFound,
                   domain::refusal::kRegistrationUnknown,
                   "the person has no such registration");
}

// The registration as it was when the person's row had this version.
absl::StatusOr<domain::Registration> RegistrationAt(
    storage::Store& store, const std::string& person_id,
    const std::string& registration_id, int64_t version) {
  ONESTOP_ASSIGN_OR_RETURN(const auto person,
                           store.GetPersonAt(person_id, version));
  const domain::Registration* found =
      person ? domain::FindRegistration(*person, registration_id) : nullptr;
  if (found != nullptr) return *found;
  return MakeError(
      absl::StatusCode::kInternal, "STORED_FORM_BROKEN",
      absl::StrCat("registration ", registration_id, " is missing in version ",
                   version, " of its person"));
}

// Answers a request id that registered before: what it booked, if it asked for
// the same. What happened to the registration since does not count.
absl::StatusOr<std::string> RegisteredBefore(storage::Store& store,
                                             const std::string& person_id,
                                             const domain::Registration& known,
                                             domain::Registration asked) {
  domain::Registration booked = AsBooked(known);
  if (known.person_version != 0) {
    ONESTOP_ASSIGN_OR_RETURN(
        booked, RegistrationAt(store, person_id, known.registration_id,
                               known.person_version));
  }
  asked.person_version = booked.person_version;
  if (booked == asked) return RegisterReply(person_id, booked);
  return Reused(
      "this request id registered something else; use a new request id for a "
      "new registration");
}

// The same for a later change.
absl::StatusOr<domain::Registration> ChangedBefore(
    storage::Store& store, const wire::ChangeAsk& ask,
    const domain::FoundChange& known, domain::RegistrationChange asked) {
  asked.person_version = known.change->person_version;
  if (known.registration->registration_id != ask.registration_id ||
      *known.change != asked) {
    return Reused(
        "this request id changed something else; use a new request id for a "
        "new change");
  }
  return RegistrationAt(store, ask.person_id, ask.registration_id,
                        asked.person_version);
}

}  // namespace

absl::StatusOr<std::string> Register(storage::Store& store,
                                     const Snapshot& snapshot,
                                     domain::Day today, const Caller& caller,
                                     const wire::RegisterAsk& ask) {
  domain::Registration registration = ask.registration;
  registration.registration_id = IdOf(caller, ask);
  std::vector<std::string> ids = {ask.person_id};
  if (!registration.beneficiary_id.empty() &&
      registration.beneficiary_id != ask.person_id) {
    ids.push_back(registration.beneficiary_id);
  }
  for (int i = 0; i < limits::kMaxTries; ++i) {
    ONESTOP_ASSIGN_OR_RETURN(const auto persons, store.GetPersons(ids));
    domain::RegisterFacts facts;
    facts.person = Find(persons, ask.person_id);
    facts.beneficiary = Find(persons, registration.beneficiary_id);
    facts.catalog = &snapshot.catalog;
    facts.policy = snapshot.policy.get();
    facts.today = today;
    if (facts.person != nullptr) {
      const auto* known =
          domain::FindRegistration(*facts.person, registration.registration_id);
      if (known != nullptr) {
        return RegisteredBefore(store, ask.person_id, *known, registration);
      }
    }
    ONESTOP_RETURN_IF_ERROR(domain::CheckRegistration(facts, registration));
    storage::PersonWrite write{*facts.person};
    write.person.registrations.push_back(registration);
    write.person.registrations.back().person_version =
        facts.person->version + 1;
    ONESTOP_ASSIGN_OR_RETURN(const auto outcomes,
                             store.PutPersons({&write, 1}));
    if (outcomes.front() != storage::PutOutcome::kConflict) {
      return RegisterReply(ask.person_id, registration);
    }
  }
  return Conflict();
}

absl::StatusOr<domain::Registration> ChangeRegistration(
    storage::Store& store, const Snapshot& snapshot, domain::Day today,
    const Caller& caller, const wire::ChangeAsk& ask) {
  domain::RegistrationChange change = ask.change;
  change.caller = caller.name;
  for (int i = 0; i < limits::kMaxTries; ++i) {
    ONESTOP_ASSIGN_OR_RETURN(auto persons,
                             store.GetPersons({&ask.person_id, 1}));
    if (persons.empty()) return Unknown();
    storage::PersonWrite write{std::move(persons.front())};
    domain::Person& person = write.person;
    const domain::FoundChange known = domain::FindChange(person, change);
    if (known.change != nullptr) {
      return ChangedBefore(store, ask, known, change);
    }
    change.person_version = person.version + 1;
    ONESTOP_RETURN_IF_ERROR(
        domain::ApplyChange(person, ask.registration_id, change,
                            {snapshot.catalog, *snapshot.policy, today}));
    ONESTOP_ASSIGN_OR_RETURN(const auto outcomes,
                             store.PutPersons({&write, 1}));
    if (outcomes.front() != storage::PutOutcome::kConflict) {
      return *domain::FindRegistration(person, ask.registration_id);
    }
  }
  return Conflict();
}

}  // namespace onestop::server
