// Loads persons and registrations by optimistic writes of the persons' rows.
#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "domain/reason.h"
#include "domain/register.h"
#include "server/importers.h"
#include "server/person_edits.h"
#include "wire/register.h"
#include "wire/registry.h"

namespace onestop::server {
namespace {

using Answers = std::vector<RowAnswer>;

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
