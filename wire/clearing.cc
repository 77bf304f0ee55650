// Checks questions about clearing.
#include "wire/clearing.h"

#include "base/limits.h"
#include "wire/enums.h"
#include "wire/violations.h"

namespace onestop::wire {
namespace {

template <typename Request>
StatementAsk ReadStatement(const Request& request, Violations& violations) {
  StatementAsk ask;
  ask.institution_id = RequiredId(request.institution_id(),
                                  FieldPath("institution_id"), violations);
  ask.month = RequiredMonth(request.month(), FieldPath("month"), violations);
  return ask;
}

template <typename Request>
PageAsk ReadPage(const Request& request, Violations& violations) {
  PageAsk page;
  page.size = NumberBetween(request.page_size(), 0, limits::kMaxPageSize,
                            FieldPath("page_size"), violations);
  if (page.size == 0) page.size = limits::kDefaultPageSize;
  page.token = request.page_token();
  Request question = request;
  question.clear_page_size();
  question.clear_page_token();
  page.question = question.SerializeAsString();
  return page;
}

int64_t RequiredAmount(int64_t fen, Violations& violations) {
  return AmountBetween(fen, 1, limits::kMaxPostingFen, FieldPath("amount_fen"),
                       violations)
      .fen;
}

std::string RequiredText(const std::string& text, const FieldPath& field,
                         Violations& violations) {
  if (text.empty()) violations.Add(field, "is required; it is not given");
  return BoundedText(text, field, violations);
}

// A known number of a generated enum.
template <typename E>
std::optional<E> KnownValue(E value, bool (*is_valid)(int)) {
  return is_valid(value) ? std::optional<E>(value) : std::nullopt;
}

}  // namespace

absl::StatusOr<CloseMonthAsk> CloseMonthFromProto(
    const pb::CloseMonthRequest& request) {
  Violations violations;
  CloseMonthAsk ask;
  ask.statement = ReadStatement(request, violations);
  const FieldPath due("due_on");
  if (!request.due_on().empty()) {
    ask.due_on = RequiredDay(request.due_on(), due, violations);
    if (violations.empty() &&
        *ask.due_on < domain::AddMonths(ask.statement.month, 1)) {
      violations.Add(due, "must lie after the month");
    }
  }
  if (!violations.empty()) return violations.ToStatus();
  return ask;
}

absl::StatusOr<StatementAsk> GetStatementFromProto(
    const pb::GetStatementRequest& request) {
  Violations violations;
  StatementAsk ask = ReadStatement(request, violations);
  if (!violations.empty()) return violations.ToStatus();
  return ask;
}

absl::StatusOr<ListStatementsAsk> ListStatementsFromProto(
    const pb::ListStatementsRequest& request) {
  Violations violations;
  ListStatementsAsk ask;
  ask.months.from = RequiredMonth(request.first_month(),
                                  FieldPath("first_month"), violations);
  const FieldPath last("last_month");
  ask.months.until = RequiredMonth(request.last_month(), last, violations);
  if (violations.empty() && ask.months.until < ask.months.from) {
    violations.Add(last, "lies before first_month");
  }
  ask.institution_id = OptionalId(request.institution_id(),
                                  FieldPath("institution_id"), violations);
  ask.region = OptionalId(request.pooling_region(), FieldPath("pooling_region"),
                          violations);
  ask.state = OptionalEnum(
      KnownValue(request.payment_state(), &pb::PaymentState_IsValid),
      pb::PAYMENT_STATE_UNSPECIFIED, FieldPath("payment_state"), violations);
  ask.page = ReadPage(request, violations);
  if (!violations.empty()) return violations.ToStatus();
  return ask;
}

absl::StatusOr<ListStatementSettlementsAsk> ListStatementSettlementsFromProto(
    const pb::ListStatementSettlementsRequest& request) {
  Violations violations;
  ListStatementSettlementsAsk ask;
  ask.statement = ReadStatement(request, violations);
  const FieldPath scheme("scheme_id");
  const std::string scheme_id =
      OptionalId(request.scheme_id(), scheme, violations);
  if (request.no_scheme() && !scheme_id.empty()) {
    violations.Add(scheme, "does not go with no_scheme");
  }
  const FieldPath region("pooling_region");
  const FieldPath insurance("insurance_type");
  if (request.no_scheme() || !scheme_id.empty()) {
    ask.scheme = scheme_id;
    ask.region = RequiredId(request.pooling_region(), region, violations);
    ask.insurance =
        RequiredEnum(FromProto(request.insurance_type()),
                     domain::Insurance::kUnspecified, insurance, violations);
  } else {
    ask.region = OptionalId(request.pooling_region(), region, violations);
    ask.insurance =
        OptionalEnum(FromProto(request.insurance_type()),
                     domain::Insurance::kUnspecified, insurance, violations);
  }
  ask.late_only = request.late_only();
  ask.page = ReadPage(request, violations);
  if (!violations.empty()) return violations.ToStatus();
  return ask;
}

absl::StatusOr<AdjustStatementAsk> AdjustStatementFromProto(
    const pb::AdjustStatementRequest& request) {
  Violations violations;
  AdjustStatementAsk ask;
  ask.request_id =
      RequiredId(request.request_id(), FieldPath("request_id"), violations);
  ask.statement = ReadStatement(request, violations);
  ask.region = RequiredId(request.pooling_region(), FieldPath("pooling_region"),
                          violations);
  ask.kind = RequiredEnum(
      KnownValue(request.adjustment_kind(), &pb::AdjustmentKind_IsValid),
      pb::ADJUSTMENT_KIND_UNSPECIFIED, FieldPath("adjustment_kind"),
      violations);
  ask.amount = RequiredAmount(request.amount_fen(), violations);
  ask.reason = RequiredText(request.reason(), FieldPath("reason"), violations);
  ask.operator_id =
      OptionalId(request.operator_id(), FieldPath("operator_id"), violations);
  if (!violations.empty()) return violations.ToStatus();
  return ask;
}

absl::StatusOr<RecordPaymentAsk> RecordPaymentFromProto(
    const pb::RecordPaymentRequest& request) {
  Violations violations;
  RecordPaymentAsk ask;
  ask.request_id =
      RequiredId(request.request_id(), FieldPath("request_id"), violations);
  ask.statement = ReadStatement(request, violations);
  ask.region = RequiredId(request.pooling_region(), FieldPath("pooling_region"),
                          violations);
  ask.amount = RequiredAmount(request.amount_fen(), violations);
  ask.paid_on =
      RequiredDay(request.paid_on(), FieldPath("paid_on"), violations);
  ask.reference =
      BoundedText(request.reference(), FieldPath("reference"), violations);
  if (!violations.empty()) return violations.ToStatus();
  return ask;
}

std::string FormatMonth(domain::Day month) {
  return domain::FormatDay(month).substr(0, 7);
}

}  // namespace onestop::wire
