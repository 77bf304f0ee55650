// Credits personal accounts for a month, by the rule of each person's region.
#include <optional>
#include <set>
#include <utility>

#include "absl/container/flat_hash_map.h"
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

// The verdict on a credit of nothing: it is not booked, so that the month can
// still be credited once there is a contribution.
absl::Status NothingToCredit() { return absl::CancelledError(); }

absl::Status NoAccount() {
  return MakeError(absl::StatusCode::kFailedPrecondition,
                   domain::refusal::kWrongInsurance,
                   "only persons insured as employees on the month's last day "
                   "have an account");
}

absl::Status NoRule(const std::string& region) {
  return MakeError(
      absl::StatusCode::kNotFound, domain::refusal::kRegionUnknown,
      absl::StrCat("the policy has no rule that credits accounts in region ",
                   region, " for that month"),
      {{"pooling_region", region}});
}

class CreditImporter final : public PostingImporter<pb::CreditAccountsRequest> {
 public:
  using PostingImporter::PostingImporter;
  Import kind() const override { return Import::kCredits; }
  int Rows(const pb::CreditAccountsRequest& request) const override {
    return request.credits_size();
  }

 protected:
  absl::Status BeginMessage(storage::Store& store, const Snapshot& snapshot,
                            domain::Day today,
                            const pb::CreditAccountsRequest& request) override {
    ONESTOP_RETURN_IF_ERROR(KeepMonth(request.month(), today));
    policy_ = snapshot.policy;
    persons_.clear();
    std::set<std::string> ids;
    for (const pb::AccountCredit& credit : request.credits()) {
      ids.insert(credit.person_id());
    }
    ONESTOP_ASSIGN_OR_RETURN(
        auto persons,
        store.GetPersons(std::vector<std::string>(ids.begin(), ids.end())));
    for (domain::Person& person : persons) {
      std::string id = person.person_id;
      persons_.emplace(std::move(id), std::move(person));
    }
    return absl::OkStatus();
  }

  // A credit that is refused has an amount of 0: what was booked before is
  // recognised by its id.
  absl::StatusOr<storage::Posting> Read(
      const pb::CreditAccountsRequest& request, int i) override {
    ONESTOP_ASSIGN_OR_RETURN(
        const wire::CreditAsk ask,
        wire::CreditFromProto(request.credits(i),
                              absl::StrCat("credits[", i, "]")));
    storage::Posting posting;
    posting.kind = "credit";
    posting.posting_id = month_;
    posting.movement.person_id = ask.person_id;
    posting.movement.counter = std::string(domain::kAccountCounter);
    const auto credit = CreditOf(ask);
    if (credit.ok()) posting.movement.amount = credit->fen;
    return posting;
  }

  absl::StatusOr<std::vector<absl::Status>> Judge(
      storage::Store&, const Snapshot&, domain::Day,
      const std::vector<storage::Posting>& postings) override {
    std::vector<absl::Status> verdicts;
    for (const storage::Posting& posting : postings) {
      verdicts.push_back(posting.movement.amount > 0
                             ? absl::OkStatus()
                             : WhyNothing(posting.movement.person_id));
    }
    return verdicts;
  }

  // One credit a month: another base for the same month changes nothing.
  RowAnswer Answer(storage::PostOutcome outcome) override {
    if (outcome == storage::PostOutcome::kReused) {
      return pb::ROW_OUTCOME_UNCHANGED;
    }
    return AnswerOf(outcome);
  }
  RowAnswer AnswerOfRefused(const absl::Status& verdict) override {
    if (absl::IsCancelled(verdict)) return pb::ROW_OUTCOME_UNCHANGED;
    return verdict;
  }

 private:
  // The month, from the first message that has it.
  absl::Status KeepMonth(const std::string& sent, domain::Day today) {
    if (sent.empty() && !month_.empty()) return absl::OkStatus();
    wire::Violations violations;
    const wire::FieldPath field("month");
    const domain::Day first = wire::RequiredMonth(sent, field, violations);
    if (violations.empty() && today < first) {
      violations.Add(field, "has not begun yet");
    }
    if (!month_.empty() && sent != month_) {
      violations.Add(field, "differs from that of an earlier message");
    }
    if (!violations.empty()) return violations.ToStatus();
    month_ = sent;
    last_day_ = domain::AddMonths(first, 1) - 1;
    return absl::OkStatus();
  }

  const domain::Person* Find(const std::string& person_id) const {
    const auto found = persons_.find(person_id);
    return found == persons_.end() ? nullptr : &found->second;
  }

  // The rule that credits the person; or why none does.
  absl::StatusOr<const domain::AccountCredit*> RuleOf(
      const domain::Person& person) const {
    const domain::Coverage& coverage = person.CoverageOn(last_day_);
    if (coverage.insurance != domain::Insurance::kEmployee) return NoAccount();
    const domain::AccountCredit* rule = policy_->CreditOn(
        coverage.region, coverage.category, person.birth_date, last_day_);
    if (rule == nullptr) return NoRule(coverage.region);
    return rule;
  }

  absl::StatusOr<domain::Money> CreditOf(const wire::CreditAsk& ask) const {
    const domain::Person* person = Find(ask.person_id);
    if (person == nullptr) return domain::Money{};
    ONESTOP_ASSIGN_OR_RETURN(const auto* rule, RuleOf(*person));
    return rule->Of(ask.contribution_base);
  }

  absl::Status WhyNothing(const std::string& person_id) const {
    const domain::Person* person = Find(person_id);
    if (person == nullptr) {
      return AnswerOf(storage::PostOutcome::kPersonUnknown).status();
    }
    const absl::Status why = RuleOf(*person).status();
    return why.ok() ? NothingToCredit() : why;
  }

  std::string month_;
  domain::Day last_day_;
  std::shared_ptr<const domain::Policy> policy_;
  absl::flat_hash_map<std::string, domain::Person> persons_;
};

}  // namespace

std::unique_ptr<Importer<pb::CreditAccountsRequest>> NewCreditImporter(
    const ServiceParts& parts, const Caller& caller) {
  return std::make_unique<CreditImporter>(parts, caller);
}

}  // namespace onestop::server
