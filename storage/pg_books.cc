// The projection behind the hot path, and what is read of it.
#include "storage/pg_books.h"

#include <algorithm>
#include <utility>

#include "storage/book_sql.h"
#include "storage/pg_rows.h"

namespace onestop::storage {
namespace {

using End = PgReply::End;
using Type = PgArray::Type;

// A piece: so many rows by key, or the rows of so many transactions, which hold
// 512 at most, so that it ends within a statement's time.
constexpr int64_t kPieceRows = 5'000;
constexpr int64_t kPieceTransactions = 1'000;

constexpr std::string_view kTimedOut = "57014";
constexpr std::string_view kThereAlready = "23505";
constexpr int kMostHalvings = 9;

bool Bool(const PgRows& rows, int row, int column) {
  return rows.Bytes(row, column) == std::string_view("\1", 1);
}

}  // namespace

PgReply PgBooks::Run(std::initializer_list<PgCall> calls) {
  PgReply reply = connection_.Run(calls);
  if (reply.end == End::kLost || reply.end == End::kNotSent) {
    reply = connection_.Run(calls);
  }
  return reply;
}

absl::Status PgBooks::GiveUp(const PgReply& reply) {
  const absl::Status status = StoreError(reply);
  if (connection_.Run({{sql::kRollback}}).end != End::kDone) {
    connection_.Close();
  }
  return status;
}

bool PgBooks::CaughtUp(const PgRows& state) {
  return Bool(state, 0, 2) && Bool(state, 0, 3);
}

absl::StatusOr<bool> PgBooks::Fill() {
  const PgReply held = Run({{sql::kBegin}, {sql::kHoldBookState}});
  if (held.end != End::kDone) return GiveUp(held);
  const PgRows& state = held.rows[1];
  const int64_t filled = state.Int(0, 0);
  const int64_t whole = state.Int(0, 1);
  PgReply reply;
  bool done = false;
  if (!Bool(state, 0, 3)) {
    PgParameters place;
    place.Scalar(whole);
    reply = connection_.Run({{sql::kRestartBook, &place}, {sql::kCommit}});
  } else if (!Bool(state, 0, 2)) {
    PgParameters key;
    key.Scalar(state.Bytes(0, 4));
    key.Scalar(state.Id(0, 5));
    key.Scalar(kPieceRows >> halvings_);
    reply = connection_.Run({{sql::kFillBookByKey, &key}, {sql::kCommit}});
  } else {
    const int64_t until = std::max(
        filled, std::min(whole, filled + (kPieceTransactions >> halvings_)));
    done = until >= whole;
    PgParameters span;
    span.Scalar(filled);
    span.Scalar(until);
    PgParameters place;
    place.Scalar(until);
    const sql::Statement& fill =
        overlaps_ ? sql::kFillBookAgain : sql::kFillBook;
    reply =
        until == filled
            ? connection_.Run({{sql::kCommit}})
            : connection_.Run(
                  {{fill, &span}, {sql::kMoveBook, &place}, {sql::kCommit}});
  }
  if (reply.sqlstate == kThereAlready && !overlaps_) {
    overlaps_ = true;
    GiveUp(reply).IgnoreError();
    return false;
  }
  if (reply.sqlstate == kTimedOut) {
    halvings_ = std::min(halvings_ + 1, kMostHalvings);
  }
  if (reply.end != End::kDone) return GiveUp(reply);
  if (done) {
    halvings_ = 0;
    overlaps_ = false;
  }
  return done;
}

absl::StatusOr<int64_t> PgBooks::Now() {
  const PgReply reply = Run({{sql::kBookNow}});
  if (reply.end != End::kDone) return StoreError(reply);
  return reply.rows[0].Int(0, 0);
}

absl::StatusOr<bool> PgBooks::Reached(int64_t place) {
  const PgReply reply = Run({{sql::kBookState}});
  if (reply.end != End::kDone) return StoreError(reply);
  return Bool(reply.rows[0], 0, 0) && reply.rows[0].Int(0, 1) >= place;
}

absl::StatusOr<std::vector<PolicyFileText>> PgBooks::GetPolicy(
    std::string_view revision) {
  if (!Storable(revision)) return std::vector<PolicyFileText>();
  PgParameters parameters;
  parameters.Scalar(revision);
  const PgReply reply = Run({{sql::kGetPolicy, &parameters}});
  if (reply.end != End::kDone) return StoreError(reply);
  return PolicyFilesOf(reply.rows[0]);
}

absl::StatusOr<std::vector<DatedBookRow>> PgBooks::Read(const BookSpan& span,
                                                        int limit) {
  std::vector<DatedBookRow> read;
  if (!Storable(span.institution_id)) return read;
  domain::SettlementId last;
  last.bytes.fill(0xff);
  PgParameters parameters;
  parameters.Scalar(span.institution_id);
  parameters.Scalar(span.from);
  parameters.Scalar(span.from_id);
  const bool one_day = span.from == span.until;
  if (!one_day) parameters.Scalar(span.until);
  parameters.Scalar(span.until_id.value_or(last));
  parameters.Scalar(static_cast<int64_t>(span.insurance));
  parameters.Scalar(int64_t{limit});
  const PgReply reply =
      Run({{one_day ? sql::kReadBookDay : sql::kReadBook, &parameters}});
  if (reply.end != End::kDone) return StoreError(reply);
  const PgRows& rows = reply.rows[0];
  read.reserve(rows.size());
  for (int i = 0; i < rows.size(); ++i) {
    BookRow row;
    row.id = rows.Id(i, 1);
    row.person_id = rows.Text(i, 2);
    row.request_id = rows.Text(i, 3);
    row.reversal =
        rows.Int(i, 4) == static_cast<int64_t>(domain::RecordKind::kReversal);
    row.gross = rows.Int(i, 5);
    row.fund_pay = rows.Int(i, 6);
    row.account = rows.Int(i, 7);
    read.push_back({rows.Date(i, 0), std::move(row)});
  }
  return read;
}

}  // namespace onestop::storage
