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
#include "server/posting_importer.h"
#include "wire/registry.h"
#include "wire/violations.h"

namespace onestop::server {
namespace {

// Imports whose postings bear the import's own id.
template <typename Request>
class NamedImporter : public PostingImporter<Request> {
 public:
  using PostingImporter<Request>::PostingImporter;

 protected:
  // The id, from the first message that has it.
  absl::Status BeginMessage(storage::Store&, const Snapshot&, domain::Day,
                            const Request& request) override {
    const std::string& sent = request.import_id();
    if (sent.empty() && !import_id_.empty()) return absl::OkStatus();
    wire::Violations violations;
    import_id_ =
        wire::RequiredId(sent, wire::FieldPath("import_id"), violations);
    return violations.ToStatus();
  }
  const std::string& import_id() const { return import_id_; }

 private:
  std::string import_id_;
};

class AccountImporter final : public NamedImporter<pb::ImportAccountsRequest> {
 public:
  using NamedImporter::NamedImporter;
  Import kind() const override { return Import::kAccounts; }
  int Rows(const pb::ImportAccountsRequest& request) const override {
    return request.accounts_size();
  }

 protected:
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

class CounterImporter final : public NamedImporter<pb::ImportCountersRequest> {
 public:
  using NamedImporter::NamedImporter;
  Import kind() const override { return Import::kCounters; }
  int Rows(const pb::ImportCountersRequest& request) const override {
    return request.counters_size();
  }

 protected:
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
      return MakeError(absl::StatusCode::kNotFound,
                       domain::refusal::kPersonUnknown, "no such person");
    case storage::PostOutcome::kBelowZero:
    case storage::PostOutcome::kRefused:  // The importer has the reason.
      break;
  }
  return MakeError(absl::StatusCode::kFailedPrecondition,
                   domain::refusal::kCounterBelowZero,
                   "the counter would fall below zero; nothing was posted");
}

absl::Status YearIsOpen(const Snapshot& snapshot, domain::Day today,
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
