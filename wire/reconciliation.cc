// Checks questions and rows of reconciliations.
#include "wire/reconciliation.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "wire/enums.h"
#include "wire/violations.h"

namespace onestop::wire {
namespace {

constexpr size_t kDigestBytes = 32;

// What the questions have in common.
template <typename Message>
ReconcileSpan ReadSpan(const Message& message, const FieldPath& path,
                       Violations& violations) {
  ReconcileSpan span;
  span.institution_id = RequiredId(
      message.institution_id(), FieldPath(path, "institution_id"), violations);
  span.booked.from = RequiredDay(message.booked_from(),
                                 FieldPath(path, "booked_from"), violations);
  const FieldPath until(path, "booked_until");
  span.booked.until = RequiredDay(message.booked_until(), until, violations);
  if (violations.empty() && span.booked.until < span.booked.from) {
    violations.Add(until, absl::StrCat("lies before ", message.booked_from(),
                                       "; both days are part of the period"));
  }
  if (violations.empty() &&
      span.booked.until > span.booked.from + limits::kMaxListDays) {
    violations.Add(until,
                   absl::StrCat("lies more than ", limits::kMaxListDays,
                                " days after booked_from; ask span by span"));
  }
  span.insurance = OptionalEnum(FromProto(message.insurance_type()),
                                domain::Insurance::kUnspecified,
                                FieldPath(path, "insurance_type"), violations);
  const std::string& clearing = message.clearing_type();
  if (clearing == "11") {
    span.kind = domain::InstitutionKind::kHospital;
  } else if (clearing == "41") {
    span.kind = domain::InstitutionKind::kPharmacy;
  } else if (!clearing.empty()) {
    violations.Add(FieldPath(path, "clearing_type"),
                   "must be 11 (hospital outpatient) or 41 (pharmacy)");
  }
  return span;
}

int64_t Fen(int64_t fen, const FieldPath& field, Violations& violations) {
  return AmountBetween(fen, -limits::kMaxPostingFen, limits::kMaxPostingFen,
                       field, violations)
      .fen;
}

}  // namespace

absl::StatusOr<ReconcileTotalsAsk> ReconcileTotalsFromProto(
    const pb::ReconcileTotalsRequest& request) {
  Violations violations;
  ReconcileTotalsAsk ask;
  ask.span = ReadSpan(request, FieldPath(""), violations);
  const FieldPath books("books");
  ask.rows =
      NotNegative(request.books().rows(), FieldPath(books, "rows"), violations)
          .fen;
  ask.gross = request.books().gross_fen();
  ask.fund_pay = request.books().fund_pay_fen();
  ask.account = request.books().account_fen();
  for (const auto& [name, fen] : {std::pair("gross_fen", ask.gross),
                                  std::pair("fund_pay_fen", ask.fund_pay),
                                  std::pair("account_fen", ask.account)}) {
    Fen(fen, FieldPath(books, name), violations);
  }
  if (!violations.empty()) return violations.ToStatus();
  return ask;
}

absl::StatusOr<ReconcileSpan> ReconcilePrepareFromProto(
    const pb::ReconcilePrepare& prepare) {
  Violations violations;
  ReconcileSpan span = ReadSpan(prepare, FieldPath("prepare"), violations);
  if (!violations.empty()) return violations.ToStatus();
  return span;
}

absl::StatusOr<ReconcileBeginAsk> ReconcileBeginFromProto(
    const pb::ReconcileBegin& begin) {
  Violations violations;
  const FieldPath at("begin");
  ReconcileBeginAsk ask;
  ask.request_id =
      RequiredId(begin.request_id(), FieldPath(at, "request_id"), violations);
  ask.span = ReadSpan(begin, at, violations);
  if (!violations.empty()) return violations.ToStatus();
  return ask;
}

absl::StatusOr<ReconcileDayAsk> ReconcileDayFromProto(
    const pb::ReconcileDay& day) {
  Violations violations;
  const FieldPath at("day");
  ReconcileDayAsk ask;
  ask.booked_on =
      RequiredDay(day.booked_on(), FieldPath(at, "booked_on"), violations);
  for (int i = 0; i < day.buckets_size(); ++i) {
    const FieldPath bucket(at, "buckets", i);
    const pb::BookBucket& sent = day.buckets(i);
    NumberBetween(sent.bucket(), 0, 255, FieldPath(bucket, "bucket"),
                  violations);
    if (sent.digest().size() != kDigestBytes) {
      violations.Add(FieldPath(bucket, "digest"), "must be 32 bytes");
    }
    if (!ask.buckets.emplace(sent.bucket(), sent.digest()).second) {
      violations.Add(FieldPath(bucket, "bucket"), "is sent twice for this day");
    }
  }
  if (!violations.empty()) return violations.ToStatus();
  return ask;
}

absl::StatusOr<ReconcileRow> ReconcileRowFromProto(const pb::BookRow& row,
                                                   std::string_view path) {
  Violations violations;
  const FieldPath at(path);
  ReconcileRow read;
  read.person_id =
      RequiredId(row.person_id(), FieldPath(at, "person_id"), violations);
  const FieldPath id(at, "settlement_id");
  if (!row.settlement_id().empty()) {
    read.settlement_id = domain::SettlementId::Parse(row.settlement_id());
    if (!read.settlement_id) {
      violations.Add(id, "is not an id of a settlement: 32 hexadecimal digits");
    }
    read.request_id =
        OptionalId(row.request_id(), FieldPath(at, "request_id"), violations);
  } else {
    read.request_id =
        RequiredId(row.request_id(), FieldPath(at, "request_id"), violations);
  }
  read.reversal = row.reversal();
  read.gross = Fen(row.gross_fen(), FieldPath(at, "gross_fen"), violations);
  read.fund_pay =
      Fen(row.fund_pay_fen(), FieldPath(at, "fund_pay_fen"), violations);
  read.account =
      Fen(row.account_fen(), FieldPath(at, "account_fen"), violations);
  if (!violations.empty()) return violations.ToStatus();
  return read;
}

absl::StatusOr<ListDifferencesAsk> ListDifferencesFromProto(
    const pb::ListDifferencesRequest& request) {
  Violations violations;
  ListDifferencesAsk ask;
  ask.request_id =
      RequiredId(request.request_id(), FieldPath("request_id"), violations);
  ask.page_size = NumberBetween(request.page_size(), 0, limits::kMaxPageSize,
                                FieldPath("page_size"), violations);
  if (ask.page_size == 0) ask.page_size = limits::kDefaultPageSize;
  ask.page_token = request.page_token();
  if (!violations.empty()) return violations.ToStatus();
  return ask;
}

}  // namespace onestop::wire
