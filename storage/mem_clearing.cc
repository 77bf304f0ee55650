// Clearing in memory: reads the settlements themselves.
#include <algorithm>
#include <chrono>
#include <limits>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "storage/mem_books.h"

namespace onestop::storage {
namespace {

int64_t NowMs() {
  return std::chrono::system_clock::now().time_since_epoch() /
         std::chrono::milliseconds(1);
}

CountedRow CountedRowOf(const domain::SettlementRecord& record) {
  const domain::Totals& totals = record.totals;
  CountedRow row;
  row.place = {record.booked_on, record.id};
  row.person_id = record.person_id;
  row.request_id = record.request_id;
  row.reversal = record.kind == domain::RecordKind::kReversal;
  row.region = record.region;
  row.insurance = record.insurance;
  row.gross = totals.gross.fen;
  row.fund_pay = totals.fund_pay.fen;
  row.critical_illness = totals.critical_illness.fen;
  row.large_amount = totals.large_amount.fen;
  row.medical_assistance = totals.medical_assistance.fen;
  row.commercial = totals.commercial.fen;
  row.account = (totals.account + totals.family_account).fen;
  return row;
}

// The first rows after a place.
template <typename Row>
std::vector<Row> Page(std::vector<Row> rows, const CountedPlace& after,
                      int limit) {
  std::erase_if(rows, [&](const Row& one) { return one.row.place <= after; });
  if (rows.size() > static_cast<size_t>(limit)) rows.resize(limit);
  return rows;
}

void Add(const CountedRow& row, domain::Day month, ClearingPart& part) {
  (row.reversal ? part.reversals : part.settlements) += 1;
  if (row.place.booked_on < month) part.late += 1;
  part.gross += row.gross;
  part.scheme_pay += row.SchemePay();
  part.critical_illness += row.critical_illness;
  part.large_amount += row.large_amount;
  part.medical_assistance += row.medical_assistance;
  part.commercial += row.commercial;
  part.account += row.account;
}

void Add(bool reversal, const ClearingShare& share, ClearingSchemeLine& line) {
  (reversal ? line.reversals : line.settlements) += 1;
  line.sums.gross += share.gross;
  line.sums.pay += share.pay;
  line.sums.negotiated_gross += share.negotiated_gross;
  line.sums.negotiated_pay += share.negotiated_pay;
  line.sums.procured_gross += share.procured_gross;
  line.sums.procured_pay += share.procured_pay;
}

// The lines of sums, each with the persons who have a settlement in it.
template <typename Key, typename Line>
std::vector<Line> LinesOf(
    std::map<Key, std::pair<Line, std::set<std::string>>>& by_key) {
  std::vector<Line> lines;
  for (auto& [key, one] : by_key) {
    one.first.persons = static_cast<int64_t>(one.second.size());
    lines.push_back(std::move(one.first));
  }
  return lines;
}

template <typename Entry>
const Entry* FindSent(const std::vector<Entry>& entries, const Entry& asked) {
  for (const Entry& one : entries) {
    if (one.caller == asked.caller && one.request_id == asked.request_id) {
      return &one;
    }
  }
  return nullptr;
}

}  // namespace

absl::StatusOr<std::vector<AnsweredRow>> MemBooks::RowsOf(
    std::string_view institution_id) {
  domain::SettlementFilter filter;
  filter.institution_id = std::string(institution_id);
  ONESTOP_ASSIGN_OR_RETURN(
      const auto all,
      store_.ListSettlements(filter, {}, std::numeric_limits<int>::max()));
  std::vector<AnsweredRow> rows;
  for (const domain::SettlementSummary& one : all) {
    if (one.kind == domain::RecordKind::kClosed) continue;
    ONESTOP_ASSIGN_OR_RETURN(
        const auto record, store_.FindSettlement(one.person_id, one.place.id));
    rows.push_back({CountedRowOf(*record), record->reply});
    if (!record->reverses) continue;
    ONESTOP_ASSIGN_OR_RETURN(
        const auto target,
        store_.FindSettlement(one.person_id, *record->reverses));
    rows.back().reply = target->reply;
  }
  std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
    return a.row.place < b.row.place;
  });
  return rows;
}

