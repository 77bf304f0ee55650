// Loads opening balances, opening counters and inpatient payments as postings.
#include <algorithm>
#include <set>
#include <utility>

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
    case storage::PostOutcome::kRefused:  // Load has the reason.
      break;
  }
  return MakeError(absl::StatusCode::kFailedPrecondition,
                   domain::refusal::kCounterBelowZero,
                   "the counter would fall below zero; nothing was posted");
}

// What the three kinds share: rows become postings, and these are booked. What
// was booked before is recognised whatever happened since; only new postings
// are judged.
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
    ONESTOP_ASSIGN_OR_RETURN(const std::vector<absl::Status> verdicts,
                             Judge(store, *snapshot, *now.today, postings));
    for (size_t i = 0; i < postings.size(); ++i) {
      postings[i].refused = !verdicts[i].ok();
    }
    ONESTOP_ASSIGN_OR_RETURN(const auto outcomes, store.Post(postings));
    for (size_t i = 0; i < outcomes.size(); ++i) {
      answers[places[i]] = outcomes[i] == storage::PostOutcome::kRefused
                               ? RowAnswer(verdicts[i])
                               : AnswerOf(outcomes[i]);
    }
    return answers;
  }

 protected:
  // What holds for the whole message.
  virtual absl::Status BeginMessage(const Request&) { return absl::OkStatus(); }
  // Row `i`: id, kind and movement.
  virtual absl::StatusOr<storage::Posting> Read(const Request& request,
                                                int i) = 0;
  // Whether each may be booked, if it is new: here, whether its year is open.
  virtual absl::StatusOr<std::vector<absl::Status>> Judge(
      storage::Store&, const Snapshot& snapshot, domain::Day today,
      const std::vector<storage::Posting>& postings) {
    std::vector<absl::Status> verdicts;
    for (const storage::Posting& posting : postings) {
      verdicts.push_back(YearIsOpen(snapshot, today, posting));
    }
    return verdicts;
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
  // A year closes by itself too (docs/rules.md section 1).
  static absl::Status YearIsOpen(const Snapshot& snapshot, domain::Day today,
                                 const storage::Posting& posting) {
    const auto& closed = snapshot.closed_years;
    const int32_t year = posting.movement.year;
    const int32_t first = domain::YearOf(domain::EarliestOpenDay(today));
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
  // Only employees have an account. Who is unknown is the store's to tell.
  absl::StatusOr<std::vector<absl::Status>> Judge(
      storage::Store& store, const Snapshot&, domain::Day today,
      const std::vector<storage::Posting>& postings) override {
    std::set<std::string> ids;
    for (const auto& posting : postings) {
      ids.insert(posting.movement.person_id);
    }
    ONESTOP_ASSIGN_OR_RETURN(
        const auto persons,
        store.GetPersons(std::vector<std::string>(ids.begin(), ids.end())));
    for (const domain::Person& person : persons) {
      if (person.CoverageOn(today).insurance == domain::Insurance::kEmployee) {
        ids.erase(person.person_id);
      }
    }
    std::vector<absl::Status> verdicts(postings.size());
    for (size_t i = 0; i < postings.size(); ++i) {
      if (!ids.contains(postings[i].movement.person_id)) continue;
      verdicts[i] =
          MakeError(absl::StatusCode::kFailedPrecondition,
                    domain::refusal::kWrongInsurance,
                    "only persons insured as employees have an account");
    }
    return verdicts;
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
