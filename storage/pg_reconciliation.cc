// What comparisons came to, on PostgreSQL.
#include <array>
#include <utility>

#include "storage/book_sql.h"
#include "storage/pg_books.h"
#include "storage/pg_rows.h"

namespace onestop::storage {
namespace {

using Reply = PgReply::End;
using Type = PgArray::Type;

PgParameters AttemptParameters(const Reconciliation& run) {
  PgParameters parameters;
  parameters.Scalar(run.number);
  parameters.Scalar(run.attempt);
  return parameters;
}

// Of a reply that begins with kHoldAttempt.
absl::StatusOr<bool> IsLatest(const PgReply& reply) {
  if (reply.end != Reply::kDone) return StoreError(reply);
  return reply.rows[0].size() > 0;
}

// The columns of one side of differences.
struct SideColumns {
  PgArray& person;
  PgArray& gross;
  PgArray& fund_pay;
  PgArray& account;

  void Add(const std::optional<BookRow>& row) {
    if (!row) {
      for (PgArray* column : {&person, &gross, &fund_pay, &account}) {
        column->AddNull();
      }
      return;
    }
    person.Add(row->person_id);
    gross.Add(row->gross);
    fund_pay.Add(row->fund_pay);
    account.Add(row->account);
  }
};

SideColumns NewSide(PgParameters& parameters) {
  PgArray& person = parameters.Array(Type::kText);
  PgArray& gross = parameters.Array(Type::kInt8);
  PgArray& fund_pay = parameters.Array(Type::kInt8);
  return {person, gross, fund_pay, parameters.Array(Type::kInt8)};
}

PgParameters DifferenceParameters(const Reconciliation& run, domain::Day day,
                                  const std::vector<ComparedBucket>& buckets) {
  PgParameters parameters = AttemptParameters(run);
  parameters.Scalar(day);
  PgArray& bucket = parameters.Array(Type::kInt2);
  PgArray& place = parameters.Array(Type::kInt2);
  PgArray& what = parameters.Array(Type::kInt2);
  PgArray& kind = parameters.Array(Type::kInt2);
  PgArray& id = parameters.Array(Type::kUuid);
  PgArray& request = parameters.Array(Type::kText);
  SideColumns ledger = NewSide(parameters);
  SideColumns books = NewSide(parameters);
  for (const ComparedBucket& compared : buckets) {
    for (const BookDifference& difference : compared.differences) {
      bucket.Add(int64_t{compared.bucket});
      place.Add(int64_t{difference.place});
      what.Add(static_cast<int64_t>(difference.what));
      kind.Add(int64_t{difference.row().reversal ? 2 : 1});
      id.Add(difference.row().id);
      request.Add(difference.row().request_id);
      ledger.Add(difference.ledger);
      books.Add(difference.books);
    }
  }
  return parameters;
}

PgParameters BucketKeys(const Reconciliation& run, domain::Day day,
                        const std::vector<int>& buckets) {
  PgParameters parameters = AttemptParameters(run);
  parameters.Scalar(day);
  PgArray& numbers = parameters.Array(Type::kInt2);
  for (const int bucket : buckets) numbers.Add(int64_t{bucket});
  return parameters;
}

PgParameters KeyOf(std::string_view caller, std::string_view request_id) {
  PgParameters key;
  key.Scalar(caller);
  key.Scalar(request_id);
  return key;
}

std::optional<Reconciliation> RunOf(std::string_view caller,
                                    std::string_view request_id,
                                    const PgRows& rows) {
  if (rows.size() == 0) return std::nullopt;
  Reconciliation found;
  found.caller = std::string(caller);
  found.request_id = std::string(request_id);
  found.number = rows.Int(0, 0);
  found.institution_id = rows.Text(0, 1);
  found.insurance = static_cast<domain::Insurance>(rows.Int(0, 2));
  found.booked = {rows.Date(0, 3), rows.Date(0, 4)};
  found.ended = rows.Bytes(0, 5) == std::string_view("\1", 1);
  found.as_of_ms = rows.TimeMs(0, 6);
  found.attempt = rows.Int(0, 7);
  return found;
}

// One side of a difference, from the column of its person on.
std::optional<BookRow> SideOf(const PgRows& rows, int row, int column) {
  if (rows.IsNull(row, column)) return std::nullopt;
  BookRow side;
  side.id = rows.Id(row, 1);
  side.reversal = rows.Int(row, 4) == 2;
  side.request_id = rows.Text(row, 5);
  side.person_id = rows.Text(row, column);
  side.gross = rows.Int(row, column + 1);
  side.fund_pay = rows.Int(row, column + 2);
  side.account = rows.Int(row, column + 3);
  return side;
}

}  // namespace

absl::StatusOr<Reconciliation> PgBooks::Begin(const Reconciliation& asked) {
  PgParameters parameters = KeyOf(asked.caller, asked.request_id);
  parameters.Scalar(asked.institution_id);
  parameters.Scalar(static_cast<int64_t>(asked.insurance));
  parameters.Scalar(asked.booked.from);
  parameters.Scalar(asked.booked.until);
  parameters.ScalarTime(asked.as_of_ms);
  PgParameters key = KeyOf(asked.caller, asked.request_id);
  const PgReply reply = Run({{sql::kBeginReconciliation, &parameters},
                             {sql::kFindReconciliation, &key}});
  if (reply.end != Reply::kDone) return StoreError(reply);
  return *RunOf(asked.caller, asked.request_id, reply.rows[1]);
}

absl::StatusOr<std::optional<Reconciliation>> PgBooks::Find(
    std::string_view caller, std::string_view request_id) {
  PgParameters key = KeyOf(caller, request_id);
  const PgReply reply = Run({{sql::kFindReconciliation, &key}});
  if (reply.end != Reply::kDone) return StoreError(reply);
  return RunOf(caller, request_id, reply.rows[0]);
}

absl::StatusOr<std::vector<ComparedBucket>> PgBooks::Compared(int64_t number,
                                                              domain::Day day) {
  PgParameters key;
  key.Scalar(number);
  key.Scalar(day);
  const PgReply reply = Run({{sql::kComparedBuckets, &key}});
  if (reply.end != Reply::kDone) return StoreError(reply);
  std::vector<ComparedBucket> buckets;
  for (int row = 0; row < reply.rows[0].size(); ++row) {
    const PgRows& rows = reply.rows[0];
    buckets.push_back({static_cast<int>(rows.Int(row, 0)),
                       rows.Text(row, 1),
                       rows.Text(row, 2),
                       rows.Int(row, 3),
                       {}});
  }
  return buckets;
}

absl::StatusOr<bool> PgBooks::Put(const Reconciliation& run, domain::Day day,
                                  const std::vector<ComparedBucket>& buckets) {
  std::vector<int> numbers;
  for (const ComparedBucket& compared : buckets) {
    numbers.push_back(compared.bucket);
  }
  PgParameters dropped = BucketKeys(run, day, numbers);
  PgParameters added = AttemptParameters(run);
  added.Scalar(day);
  PgArray& bucket = added.Array(Type::kInt2);
  PgArray& ledger = added.Array(Type::kBytes);
  PgArray& books = added.Array(Type::kBytes);
  PgArray& matched = added.Array(Type::kInt8);
  for (const ComparedBucket& compared : buckets) {
    bucket.Add(int64_t{compared.bucket});
    ledger.Add(compared.ledger);
    books.Add(compared.books);
    matched.Add(compared.matched);
  }
  PgParameters differences = DifferenceParameters(run, day, buckets);
  PgParameters attempt = AttemptParameters(run);
  return IsLatest(Run({{sql::kHoldAttempt, &attempt},
                       {sql::kDropBuckets, &dropped},
                       {sql::kAddBuckets, &added},
                       {sql::kAddDifferences, &differences}}));
}

absl::StatusOr<bool> PgBooks::KeepOnly(const Reconciliation& run,
                                       domain::Day day,
                                       const std::vector<int>& buckets) {
  PgParameters attempt = AttemptParameters(run);
  PgParameters kept = BucketKeys(run, day, buckets);
  return IsLatest(
      Run({{sql::kHoldAttempt, &attempt}, {sql::kDropOtherBuckets, &kept}}));
}

absl::StatusOr<bool> PgBooks::End(const Reconciliation& run) {
  PgParameters attempt = AttemptParameters(run);
  PgParameters paired = AttemptParameters(run);
  PgParameters ended = AttemptParameters(run);
  return IsLatest(Run({{sql::kHoldAttempt, &attempt},
                       {sql::kPairDays, &paired},
                       {sql::kEndReconciliation, &ended}}));
}

absl::StatusOr<ReconciliationCounts> PgBooks::Count(int64_t number) {
  PgParameters key;
  key.Scalar(number);
  const PgReply reply = Run({{sql::kCountDifferences, &key}});
  if (reply.end != Reply::kDone) return StoreError(reply);
  ReconciliationCounts counts;
  const std::array<int64_t*, 6> by_class = {
      &counts.matched,        &counts.only_in_ledger, &counts.only_in_books,
      &counts.amounts_differ, &counts.twice_in_books, &counts.twice_in_books};
  for (int row = 0; row < reply.rows[0].size(); ++row) {
    const PgRows& rows = reply.rows[0];
    const bool other_day = rows.Bytes(row, 1) == std::string_view("\1", 1);
    int64_t* count = other_day ? &counts.other_day : by_class[rows.Int(row, 0)];
    *count += rows.Int(row, 2);
  }
  return counts;
}

absl::StatusOr<std::vector<BookDifference>> PgBooks::Differences(
    int64_t number, const DifferencePlace& after, int limit) {
  PgParameters parameters;
  parameters.Scalar(number);
  parameters.Scalar(after.booked_on);
  parameters.Scalar(after.id);
  parameters.Scalar(int64_t{after.place});
  parameters.Scalar(int64_t{limit});
  const PgReply reply = Run({{sql::kListDifferences, &parameters}});
  if (reply.end != Reply::kDone) return StoreError(reply);
  const PgRows& rows = reply.rows[0];
  std::vector<BookDifference> differences;
  for (int row = 0; row < rows.size(); ++row) {
    BookDifference difference;
    difference.booked_on = rows.Date(row, 0);
    difference.place = static_cast<int>(rows.Int(row, 2));
    difference.what = static_cast<DifferenceClass>(rows.Int(row, 3));
    if (!rows.IsNull(row, 6)) difference.other_day = rows.Date(row, 6);
    difference.ledger = SideOf(rows, row, 7);
    difference.books = SideOf(rows, row, 11);
    difference.across = SideOf(rows, row, 15);
    differences.push_back(std::move(difference));
  }
  return differences;
}

}  // namespace onestop::storage