absl::StatusOr<std::vector<AnsweredRow>> MemBooks::CountedRows(
    const ClearingStatement& statement) {
  ONESTOP_ASSIGN_OR_RETURN(auto rows, RowsOf(statement.institution_id));
  const std::lock_guard lock(kept_.mutex_);
  std::erase_if(rows, [&](const AnsweredRow& one) {
    const auto found = kept_.clearing_.counted.find(one.row.place.id);
    return found == kept_.clearing_.counted.end() ||
           found->second != statement.number;
  });
  return rows;
}

domain::Day MemBooks::LastCut(std::string_view institution_id) const {
  domain::Day last = domain::kOpenFrom;
  for (const auto& one : kept_.clearing_.statements) {
    if (one.head.institution_id != institution_id) continue;
    last = std::max(last, one.head.month);
  }
  return last;
}

absl::StatusOr<CutResult> MemBooks::Cut(const ClearingStatement& asked) {
  ONESTOP_ASSIGN_OR_RETURN(const auto known,
                           FindStatement(asked.institution_id, asked.month));
  CutResult result;
  if (known) {
    result.statement = *known;
    return result;
  }
  ONESTOP_ASSIGN_OR_RETURN(const auto rows, RowsOf(asked.institution_id));
  const std::lock_guard lock(kept_.mutex_);
  MemClearing& clearing = kept_.clearing_;
  const domain::Day last = LastCut(asked.institution_id);
  if (last > asked.month) {
    result.last_cut = last;
    return result;
  }
  const auto first_open = [&result, &asked](domain::Day month) {
    if (month >= asked.month) return;
    result.first_open = std::min(result.first_open.value_or(month), month);
  };
  std::vector<domain::SettlementId> counted;
  ClearingStatement cut = asked;
  cut.first_day = asked.month;
  for (const AnsweredRow& one : rows) {
    if (clearing.counted.contains(one.row.place.id)) continue;
    domain::Day month = FirstOfMonth(one.row.place.booked_on);
    if (last != domain::kOpenFrom) month = std::max(month, NextMonth(last));
    first_open(month);
    if (month != asked.month) continue;
    counted.push_back(one.row.place.id);
    cut.first_day = std::min(cut.first_day, one.row.place.booked_on);
  }
  for (const ClearingAdjustment& one : clearing.adjustments) {
    if (one.institution_id == asked.institution_id && one.month > last) {
      first_open(one.month);
    }
  }
  if (result.first_open) return result;
  cut.number = static_cast<int64_t>(clearing.statements.size()) + 1;
  cut.cut_at_ms = NowMs();
  cut.shared_until = cut.Begin();
  for (const domain::SettlementId& id : counted) {
    clearing.counted[id] = cut.number;
  }
  clearing.statements.push_back({cut, {}, {}, {}});
  result.statement = cut;
  return result;
}

absl::StatusOr<std::optional<ClearingStatement>> MemBooks::FindStatement(
    std::string_view institution_id, domain::Day month) {
  const std::lock_guard lock(kept_.mutex_);
  for (const auto& one : kept_.clearing_.statements) {
    if (one.head.institution_id == institution_id && one.head.month == month) {
      return one.head;
    }
  }
  return std::nullopt;
}

absl::StatusOr<std::vector<AnsweredRow>> MemBooks::ReadAnswered(
    const ClearingStatement& statement, const CountedPlace& after, int limit) {
  ONESTOP_ASSIGN_OR_RETURN(auto rows, CountedRows(statement));
  return Page(std::move(rows), after, limit);
}

absl::Status MemBooks::PutShares(int64_t number, const CountedPlace& until,
                                 const std::vector<SharedRow>& rows) {
  const std::lock_guard lock(kept_.mutex_);
  MemClearing::Statement& statement = kept_.clearing_.statements[number - 1];
  for (const SharedRow& row : rows) {
    statement.shares.emplace(row.row.place, row);
  }
  statement.head.shared_until = std::max(statement.head.shared_until, until);
  return absl::OkStatus();
}

