// Takes over a month's roster: registers who stands on it for one of the two
// diseases, and at its end revokes who stood on an earlier one and not on this.
#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "domain/reason.h"
#include "domain/register.h"
#include "server/importers.h"
#include "server/person_edits.h"
#include "wire/registry.h"
#include "wire/violations.h"

namespace onestop::server {
namespace {

constexpr std::string_view kRosterPrefix = "roster-";

// Registers the person from `first_day` on under `id`, unless a registration
// for the disease is active on that day. `made` gets the roster's own
// registration, whichever month's; empty: another one serves.
RowAnswer Enroll(const std::string& disease, const std::string& id,
                 domain::Day first_day, std::optional<domain::Person>& known,
                 std::string& made) {
  made.clear();
  if (!known) {
    return MakeError(absl::StatusCode::kNotFound,
                     domain::refusal::kPersonUnknown, "no such person");
  }
  if (known->CoverageOn(first_day).insurance != domain::Insurance::kResident) {
    return MakeError(absl::StatusCode::kFailedPrecondition,
                     domain::refusal::kWrongInsurance,
                     "the two diseases are for residents; the person is not "
                     "one on the month's first day");
  }
  domain::Registration* ours = nullptr;
  for (domain::Registration& registration : known->registrations) {
    if (registration.registration_id == id) ours = &registration;
    if (registration.kind != domain::RegistrationKind::kTwoDisease ||
        registration.disease != disease ||
        domain::StateOn(registration, first_day) !=
            domain::RegistrationState::kActive) {
      continue;
    }
    if (registration.registration_id.starts_with(kRosterPrefix)) {
      made = registration.registration_id;
    }
    return pb::ROW_OUTCOME_UNCHANGED;
  }
  made = id;
  if (ours != nullptr) {  // Revoked by a roster of the same month.
    ours->revoked_on = domain::kOpenUntil;
    return pb::ROW_OUTCOME_UPDATED;
  }
  if (known->registrations.size() >=
      static_cast<size_t>(limits::kMaxRegistrations)) {
    return MakeError(absl::StatusCode::kFailedPrecondition,
                     domain::refusal::kTooManyRegistrations,
                     "the person has too many registrations");
  }
  domain::Registration registration;
  registration.registration_id = id;
  registration.kind = domain::RegistrationKind::kTwoDisease;
  registration.disease = disease;
  registration.registered_on = first_day;
  known->registrations.push_back(std::move(registration));
  return pb::ROW_OUTCOME_CREATED;
}

class RosterImporter final : public Importer<pb::SyncRosterRequest> {
 public:
  RosterImporter(const ServiceParts& parts, const Caller& caller)
      : parts_(parts), caller_(caller) {}

  Import kind() const override { return Import::kEntries; }
  int Rows(const pb::SyncRosterRequest& request) const override {
    return request.entries_size();
  }
  int FewestRows(const pb::SyncRosterRequest& request) const override {
    return request.complete() ? 0 : 1;
  }

  absl::StatusOr<std::vector<RowAnswer>> Load(
      storage::Store& store, const pb::SyncRosterRequest& request) override {
    ONESTOP_RETURN_IF_ERROR(Begin(store, request));
    std::vector<RowAnswer> answers(request.entries_size(),
                                   pb::ROW_OUTCOME_UNSPECIFIED);
    ONESTOP_RETURN_IF_ERROR(EnrollAll(store, request, answers));
    if (request.complete()) ONESTOP_RETURN_IF_ERROR(RevokeOthers(store));
    return answers;
  }

  void AddTo(google::protobuf::Message& response) const override {
    static_cast<pb::SyncRosterResponse&>(response).set_revoked(revoked_);
  }

 private:
  // Which roster this is; the first message says, later ones may repeat it.
  absl::Status Begin(storage::Store& store,
                     const pb::SyncRosterRequest& request) {
    if (roster_.number != 0 && request.request_id().empty()) {
      return absl::OkStatus();
    }
    wire::Violations violations;
    storage::Roster asked;
    asked.caller = caller_.name;
    asked.roster_id = wire::RequiredId(
        request.request_id(), wire::FieldPath("request_id"), violations);
    asked.region =
        wire::RequiredId(request.pooling_region(),
                         wire::FieldPath("pooling_region"), violations);
    asked.month = wire::RequiredMonth(request.month(), wire::FieldPath("month"),
                                      violations);
    if (violations.empty() && *parts_.clock().today < asked.month) {
      violations.Add(wire::FieldPath("month"), "has not begun yet");
    }
    ONESTOP_RETURN_IF_ERROR(violations.ToStatus());
    if (!parts_.snapshots.Current()->policy->HasRegion(asked.region)) {
      return MakeError(absl::StatusCode::kNotFound,
                       domain::refusal::kRegionUnknown,
                       absl::StrCat("pooling region ", asked.region,
                                    " has no schemes in the policy"),
                       {{"pooling_region", asked.region}});
    }
    ONESTOP_ASSIGN_OR_RETURN(storage::Roster begun, store.BeginRoster(asked));
    asked.number = begun.number;
    if (begun != asked || (roster_.number != 0 && roster_ != asked)) {
      return MakeError(absl::StatusCode::kAlreadyExists,
                       domain::refusal::kRequestIdReused,
                       "this request id names the roster of another region or "
                       "month, or another roster began this stream");
    }
    roster_ = std::move(begun);
    return absl::OkStatus();
  }

