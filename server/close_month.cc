// Cuts a month and works its statement out.
#include "server/close_month.h"

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "server/clearing.h"
#include "server/lanes.h"

namespace onestop::server {
namespace {

namespace pb = ::onestop::v1;
using storage::ClearingStatement;

// A half-closed month is at most so far back: months are closed in order.
constexpr int kMonthsLookedBack = 24;

absl::Status OutOfOrder(std::string_view why) {
  return MakeError(absl::StatusCode::kFailedPrecondition, "MONTH_OUT_OF_ORDER",
                   why);
}

absl::Status NotNext(const storage::CutResult& cut) {
  if (cut.last_cut) {
    return OutOfOrder(absl::StrCat(
        "A later month is closed: ", wire::FormatMonth(*cut.last_cut),
        ". What came since counts after it."));
  }
  return OutOfOrder(absl::StrCat("Close ", wire::FormatMonth(*cut.first_open),
                                 " first: it holds what no statement counts."));
}

// A month that was cut and not closed would be overlooked if the next were.
absl::Status CheckNoneIsHalfClosed(storage::Books& books,
                                   const std::string& institution_id,
                                   domain::Day month) {
  for (int back = 0; back < kMonthsLookedBack; ++back) {
    month = storage::FirstOfMonth(month - 1);
    ONESTOP_ASSIGN_OR_RETURN(const auto found,
                             books.FindStatement(institution_id, month));
    if (!found) continue;
    if (found->closed_at_ms) return absl::OkStatus();
    return OutOfOrder(absl::StrCat("Close ", wire::FormatMonth(month),
                                   " first: its closing was cut short."));
  }
  return absl::OkStatus();
}

absl::Status OtherDueDate(const ClearingStatement& known) {
  return MakeError(
      absl::StatusCode::kFailedPrecondition, "MONTH_CLOSED",
      absl::StrCat("The month was cut as statement ", known.number, ", due on ",
                   domain::FormatDay(known.due_on),
                   known.closed_at_ms
                       ? ", and closed."
                       : "; its closing was cut short: close it with that "
                         "due date."));
}

}  // namespace

absl::StatusOr<ClearingStatement> MonthClosing::Cut(
    storage::Books& books) const {
  ONESTOP_RETURN_IF_ERROR(
      CheckInstitutionKnown(parts_, ask_.statement.institution_id));
  const domain::Day today = *parts_.clock().today;
  if (storage::NextMonth(ask_.statement.month) > today) {
    return MalformedRequest(
        {{"month",
          absl::StrCat("is not over; today is ", domain::FormatDay(today))}});
  }
  ClearingStatement asked;
  asked.institution_id = ask_.statement.institution_id;
  asked.month = ask_.statement.month;
  asked.due_on = ask_.due_on.value_or(
      storage::NextMonth(storage::NextMonth(asked.month)) - 1);
  ONESTOP_ASSIGN_OR_RETURN(
      auto known, books.FindStatement(asked.institution_id, asked.month));
  if (!known) {
    ONESTOP_RETURN_IF_ERROR(
        CheckNoneIsHalfClosed(books, asked.institution_id, asked.month));
    ONESTOP_RETURN_IF_ERROR(WaitForBooks(books));
    ONESTOP_ASSIGN_OR_RETURN(const storage::CutResult cut, books.Cut(asked));
    if (cut.statement.number == 0) return NotNext(cut);
    known = cut.statement;
  }
  if (ask_.due_on && *ask_.due_on != known->due_on) return OtherDueDate(*known);
  return *known;
}

absl::StatusOr<std::optional<std::string>> MonthClosing::Step(
    storage::Books& books) {
  if (!cut_) {
    began_ns_ = MonotonicNanos();
    ONESTOP_ASSIGN_OR_RETURN(cut_, Cut(books));
    work_.emplace(*cut_);
    shares_.emplace(parts_.snapshots.Current()->policy);
    return std::nullopt;
  }
  ONESTOP_ASSIGN_OR_RETURN(
      const auto closed,
      work_->Step(books, [&](const storage::AnsweredRow& answered) {
        return shares_->Read(books, answered);
      }));
  if (!closed) return std::nullopt;
  pb::CloseMonthResponse answer;
  ONESTOP_ASSIGN_OR_RETURN(*answer.mutable_statement(),
                           WholeStatement(books, *closed));
  Count(cut_->closed_at_ms ? ClosingEnd::kClosedBefore : ClosingEnd::kClosed);
  return answer.SerializeAsString();
}

void MonthClosing::Count(ClosingEnd end) {
  BatchStats& stats = parts_.batch.stats();
  stats.closings[static_cast<size_t>(end)].Add(1);
  if (end != ClosingEnd::kClosed) return;
  stats.closing.Observe(static_cast<uint64_t>(MonotonicNanos() - began_ns_));
}

absl::Status MonthClosing::Stopped(const absl::Status& why) {
  if (!cut_ || cut_->closed_at_ms) {
    Count(ClosingEnd::kRefused);
    return why;
  }
  Count(absl::IsInternal(why) ? ClosingEnd::kBroken : ClosingEnd::kCutShort);
  absl::Status stopped(
      why.code(),
      absl::StrCat(why.message(), " ", wire::FormatMonth(cut_->month),
                   " stays cut as statement ", cut_->number,
                   " until its closing is sent again."));
  why.ForEachPayload([&](absl::string_view url, const absl::Cord& payload) {
    stopped.SetPayload(url, payload);
  });
  return stopped;
}

}  // namespace onestop::server
