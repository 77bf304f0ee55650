// Loads persons and registrations by optimistic writes of the persons' rows.
#include <algorithm>
#include <functional>
#include <optional>
#include <set>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "domain/reason.h"
#include "domain/register.h"
#include "server/importers.h"
#include "wire/register.h"
#include "wire/registry.h"

namespace onestop::server {
namespace {

// One row: whose it is, and how it changes what is known of the person.
struct PersonEdit {
  size_t row = 0;
  std::string person_id;
  std::function<RowAnswer(std::optional<domain::Person>&)> apply;
};

using Answers = std::vector<RowAnswer>;

absl::Status ConflictError() {
  return MakeError(absl::StatusCode::kAborted, "CONFLICT",
                   "Others kept changing the same person; the row was not "
                   "written. Send it again.");
}

// A person as the edits of one round leave it.
struct Edited {
  std::optional<domain::Person> person;
  bool changed = false;
  std::vector<size_t> rows;
};

bool Changes(const RowAnswer& answer) {
  return answer.ok() && *answer != pb::ROW_OUTCOME_UNCHANGED;
}

// Applies the edits of one round and writes the persons; true for the persons
// whose row had moved: their edits are to be made again.
absl::StatusOr<std::set<std::string>> EditOnce(
    storage::Store& store, const std::vector<PersonEdit>& edits,
    Answers& answers) {
  std::set<std::string> ids;
  for (const PersonEdit& edit : edits) ids.insert(edit.person_id);
  const std::vector<std::string> asked(ids.begin(), ids.end());
  ONESTOP_ASSIGN_OR_RETURN(auto known, store.GetPersons(asked));
  absl::flat_hash_map<std::string, Edited> persons;
  for (domain::Person& person : known) {
    std::string key = person.person_id;
    persons[std::move(key)].person = std::move(person);
  }
  for (const PersonEdit& edit : edits) {
    Edited& edited = persons[edit.person_id];
    answers[edit.row] = edit.apply(edited.person);
    edited.changed |= Changes(answers[edit.row]);
  }
  std::vector<storage::PersonWrite> writes;
  for (const std::string& id : asked) {
    Edited& edited = persons[id];
    if (edited.changed) writes.push_back({*std::move(edited.person)});
  }
  ONESTOP_ASSIGN_OR_RETURN(const auto outcomes, store.PutPersons(writes));
  std::set<std::string> moved;
  for (size_t i = 0; i < writes.size(); ++i) {
    if (outcomes[i] == storage::PutOutcome::kConflict) {
      moved.insert(writes[i].person.person_id);
    }
  }
  return moved;
}

absl::Status EditPersons(storage::Store& store, std::vector<PersonEdit> edits,
                         Answers& answers) {
  for (int i = 0; i < limits::kMaxTries && !edits.empty(); ++i) {
    ONESTOP_ASSIGN_OR_RETURN(const auto moved, EditOnce(store, edits, answers));
    std::erase_if(edits, [&moved](const PersonEdit& edit) {
      return !moved.contains(edit.person_id);
    });
  }
  for (const PersonEdit& edit : edits) answers[edit.row] = ConflictError();
  return absl::OkStatus();
}

RowAnswer ReplacePerson(const domain::Person& sent,
                        std::optional<domain::Person>& known) {
  domain::Person next = sent;
  if (!known) {
    known = std::move(next);
    return pb::ROW_OUTCOME_CREATED;
  }
  next.version = known->version;
  next.registrations = known->registrations;
  if (next == *known) return pb::ROW_OUTCOME_UNCHANGED;
  known = std::move(next);
  return pb::ROW_OUTCOME_UPDATED;
}

RowAnswer PutRegistration(const domain::Registration& sent,
                          std::optional<domain::Person>& known) {
  if (!known) {
    return MakeError(absl::StatusCode::kNotFound,
                     domain::refusal::kPersonUnknown, "no such person");
  }
  auto& all = known->registrations;
  const auto same = std::find_if(
      all.begin(), all.end(), [&sent](const domain::Registration& other) {
        return other.registration_id == sent.registration_id;
      });
  if (same == all.end()) {
    if (all.size() >= static_cast<size_t>(limits::kMaxRegistrations)) {
      return MakeError(absl::StatusCode::kFailedPrecondition,
                       domain::refusal::kTooManyRegistrations,
                       absl::StrCat("the person has ", all.size(),
                                    " registrations; more are not kept"));
    }
    all.push_back(sent);
    return pb::ROW_OUTCOME_CREATED;
  }
  // What the service keeps for retries stays.
  domain::Registration next = sent;
  next.operator_id = same->operator_id;
  next.person_version = same->person_version;
  next.changes = same->changes;
  if (*same == next) return pb::ROW_OUTCOME_UNCHANGED;
  *same = std::move(next);
  return pb::ROW_OUTCOME_UPDATED;
}

class PersonImporter final : public Importer<pb::ImportPersonsRequest> {
 public:
  explicit PersonImporter(const ServiceParts& parts) : parts_(parts) {}
  Import kind() const override { return Import::kPersons; }
  int Rows(const pb::ImportPersonsRequest& request) const override {
    return request.persons_size();
  }
  absl::StatusOr<Answers> Load(
      storage::Store& store, const pb::ImportPersonsRequest& request) override {
    const SnapshotPtr snapshot = parts_.snapshots.Current();
    Answers answers(request.persons_size(), pb::ROW_OUTCOME_UNSPECIFIED);
    std::vector<PersonEdit> edits;
    for (int i = 0; i < request.persons_size(); ++i) {
      auto person = wire::PersonFromProto(request.persons(i), *snapshot->policy,
                                          absl::StrCat("persons[", i, "]"));
      if (!person.ok()) {
        answers[i] = person.status();
        continue;
      }
      std::string id = person->person_id;
      edits.push_back({static_cast<size_t>(i), std::move(id),
                       [sent = *std::move(person)](auto& known) {
                         return ReplacePerson(sent, known);
                       }});
    }
    ONESTOP_RETURN_IF_ERROR(EditPersons(store, std::move(edits), answers));
    return answers;
  }

 private:
  const ServiceParts parts_;
};

class RegistrationImporter final
    : public Importer<pb::ImportRegistrationsRequest> {
 public:
  Import kind() const override { return Import::kRegistrations; }
  int Rows(const pb::ImportRegistrationsRequest& request) const override {
    return request.registrations_size();
  }
  absl::StatusOr<Answers> Load(
      storage::Store& store,
      const pb::ImportRegistrationsRequest& request) override {
    Answers answers(request.registrations_size(), pb::ROW_OUTCOME_UNSPECIFIED);
    std::vector<PersonEdit> edits;
    for (int i = 0; i < request.registrations_size(); ++i) {
      auto row = wire::RegistrationFromProto(
          request.registrations(i), absl::StrCat("registrations[", i, "]"));
      if (!row.ok()) {
        answers[i] = row.status();
        continue;
      }
      edits.push_back({static_cast<size_t>(i), row->person_id,
                       [sent = row->registration](auto& known) {
                         return PutRegistration(sent, known);
                       }});
    }
    ONESTOP_RETURN_IF_ERROR(EditPersons(store, std::move(edits), answers));
    return answers;
  }
};

}  // namespace

std::unique_ptr<Importer<pb::ImportPersonsRequest>> NewPersonImporter(
    const ServiceParts& parts) {
  return std::make_unique<PersonImporter>(parts);
}

std::unique_ptr<Importer<pb::ImportRegistrationsRequest>>
NewRegistrationImporter(const ServiceParts&) {
  return std::make_unique<RegistrationImporter>();
}

}  // namespace onestop::server
