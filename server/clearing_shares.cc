// Sums the lines of a receipt by scheme.
#include "server/clearing_shares.h"

#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "onestop/v1/settlement.pb.h"
#include "wire/policy_file.h"

namespace onestop::server {
namespace {

namespace pb = ::onestop::v1;
using storage::ClearingShare;

absl::Status NotTheRow(const storage::CountedRow& row) {
  return MakeError(absl::StatusCode::kInternal, "INVARIANT_BROKEN",
                   absl::StrCat("The receipt of ", row.place.id.ToString(),
                                " is not what the ledger holds of it. The "
                                "statement was not written."));
}

void Add(int64_t sign, const pb::ReceiptLine& line, bool two_diseases,
         std::map<std::string, ClearingShare>& by_scheme) {
  const bool procured = line.centrally_procured() && two_diseases;
  ClearingShare& starts = by_scheme[line.first_scheme()];
  const int64_t gross = sign * line.gross_fen();
  starts.gross += gross;
  if (line.negotiated()) starts.negotiated_gross += gross;
  if (procured) starts.procured_gross += gross;
  for (const pb::LinePay& one : line.pays()) {
    ClearingShare& pays = by_scheme[one.scheme_id()];
    const int64_t pay = sign * one.pay_fen();
    pays.pay += pay;
    if (line.negotiated()) pays.negotiated_pay += pay;
    if (procured) pays.procured_pay += pay;
  }
}

// It is not known what a scheme served when the row was settled.
absl::Status PolicyMissing(const storage::CountedRow& row,
                           const pb::Receipt& receipt, const char* what) {
  return MakeError(
      absl::StatusCode::kInternal, "INVARIANT_BROKEN",
      absl::StrCat("Whether ", row.place.id.ToString(),
                   " is of procured drugs for the two diseases cannot be told: "
                   "policy revision ",
                   receipt.policy_revision(), ", which its receipt names, ",
                   what, ". The statement was not written."));
}

const domain::Scheme* FindScheme(const domain::Policy& policy,
                                 const storage::CountedRow& row,
                                 const pb::Receipt& receipt,
                                 std::string_view scheme) {
  const auto day = domain::ParseDay(receipt.service_date());
  const domain::Plan* plan =
      day ? policy.PlanOn(row.region, row.insurance, *day) : nullptr;
  if (plan == nullptr) return nullptr;
  for (const domain::Scheme& one : plan->schemes) {
    if (one.id == scheme) return &one;
  }
  return nullptr;
}

bool Matches(const pb::Receipt& receipt, const storage::CountedRow& row) {
  const int64_t sign = row.reversal ? -1 : 1;
  const pb::Totals& totals = receipt.totals();
  return sign * totals.gross_fen() == row.gross &&
         sign * totals.fund_pay_fen() == row.fund_pay &&
         sign * (totals.account_fen() + totals.family_account_fen()) ==
             row.account &&
         receipt.pooling_region() == row.region &&
         receipt.person_id() == row.person_id;
}

// Whether it has to be known what the scheme serves in which the line starts.
bool AsksForScheme(const pb::ReceiptLine& line) {
  return line.centrally_procured() && !line.first_scheme().empty();
}

}  // namespace

absl::StatusOr<PolicyPtr> ReceiptShares::PolicyOf(
    storage::Books& books, const storage::CountedRow& row,
    const pb::Receipt& receipt) {
  const std::string& revision = receipt.policy_revision();
  const auto known = by_revision_.find(revision);
  if (known != by_revision_.end()) return known->second;
  ONESTOP_ASSIGN_OR_RETURN(auto files, books.GetPolicy(revision));
  if (files.empty()) return PolicyMissing(row, receipt, "is not kept");
  std::vector<wire::PolicyText> texts;
  for (storage::PolicyFileText& file : files) {
    texts.push_back({std::move(file.name), std::move(file.text)});
  }
  auto compiled = wire::LoadPolicy(std::move(texts), revision);
  if (!compiled.ok()) {
    return PolicyMissing(row, receipt, "does not compile any more");
  }
  return by_revision_[revision] = std::make_shared<const domain::Policy>(
             std::move(compiled->policy));
}

absl::StatusOr<std::vector<ClearingShare>> ReceiptShares::Read(
    storage::Books& books, const storage::AnsweredRow& answered) {
  const storage::CountedRow& row = answered.row;
  pb::SettleResponse response;
  if (!response.ParseFromString(answered.reply)) return NotTheRow(row);
  const pb::Receipt& receipt = response.receipt();
  if (!Matches(receipt, row)) return NotTheRow(row);
  std::map<std::string, ClearingShare> by_scheme;
  for (const pb::ReceiptLine& line : receipt.lines()) {
    bool two_diseases = false;
    if (AsksForScheme(line)) {
      ONESTOP_ASSIGN_OR_RETURN(const PolicyPtr policy,
                               PolicyOf(books, row, receipt));
      const domain::Scheme* scheme =
          FindScheme(*policy, row, receipt, line.first_scheme());
      if (scheme == nullptr) {
        return PolicyMissing(row, receipt, "has no such scheme on that day");
      }
      two_diseases = scheme->serves == domain::Serves::kTwoDisease;
    }
    Add(row.reversal ? -1 : 1, line, two_diseases, by_scheme);
  }
  std::vector<ClearingShare> shares;
  for (auto& [scheme, share] : by_scheme) {
    share.scheme = scheme;
    shares.push_back(std::move(share));
  }
  return shares;
}

}  // namespace onestop::server
