// Loads opening balances, opening counters and inpatient payments as postings.
#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "domain/ledger.h"
#include "domain/reason.h"
#include "domain/register.h"
#include "server/importers.h"
#include "wire/registry.h"
#include "wire/violations.h"

namespace onestop::server {
namespace {

using Answers = std::vector<RowAnswer>;

absl::Status PersonUnknown() {
  return MakeError(absl::StatusCode::kNotFound, domain::refusal::kPersonUnknown,
                   "no such person");
}

RowAnswer AnswerOf(storage::PostOutcome outcome) {
  switch (outcome) {
    case storage::PostOutcome::kApplied:
      return pb::ROW_OUTCOME_CREATED;
    case storage::PostOutcome::kDuplicate:
      return pb::ROW_OUTCOME_UNCHANGED;
    case storage::PostOutcome::kReused:
      return MakeError(absl::StatusCode::kAlreadyExists,
                       domain::refusal::kRequestIdReused,
                       "this id was used for another amount; use a new id to "
                       "add to what was posted");
    case storage::PostOutcome::kPersonUnknown:
      return PersonUnknown();
    case storage::PostOutcome::kBelowZero:
      break;
  }
  return MakeError(absl::StatusCode::kFailedPrecondition,
                   domain::refusal::kCounterBelowZero,
                   "the counter would fall below zero; nothing was posted");
}

// What the three kinds share: rows become postings, and these are booked.
template <typename Request>
class PostingImporter : public Importer<Request> {
 public:
  PostingImporter(const ServiceParts& parts, const Caller& caller)
      : parts_(parts), caller_(caller) {}

  absl::StatusOr<Answers> Load(storage::Store& store,
                               const Request& request) override {
    ONESTOP_RETURN_IF_ERROR(BeginMessage(request));
    const SnapshotPtr snapshot = parts_.snapshots.Current();
    const domain::Moment now = parts_.clock();
    const int rows = this->Rows(request);
    Answers answers(rows, pb::ROW_OUTCOME_UNSPECIFIED);
    std::vector<storage::Posting> postings;
    std::vector<int> places;
    for (int i = 0; i < rows; ++i) {
      absl::StatusOr<storage::Posting> posting = Read(request, i);
      if (posting.ok()) {
        const absl::Status open = YearIsOpen(*snapshot, now, *posting);
        if (!open.ok()) posting = open;
      }
      if (!posting.ok()) {
        answers[i] = posting.status();
        continue;
      }
      posting->caller = caller_.name;
      posting->booked_on = *now.today;
      posting->booked_at_ms = now.now_ms;
      postings.push_back(*std::move(posting));
      places.push_back(i);
    }
    ONESTOP_RETURN_IF_ERROR(Check(store, now, postings, places, answers));
    ONESTOP_ASSIGN_OR_RETURN(const auto outcomes, store.Post(postings));
    for (size_t i = 0; i < outcomes.size(); ++i) {
      answers[places[i]] = AnswerOf(outcomes[i]);
    }
    return answers;
  }

 protected:
  // What holds for the whole message.
  virtual absl::Status BeginMessage(const Request&) { return absl::OkStatus(); }
  // Row `i`: id, kind and movement.
  virtual absl::StatusOr<storage::Posting> Read(const Request& request,
                                                int i) = 0;
  // Refuses rows that need to know the person: takes them out of `postings`
  // and `places`.
  virtual absl::Status Check(storage::Store&, const domain::Moment&,
                             std::vector<storage::Posting>&, std::vector<int>&,
                             Answers&) {
    return absl::OkStatus();
  }

  // The id that names an import, from the first message that has it.
  absl::Status KeepImportId(const std::string& sent) {
    if (sent.empty() && !import_id_.empty()) return absl::OkStatus();
    wire::Violations violations;
    import_id_ =
        wire::RequiredId(sent, wire::FieldPath("import_id"), violations);
    return violations.ToStatus();
  }
  const std::string& import_id() const { return import_id_; }

 private:
  // A year closes by itself too (RULES.md section 1).
  static absl::Status YearIsOpen(const Snapshot& snapshot,
                                 const domain::Moment& now,
                                 const storage::Posting& posting) {
    const auto& closed = snapshot.closed_years;
    const int32_t year = posting.movement.year;
    const int32_t first = domain::YearOf(domain::EarliestOpenDay(*now.today));
    const bool is_closed =
        std::binary_search(closed.begin(), closed.end(), year) ||
        (year != domain::kNoYear && year < first);
    if (!is_closed) return absl::OkStatus();
    return MakeError(absl::StatusCode::kFailedPrecondition,
                     domain::refusal::kYearClosed,
                     absl::StrCat("the year ", year, " is closed"));
  }

