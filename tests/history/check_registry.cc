// Registrations, their changes and postings: there as acknowledged, each asked
// for.
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "domain/reason.h"
#include "tests/history/checks.h"

namespace onestop::history {
namespace {

const domain::Person* LatestOf(const Stored& stored,
                               const std::string& person_id) {
  const auto at = stored.persons.find(person_id);
  if (at == stored.persons.end() || at->second.versions.empty()) return nullptr;
  return &at->second.versions.back();
}

// Registrations and changes promise the same bytes to a retry.
void CheckOneAnswer(const Operation& operation, Findings& findings) {
  const Attempt* first = nullptr;
  for (const Attempt& attempt : operation.attempts) {
    if (MeaningOf(operation, attempt) != Meaning::kAcknowledged) continue;
    if (first != nullptr && first->answer != attempt.answer) {
      findings.Add(Wound::kDiffering,
                   absl::StrCat(Describe(operation),
                                ": two answers to one request differ"));
      return;
    }
    first = &attempt;
  }
}

void CheckKept(const Operation& operation, bool there, Findings& findings) {
  if (!there && FirstAcknowledged(operation)) {
    findings.Add(Wound::kLost,
                 absl::StrCat(Describe(operation),
                              " was acknowledged and is not there"));
  }
  CheckOneAnswer(operation, findings);
}

using PostingId = std::tuple<std::string, std::string, std::string>;

PostingId IdOf(const storage::Posting& posting) {
  return {posting.movement.person_id, posting.kind, posting.posting_id};
}

using PostOperations = std::map<PostingId, std::vector<const Operation*>>;

void CheckAsked(const storage::Posting& posting, const PostOperations& asked,
                Findings& findings) {
  const std::string what =
      absl::StrCat("the posting ", posting.kind, " ",
                   posting.movement.person_id, "/", posting.posting_id);
  const auto at = asked.find(IdOf(posting));
  bool known = false;
  bool may_have_written = false;
  if (at != asked.end()) {
    for (const Operation* operation : at->second) {
      const auto& ask = std::get<storage::Posting>(operation->ask);
      if (ask.movement != posting.movement) continue;
      known = true;
      may_have_written |= FirstThatMayHaveWritten(*operation).has_value();
    }
  }
  if (!known) {
    findings.Add(Wound::kBroken,
                 absl::StrCat(what, " was asked for by nobody"));
  } else if (!may_have_written) {
    findings.Add(Wound::kBroken,
                 absl::StrCat(what,
                              " is there, although every attempt was "
                              "refused"));
  }
}

void CheckPosting(const Operation& operation, const Stored& stored,
                  Findings& findings) {
  const auto& ask = std::get<storage::Posting>(operation.ask);
  int same = 0;
  int other = 0;
  const auto at = stored.persons.find(ask.movement.person_id);
  if (at != stored.persons.end()) {
    for (const storage::Posting& posting : at->second.postings) {
      if (IdOf(posting) != IdOf(ask)) continue;
      ++(posting.movement == ask.movement ? same : other);
    }
  }
  if (same == 0 && FirstAcknowledged(operation)) {
    findings.Add(Wound::kLost,
                 absl::StrCat(Describe(operation),
                              " was acknowledged and is not there"));
  }
  if (same > 1) {
    findings.Add(Wound::kDoubled,
                 absl::StrCat(Describe(operation), " is there twice"));
  }
  for (const Attempt& attempt : operation.attempts) {
    if (other == 0 &&
        ErrorReason(attempt.status) == domain::refusal::kRequestIdReused) {
      findings.Add(Wound::kBroken,
                   absl::StrCat(Describe(operation),
                                " was refused as REQUEST_ID_REUSED, but its id "
                                "has no other amount"));
    }
  }
}

// The asks by which a person's registrations may have come.
struct Registered {
  std::map<std::pair<std::string, std::string>, bool> may_have_written;
};

void CheckRegistrationsAsked(const Stored& stored, const Registered& asked,
                             Findings& findings) {
  for (const auto& [person_id, history] : stored.persons) {
    const domain::Person* person = LatestOf(stored, person_id);
    if (person == nullptr) continue;
    for (const auto& registration : person->registrations) {
      if (registration.person_version == 0) continue;  // imported
      const auto at =
          asked.may_have_written.find({person_id, registration.request_id});
      if (at != asked.may_have_written.end() && at->second) continue;
      findings.Add(
          Wound::kBroken,
          absl::StrCat("the registration ", person_id, "/",
                       registration.request_id,
                       at == asked.may_have_written.end()
                           ? " was asked for by nobody"
                           : " is there, although every attempt was refused"));
    }
  }
}

}  // namespace

const domain::Registration* FindRegistered(const Stored& stored,
                                           const wire::RegisterAsk& ask) {
  const domain::Person* person = LatestOf(stored, ask.person_id);
  if (person == nullptr) return nullptr;
  for (const domain::Registration& registration : person->registrations) {
    const domain::Registration& asked = ask.registration;
    if (registration.request_id == ask.request_id &&
        registration.institution_id == asked.institution_id &&
        registration.kind == asked.kind &&
        registration.disease == asked.disease &&
        registration.beneficiary_id == asked.beneficiary_id &&
        registration.registered_on == asked.registered_on &&
        registration.operator_id == asked.operator_id) {
      return &registration;
    }
  }
  return nullptr;
}

const domain::RegistrationChange* FindChanged(const Stored& stored,
                                              const wire::ChangeAsk& ask) {
  const domain::Person* person = LatestOf(stored, ask.person_id);
  if (person == nullptr) return nullptr;
  for (const domain::Registration& registration : person->registrations) {
    if (registration.registration_id != ask.registration_id) continue;
    for (const domain::RegistrationChange& change : registration.changes) {
      if (change.kind == ask.change.kind &&
          change.request_id == ask.change.request_id) {
        return &change;
      }
    }
  }
  return nullptr;
}

void CheckRegistry(
    absl::Span<const Operation> operations, const Stored& stored,
    const std::function<bool(const storage::Posting&)>& from_before,
    Findings& findings) {
  PostOperations posts;
  Registered registered;
  for (const Operation& operation : operations) {
    if (const auto* posting = std::get_if<storage::Posting>(&operation.ask)) {
      posts[IdOf(*posting)].push_back(&operation);
      CheckPosting(operation, stored, findings);
    } else if (const auto* ask =
                   std::get_if<wire::RegisterAsk>(&operation.ask)) {
      CheckKept(operation, FindRegistered(stored, *ask) != nullptr, findings);
      registered.may_have_written[{ask->person_id, ask->request_id}] |=
          FirstThatMayHaveWritten(operation).has_value();
    } else if (const auto* change =
                   std::get_if<wire::ChangeAsk>(&operation.ask)) {
      CheckKept(operation, FindChanged(stored, *change) != nullptr, findings);
    }
  }
  for (const auto& [person_id, history] : stored.persons) {
    for (const storage::Posting& posting : history.postings) {
      if (from_before && from_before(posting)) continue;
      CheckAsked(posting, posts, findings);
    }
  }
  CheckRegistrationsAsked(stored, registered, findings);
}

}  // namespace onestop::history
