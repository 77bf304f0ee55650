// Months, and what a statement's sums must add up to.
#include "storage/clearing.h"

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"

namespace onestop::storage {
namespace {

absl::Status CheckShares(const SharedRow& shared) {
  int64_t gross = shared.row.gross;
  int64_t pay = shared.row.SchemePay();
  for (const ClearingShare& share : shared.shares) {
    gross -= share.gross;
    pay -= share.pay;
  }
  if (gross == 0 && pay == 0) return absl::OkStatus();
  return MakeError(absl::StatusCode::kInternal, "INVARIANT_BROKEN",
                   absl::StrCat("The lines of ", shared.row.place.id.ToString(),
                                " do not add up to it: gross differs by ",
                                gross, " fen, scheme pay by ", pay,
                                " fen. The statement was not written."));
}

}  // namespace

domain::Day FirstOfMonth(domain::Day day) {
  return day + (1 - domain::CivilDateOf(day).day);
}

domain::Day NextMonth(domain::Day month) { return domain::AddMonths(month, 1); }

std::vector<ClearingPayable> PayablesOf(
    const std::vector<ClearingPart>& parts,
    const std::vector<ClearingAdjustment>& adjustments) {
  std::map<std::string, ClearingPayable> by_region;
  for (const ClearingPart& part : parts) {
    ClearingPayable& payable = by_region[part.region];
    payable.fund_pay += part.FundPay();
    payable.account += part.account;
  }
  for (const ClearingAdjustment& adjustment : adjustments) {
    by_region[adjustment.region].adjusted += adjustment.Owed();
  }
  std::vector<ClearingPayable> payables;
  for (auto& [region, payable] : by_region) {
    payable.region = region;
    payables.push_back(std::move(payable));
  }
  return payables;
}

DueState StateOf(const DueRow& row, domain::Day today) {
  if (!row.statement.closed_at_ms) return DueState::kNotClosed;
  if (row.payable < 0) return DueState::kOwedBack;
  if (row.paid >= row.payable) return DueState::kPaid;
  return row.statement.due_on < today ? DueState::kOverdue : DueState::kOpen;
}

absl::Status CheckSums(const ClearingSums& sums) {
  using Key = std::pair<std::string, domain::Insurance>;
  // What is left of a part's gross and scheme pay.
  std::map<Key, std::pair<int64_t, int64_t>> left;
  for (const ClearingPart& part : sums.parts) {
    left[{part.region, part.insurance}] = {part.gross, part.scheme_pay};
  }
  for (const ClearingSchemeLine& line : sums.schemes) {
    auto& [gross, pay] = left[{line.region, line.insurance}];
    gross -= line.sums.gross;
    pay -= line.sums.pay;
  }
  for (const auto& [key, rest] : left) {
    if (rest.first == 0 && rest.second == 0) continue;
    return MakeError(
        absl::StatusCode::kInternal, "INVARIANT_BROKEN",
        absl::StrCat("The schemes of region ", key.first,
                     " do not add up to its settlements: gross differs by ",
                     rest.first, " fen, scheme pay by ", rest.second,
                     " fen. The statement was not written."));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<ClearingStatement>> StatementWork::Step(
    Clearings& clearings, const ShareReader& read) {
  if (cut_.closed_at_ms) return cut_;
  ONESTOP_ASSIGN_OR_RETURN(const std::vector<AnsweredRow> page,
                           clearings.ReadAnswered(cut_, place_, page_rows_));
  if (page.empty()) return Close(clearings);
  std::vector<SharedRow> rows;
  for (const AnsweredRow& answered : page) {
    ONESTOP_ASSIGN_OR_RETURN(auto shares, read(answered));
    rows.push_back({answered.row, std::move(shares)});
    ONESTOP_RETURN_IF_ERROR(CheckShares(rows.back()));
  }
  place_ = page.back().row.place;
  ONESTOP_RETURN_IF_ERROR(clearings.PutShares(cut_.number, place_, rows));
  return std::nullopt;
}

absl::StatusOr<std::optional<ClearingStatement>> StatementWork::Close(
    Clearings& clearings) {
  ONESTOP_ASSIGN_OR_RETURN(const ClearingSums sums, clearings.Sum(cut_));
  ONESTOP_RETURN_IF_ERROR(CheckSums(sums));
  ONESTOP_ASSIGN_OR_RETURN(
      const auto adjustments,
      clearings.Adjustments(cut_.institution_id, cut_.month));
  ONESTOP_RETURN_IF_ERROR(
      clearings.Close(cut_.number, sums, PayablesOf(sums.parts, adjustments)));
  return clearings.FindStatement(cut_.institution_id, cut_.month);
}

}  // namespace onestop::storage
