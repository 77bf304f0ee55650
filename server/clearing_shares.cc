// Sums the lines of a receipt by scheme.
#include "server/clearing_shares.h"

#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "onestop/v1/settlement.pb.h"
#include "wire/enums.h"

namespace onestop::server {
namespace {

namespace pb = ::onestop::v1;
using storage::ClearingShare;

// Whether a line that starts in the scheme is of the two diseases.
bool ServesTwoDiseases(const domain::Plan* plan, std::string_view scheme) {
  if (plan == nullptr) return false;
  for (const domain::Scheme& one : plan->schemes) {
    if (one.id == scheme) return one.serves == domain::Serves::kTwoDisease;
  }
  return false;
}

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

}  // namespace

storage::ShareReader ReceiptShares(
    std::shared_ptr<const domain::Policy> policy) {
  return [policy = std::move(policy)](const storage::AnsweredRow& answered)
             -> absl::StatusOr<std::vector<ClearingShare>> {
    const storage::CountedRow& row = answered.row;
    pb::SettleResponse response;
    if (!response.ParseFromString(answered.reply)) return NotTheRow(row);
    const pb::Receipt& receipt = response.receipt();
    const int64_t sign = row.reversal ? -1 : 1;
    const pb::Totals& totals = receipt.totals();
    if (sign * totals.gross_fen() != row.gross ||
        sign * totals.fund_pay_fen() != row.fund_pay ||
        sign * (totals.account_fen() + totals.family_account_fen()) !=
            row.account ||
        receipt.pooling_region() != row.region ||
        receipt.person_id() != row.person_id) {
      return NotTheRow(row);
    }
    const auto day = domain::ParseDay(receipt.service_date());
    const domain::Plan* plan =
        day ? policy->PlanOn(row.region, row.insurance, *day) : nullptr;
    std::map<std::string, ClearingShare> by_scheme;
    for (const pb::ReceiptLine& line : receipt.lines()) {
      Add(sign, line, ServesTwoDiseases(plan, line.first_scheme()), by_scheme);
    }
    std::vector<ClearingShare> shares;
    for (auto& [scheme, share] : by_scheme) {
      share.scheme = scheme;
      shares.push_back(std::move(share));
    }
    return shares;
  };
}

}  // namespace onestop::server