absl::StatusOr<ClearingSums> MemBooks::Sum(const ClearingStatement& statement) {
  using Key = std::pair<std::string, domain::Insurance>;
  std::map<Key, std::pair<ClearingPart, std::set<std::string>>> parts;
  std::map<std::pair<Key, std::string>,
           std::pair<ClearingSchemeLine, std::set<std::string>>>
      schemes;
  ONESTOP_ASSIGN_OR_RETURN(const auto rows, CountedRows(statement));
  for (const AnsweredRow& one : rows) {
    const CountedRow& row = one.row;
    auto& [part, persons] = parts[{row.region, row.insurance}];
    part.region = row.region;
    part.insurance = row.insurance;
    Add(row, statement.month, part);
    if (!row.reversal) persons.insert(row.person_id);
  }
  const std::lock_guard lock(kept_.mutex_);
  const auto& shares = kept_.clearing_.statements[statement.number - 1].shares;
  for (const auto& [place, shared] : shares) {
    const CountedRow& row = shared.row;
    for (const ClearingShare& share : shared.shares) {
      auto& [line, persons] =
          schemes[{{row.region, row.insurance}, share.scheme}];
      line.region = row.region;
      line.insurance = row.insurance;
      line.sums.scheme = share.scheme;
      Add(row.reversal, share, line);
      if (!row.reversal) persons.insert(row.person_id);
    }
  }
  return ClearingSums{LinesOf(parts), LinesOf(schemes)};
}

absl::StatusOr<std::vector<ClearingAdjustment>> MemBooks::Adjustments(
    std::string_view institution_id, domain::Day month) {
  const std::lock_guard lock(kept_.mutex_);
  std::vector<ClearingAdjustment> adjustments;
  for (const ClearingAdjustment& one : kept_.clearing_.adjustments) {
    if (one.institution_id == institution_id && one.month == month) {
      adjustments.push_back(one);
    }
  }
  return adjustments;
}

absl::Status MemBooks::Close(int64_t number, const ClearingSums& sums,
                             const std::vector<ClearingPayable>& payables) {
  const std::lock_guard lock(kept_.mutex_);
  MemClearing::Statement& statement = kept_.clearing_.statements[number - 1];
  if (statement.head.closed_at_ms) return absl::OkStatus();
  statement.sums = sums;
  statement.payables = payables;
  statement.head.closed_at_ms = NowMs();
  return absl::OkStatus();
}

absl::StatusOr<ClearingContent> MemBooks::Content(
    const ClearingStatement& statement) {
  ClearingContent content;
  ONESTOP_ASSIGN_OR_RETURN(
      content.adjustments,
      Adjustments(statement.institution_id, statement.month));
  const std::lock_guard lock(kept_.mutex_);
  const auto& kept = kept_.clearing_.statements[statement.number - 1];
  content.sums = kept.sums;
  content.payables = kept.payables;
  for (const ClearingPayment& one : kept_.clearing_.payments) {
    if (one.number == statement.number) content.payments.push_back(one);
  }
  return content;
}

absl::StatusOr<std::vector<ListedRow>> MemBooks::ListCounted(
    const ClearingStatement& statement, const CountedFilter& filter,
    const CountedPlace& after, int limit) {
  ONESTOP_ASSIGN_OR_RETURN(const auto rows, CountedRows(statement));
  const std::lock_guard lock(kept_.mutex_);
  const auto& shares = kept_.clearing_.statements[statement.number - 1].shares;
  std::vector<ListedRow> listed;
  for (const AnsweredRow& one : rows) {
    const CountedRow& row = one.row;
    if ((!filter.region.empty() && row.region != filter.region) ||
        (filter.insurance != domain::Insurance::kUnspecified &&
         row.insurance != filter.insurance) ||
        (filter.late_only && row.place.booked_on >= statement.month)) {
      continue;
    }
    if (!filter.scheme) {
      listed.push_back({row, std::nullopt});
      continue;
    }
    for (const ClearingShare& share : shares.at(row.place).shares) {
      if (share.scheme == *filter.scheme) listed.push_back({row, share});
    }
  }
  return Page(std::move(listed), after, limit);
}

