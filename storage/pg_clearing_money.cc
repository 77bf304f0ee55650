// Adjustments, payments and what is due, on PostgreSQL.
#include <utility>

#include "storage/book_sql.h"
#include "storage/clearing_sql.h"
#include "storage/pg_books.h"
#include "storage/pg_clearing_rows.h"

namespace onestop::storage {
namespace {

using Reply = PgReply::End;

PgParameters SenderParameters(std::string_view caller,
                              std::string_view request_id) {
  PgParameters parameters;
  parameters.Scalar(caller);
  parameters.Scalar(request_id);
  return parameters;
}

}  // namespace

// Under the lock that a cut takes: it is in the month before the cut, or not at
// all.
absl::StatusOr<ClearingWrite> PgBooks::Adjust(const ClearingAdjustment& asked) {
  PgParameters sender = SenderParameters(asked.caller, asked.request_id);
  PgParameters all = sender;
  all.Scalar(asked.institution_id);
  all.Scalar(asked.month);
  all.Scalar(asked.region);
  all.Scalar(static_cast<int64_t>(asked.kind));
  all.Scalar(asked.amount);
  all.Scalar(asked.reason);
  all.Scalar(asked.operator_id);
  const PgReply held = Run({{sql::kBegin}, {sql::kHoldBookState}});
  if (held.end != Reply::kDone) return GiveUp(held);
  const PgReply reply = connection_.Run({{sql::kFindAdjustment, &sender},
                                         {sql::kAddAdjustment, &all},
                                         {sql::kCommit}});
  if (reply.end != Reply::kDone) return GiveUp(reply);
  const auto known = AdjustmentsOf(reply.rows[0]);
  if (!known.empty()) {
    return known[0].SameAs(asked) ? ClearingWrite::kKnown
                                  : ClearingWrite::kReused;
  }
  return reply.rows[1].size() > 0 ? ClearingWrite::kWritten
                                  : ClearingWrite::kCut;
}

absl::StatusOr<ClearingWrite> PgBooks::Pay(const ClearingPayment& asked) {
  PgParameters sender = SenderParameters(asked.caller, asked.request_id);
  PgParameters owed;
  owed.Scalar(asked.number);
  owed.Scalar(asked.region);
  PgParameters paid = owed;
  const PgReply held = Run({{sql::kBegin}, {sql::kHoldPayable, &owed}});
  if (held.end != Reply::kDone) return GiveUp(held);
  const PgReply looked =
      connection_.Run({{sql::kFindPayment, &sender}, {sql::kPaidSoFar, &paid}});
  if (looked.end != Reply::kDone) return GiveUp(looked);
  const auto known = PaymentsOf(looked.rows[0]);
  ClearingWrite write = ClearingWrite::kWritten;
  if (!known.empty()) {
    write =
        known[0].SameAs(asked) ? ClearingWrite::kKnown : ClearingWrite::kReused;
  } else if (held.rows[1].size() == 0) {
    write = ClearingWrite::kUnknown;
  } else if (asked.amount > held.rows[1].Int(0, 0) - looked.rows[1].Int(0, 0)) {
    write = ClearingWrite::kTooMuch;
  }
  PgParameters all = SenderParameters(asked.caller, asked.request_id);
  all.Scalar(asked.number);
  all.Scalar(asked.region);
  all.Scalar(asked.amount);
  all.Scalar(asked.paid_on);
  all.Scalar(asked.reference);
  const PgReply ended =
      write == ClearingWrite::kWritten
          ? connection_.Run({{sql::kAddPayment, &all}, {sql::kCommit}})
          : connection_.Run({{sql::kRollback}});
  if (ended.end != Reply::kDone) return GiveUp(ended);
  if (write == ClearingWrite::kWritten && ended.rows[0].size() == 0) {
    return ClearingWrite::kReused;
  }
  return write;
}

absl::StatusOr<std::vector<DueRow>> PgBooks::ListDue(const DueFilter& filter,
                                                     const DuePlace& after,
                                                     int limit) {
  std::vector<DueRow> due;
  if (!Storable(filter.institution_id) || !Storable(filter.region)) return due;
  PgParameters parameters;
  parameters.Scalar(filter.institution_id);
  parameters.Scalar(filter.region);
  parameters.Scalar(filter.months.from);
  parameters.Scalar(filter.months.until);
  parameters.Scalar(static_cast<int64_t>(filter.state));
  parameters.Scalar(filter.today);
  parameters.Scalar(after.number);
  parameters.Scalar(after.region);
  parameters.Scalar(int64_t{limit});
  const PgReply reply = Run({{sql::kListDue, &parameters}});
  if (reply.end != Reply::kDone) return StoreError(reply);
  const PgRows& rows = reply.rows[0];
  for (int i = 0; i < rows.size(); ++i) {
    DueRow row;
    row.statement = StatementOf(rows, i);
    row.region = rows.Text(i, 9);
    row.payable = rows.Int(i, 10);
    row.paid = rows.Int(i, 11);
    if (!rows.IsNull(i, 12)) row.last_paid_on = rows.Date(i, 12);
    due.push_back(std::move(row));
  }
  return due;
}

}  // namespace onestop::storage