  const ServiceParts parts_;
  const Caller caller_;
  std::string import_id_;
};

class AccountImporter final
    : public PostingImporter<pb::ImportAccountsRequest> {
 public:
  using PostingImporter::PostingImporter;
  Import kind() const override { return Import::kAccounts; }
  int Rows(const pb::ImportAccountsRequest& request) const override {
    return request.accounts_size();
  }

 protected:
  absl::Status BeginMessage(const pb::ImportAccountsRequest& request) override {
    return KeepImportId(request.import_id());
  }
  absl::StatusOr<storage::Posting> Read(
      const pb::ImportAccountsRequest& request, int i) override {
    storage::Posting posting;
    posting.kind = "opening";
    posting.posting_id = absl::StrCat("account/", import_id());
    ONESTOP_ASSIGN_OR_RETURN(
        posting.movement,
        wire::AccountFromProto(request.accounts(i),
                               absl::StrCat("accounts[", i, "]")));
    return posting;
  }
  // Only employees have an account.
  absl::Status Check(storage::Store& store, const domain::Moment& now,
                     std::vector<storage::Posting>& postings,
                     std::vector<int>& places, Answers& answers) override {
    std::vector<std::string> ids;
    for (const auto& posting : postings) {
      ids.push_back(posting.movement.person_id);
    }
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    ONESTOP_ASSIGN_OR_RETURN(const auto persons, store.GetPersons(ids));
    absl::flat_hash_map<std::string, bool> employed;
    for (const domain::Person& person : persons) {
      employed[person.person_id] = person.CoverageOn(*now.today).insurance ==
                                   domain::Insurance::kEmployee;
    }
    size_t kept = 0;
    for (size_t i = 0; i < postings.size(); ++i) {
      const auto found = employed.find(postings[i].movement.person_id);
      if (found == employed.end()) {
        answers[places[i]] = PersonUnknown();
      } else if (!found->second) {
        answers[places[i]] =
            MakeError(absl::StatusCode::kFailedPrecondition,
                      domain::refusal::kWrongInsurance,
                      "only persons insured as employees have an account");
      } else {
        if (kept != i) postings[kept] = std::move(postings[i]);
        places[kept++] = places[i];
      }
    }
    postings.resize(kept);
    places.resize(kept);
    return absl::OkStatus();
  }
};

class CounterImporter final
    : public PostingImporter<pb::ImportCountersRequest> {
 public:
  using PostingImporter::PostingImporter;
  Import kind() const override { return Import::kCounters; }
  int Rows(const pb::ImportCountersRequest& request) const override {
    return request.counters_size();
  }

 protected:
  absl::Status BeginMessage(const pb::ImportCountersRequest& request) override {
    return KeepImportId(request.import_id());
  }
  absl::StatusOr<storage::Posting> Read(
      const pb::ImportCountersRequest& request, int i) override {
    storage::Posting posting;
    posting.kind = "opening";
    ONESTOP_ASSIGN_OR_RETURN(
        posting.movement,
        wire::CounterFromProto(request.counters(i),
                               absl::StrCat("counters[", i, "]")));
    posting.posting_id =
        absl::StrCat("counter/", import_id(), "/", posting.movement.year, "/",
                     posting.movement.counter);
    return posting;
  }
};

class UsageImporter final : public PostingImporter<pb::PostUsageRequest> {
 public:
  using PostingImporter::PostingImporter;
  Import kind() const override { return Import::kUsage; }
  int Rows(const pb::PostUsageRequest& request) const override {
    return request.usages_size();
  }

 protected:
  absl::StatusOr<storage::Posting> Read(const pb::PostUsageRequest& request,
                                        int i) override {
    storage::Posting posting;
    posting.kind = "usage";
    posting.posting_id = request.usages(i).request_id();
    ONESTOP_ASSIGN_OR_RETURN(
        posting.movement,
        wire::UsageFromProto(request.usages(i),
                             absl::StrCat("usages[", i, "]")));
    return posting;
  }
};

}  // namespace

std::unique_ptr<Importer<pb::ImportAccountsRequest>> NewAccountImporter(
    const ServiceParts& parts, const Caller& caller) {
  return std::make_unique<AccountImporter>(parts, caller);
}

std::unique_ptr<Importer<pb::ImportCountersRequest>> NewCounterImporter(
    const ServiceParts& parts, const Caller& caller) {
  return std::make_unique<CounterImporter>(parts, caller);
}

std::unique_ptr<Importer<pb::PostUsageRequest>> NewUsageImporter(
    const ServiceParts& parts, const Caller& caller) {
  return std::make_unique<UsageImporter>(parts, caller);
}

}  // namespace onestop::server