absl::StatusOr<ClearingWrite> MemBooks::Adjust(
    const ClearingAdjustment& asked) {
  const std::lock_guard lock(kept_.mutex_);
  MemClearing& clearing = kept_.clearing_;
  if (const auto* known = FindSent(clearing.adjustments, asked)) {
    return known->SameAs(asked) ? ClearingWrite::kKnown
                                : ClearingWrite::kReused;
  }
  if (LastCut(asked.institution_id) >= asked.month) return ClearingWrite::kCut;
  clearing.adjustments.push_back(asked);
  clearing.adjustments.back().recorded_at_ms = NowMs();
  return ClearingWrite::kWritten;
}

int64_t MemBooks::Paid(int64_t number, std::string_view region) const {
  int64_t paid = 0;
  for (const ClearingPayment& one : kept_.clearing_.payments) {
    if (one.number == number && one.region == region) paid += one.amount;
  }
  return paid;
}

absl::StatusOr<ClearingWrite> MemBooks::Pay(const ClearingPayment& asked) {
  const std::lock_guard lock(kept_.mutex_);
  MemClearing& clearing = kept_.clearing_;
  if (const auto* known = FindSent(clearing.payments, asked)) {
    return known->SameAs(asked) ? ClearingWrite::kKnown
                                : ClearingWrite::kReused;
  }
  if (asked.number < 1 ||
      asked.number > static_cast<int64_t>(clearing.statements.size())) {
    return ClearingWrite::kUnknown;
  }
  for (const auto& owed : clearing.statements[asked.number - 1].payables) {
    if (owed.region != asked.region) continue;
    const int64_t left = owed.Payable() - Paid(asked.number, asked.region);
    if (asked.amount > left) return ClearingWrite::kTooMuch;
    clearing.payments.push_back(asked);
    clearing.payments.back().recorded_at_ms = NowMs();
    return ClearingWrite::kWritten;
  }
  return ClearingWrite::kUnknown;
}

absl::StatusOr<std::vector<DueRow>> MemBooks::ListDue(const DueFilter& filter,
                                                      const DuePlace& after,
                                                      int limit) {
  const std::lock_guard lock(kept_.mutex_);
  std::vector<DueRow> due;
  const auto add = [&](const ClearingStatement& head,
                       const ClearingPayable& owed) {
    DueRow row{head, owed.region, owed.Payable(),
               Paid(head.number, owed.region), std::nullopt};
    for (const ClearingPayment& one : kept_.clearing_.payments) {
      if (one.number != head.number || one.region != owed.region) continue;
      row.last_paid_on =
          std::max(row.last_paid_on.value_or(one.paid_on), one.paid_on);
    }
    const DueState state = StateOf(row, filter.today);
    const bool wanted =
        filter.state == DueState::kAny || filter.state == state ||
        (filter.state == DueState::kOpen && state == DueState::kOverdue);
    if (wanted &&
        (filter.region.empty() || filter.region == row.region ||
         state == DueState::kNotClosed) &&
        std::pair(head.number, row.region) >
            std::pair(after.number, after.region) &&
        due.size() < static_cast<size_t>(limit)) {
      due.push_back(std::move(row));
    }
  };
  for (const auto& one : kept_.clearing_.statements) {
    if (!filter.months.Contains(one.head.month) ||
        (!filter.institution_id.empty() &&
         filter.institution_id != one.head.institution_id)) {
      continue;
    }
    for (const ClearingPayable& owed : one.payables) add(one.head, owed);
    if (one.payables.empty()) add(one.head, {});
  }
  return due;
}

}  // namespace onestop::storage