  // A row of the message, with its fields checked.
  static absl::Status Check(const pb::RosterEntry& entry,
                            const std::string& path) {
    wire::Violations violations;
    const wire::FieldPath at(path);
    wire::RequiredId(entry.person_id(), wire::FieldPath(at, "person_id"),
                     violations);
    if (!wire::IsTwoDisease(entry.disease())) {
      violations.Add(wire::FieldPath(at, "disease"),
                     "must be HYPERTENSION or DIABETES");
    }
    return violations.ToStatus();
  }

  absl::Status EnrollAll(storage::Store& store,
                         const pb::SyncRosterRequest& request,
                         std::vector<RowAnswer>& answers) {
    std::vector<PersonEdit> edits;
    std::vector<std::string> made(request.entries_size());
    for (int i = 0; i < request.entries_size(); ++i) {
      const pb::RosterEntry& entry = request.entries(i);
      const absl::Status good = Check(entry, absl::StrCat("entries[", i, "]"));
      if (!good.ok()) {
        answers[i] = good;
        continue;
      }
      const std::string id =
          absl::StrCat(std::string(kRosterPrefix), roster_.region, "-",
                       entry.disease(), "-", request_month());
      edits.push_back({static_cast<size_t>(i), entry.person_id(),
                       [&entry, id, &own = made[i], this](auto& known) {
                         return Enroll(entry.disease(), id, roster_.month,
                                       known, own);
                       }});
    }
    ONESTOP_RETURN_IF_ERROR(EditPersons(store, std::move(edits), answers));
    std::vector<storage::RosterMember> members;
    for (int i = 0; i < request.entries_size(); ++i) {
      if (!answers[i].ok()) continue;
      const pb::RosterEntry& entry = request.entries(i);
      members.push_back({entry.person_id(), entry.disease(), made[i]});
    }
    return members.empty() ? absl::OkStatus()
                           : store.KeepOnRoster(roster_, members);
  }

  std::string request_month() const {
    return domain::FormatDay(roster_.month).substr(0, 7);
  }

  // A page at a time: the registrations first, then that they are revoked, so
  // that a roster that broke off is gone on with when it is sent again.
  absl::Status RevokeOthers(storage::Store& store) {
    while (true) {
      ONESTOP_ASSIGN_OR_RETURN(
          const auto members, store.OffRoster(roster_, limits::kMaxImportRows));
      if (members.empty()) break;
      ONESTOP_RETURN_IF_ERROR(RevokePage(store, members));
      ONESTOP_RETURN_IF_ERROR(store.RevokeFromRoster(roster_, members));
    }
    ONESTOP_ASSIGN_OR_RETURN(revoked_, store.RevokedByRoster(roster_));
    return absl::OkStatus();
  }

  absl::Status RevokePage(storage::Store& store,
                          const std::vector<storage::RosterMember>& members) {
    std::vector<PersonEdit> edits;
    for (size_t i = 0; i < members.size(); ++i) {
      const storage::RosterMember& member = members[i];
      if (member.registration_id.empty()) continue;
      edits.push_back(
          {i, member.person_id, [&member, this](auto& known) -> RowAnswer {
             return RevokeOne(member, known);
           }});
    }
    std::vector<RowAnswer> answers(members.size(), pb::ROW_OUTCOME_UNCHANGED);
    ONESTOP_RETURN_IF_ERROR(EditPersons(store, std::move(edits), answers));
    for (const RowAnswer& answer : answers) {
      ONESTOP_RETURN_IF_ERROR(answer.status());
    }
    return absl::OkStatus();
  }

  // What is revoked already, or gone, stays as it is.
  RowAnswer RevokeOne(const storage::RosterMember& member,
                      std::optional<domain::Person>& known) const {
    if (!known) return pb::ROW_OUTCOME_UNCHANGED;
    const auto* registration =
        domain::FindRegistration(*known, member.registration_id);
    if (registration == nullptr ||
        registration->revoked_on != domain::kOpenUntil) {
      return pb::ROW_OUTCOME_UNCHANGED;
    }
    ONESTOP_RETURN_IF_ERROR(
        domain::Revoke(*known, member.registration_id, roster_.month));
    return pb::ROW_OUTCOME_UPDATED;
  }

  const ServiceParts parts_;
  const Caller caller_;
  storage::Roster roster_;
  int64_t revoked_ = 0;
};

}  // namespace

std::unique_ptr<Importer<pb::SyncRosterRequest>> NewRosterImporter(
    const ServiceParts& parts, const Caller& caller) {
  return std::make_unique<RosterImporter>(parts, caller);
}

}  // namespace onestop::server
