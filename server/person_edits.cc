// Reads, changes and writes persons until no row has moved in between.
#include "server/person_edits.h"

#include <set>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/status_macros.h"

namespace onestop::server {
namespace {

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

}  // namespace

absl::Status EditPersons(storage::Store& store, std::vector<PersonEdit> edits,
                         std::vector<RowAnswer>& answers) {
  for (int i = 0; i < limits::kMaxTries && !edits.empty(); ++i) {
    ONESTOP_ASSIGN_OR_RETURN(const auto moved, EditOnce(store, edits, answers));
    std::erase_if(edits, [&moved](const PersonEdit& edit) {
      return !moved.contains(edit.person_id);
    });
  }
  for (const PersonEdit& edit : edits) answers[edit.row] = ConflictError();
  return absl::OkStatus();
}

}  // namespace onestop::server
