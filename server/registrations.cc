// Optimistic writes of a person's registrations.
#include "server/registrations.h"

#include <vector>

#include "base/error.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "domain/reason.h"
#include "domain/register.h"
#include "storage/ids.h"

namespace onestop::server {
namespace {

// As it was booked, without what happened to it later.
domain::Registration AsBooked(domain::Registration registration) {
  registration.item_versions.clear();
  registration.assessed_on.clear();
  registration.revoked_on = domain::kOpenUntil;
  return registration;
}

std::string Reply(const std::string& person_id,
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
        if (AsBooked(*known) == registration) {
          return Reply(ask.person_id, registration);
        }
        return MakeError(absl::StatusCode::kAlreadyExists,
                         domain::refusal::kRequestIdReused,
                         "this request id registered something else; use a "
                         "new request id for a new registration");
      }
    }
    ONESTOP_RETURN_IF_ERROR(domain::CheckRegistration(facts, registration));
    storage::PersonWrite write{*facts.person};
    write.person.registrations.push_back(registration);
    ONESTOP_ASSIGN_OR_RETURN(const auto outcomes,
                             store.PutPersons({&write, 1}));
    if (outcomes.front() != storage::PutOutcome::kConflict) {
      return Reply(ask.person_id, registration);
    }
  }
  return MakeError(absl::StatusCode::kAborted, "CONFLICT",
                   "Others kept changing the same person while this was "
                   "booked; nothing was written. Send it again.");
}

}  // namespace onestop::server
