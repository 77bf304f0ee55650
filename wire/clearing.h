// Clearing: questions in, and the shares of a settlement out of its receipt.
#ifndef ONESTOP_WIRE_CLEARING_H_
#define ONESTOP_WIRE_CLEARING_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "domain/person.h"
#include "domain/units.h"
#include "onestop/v1/clearing.pb.h"

namespace onestop::wire {

namespace pb = ::onestop::v1;

struct StatementAsk {
  std::string institution_id;
  domain::Day month;  // its first day
};

struct CloseMonthAsk {
  StatementAsk statement;
  std::optional<domain::Day> due_on;
};

struct PageAsk {
  int size = 0;
  std::string token;
  // What was asked, without the page: what a token is bound to.
  std::string question;
};

struct ListStatementsAsk {
  domain::Period months;  // by their first days
  std::string institution_id;
  std::string region;
  pb::PaymentState state = pb::PAYMENT_STATE_UNSPECIFIED;
  PageAsk page;
};

struct ListStatementSettlementsAsk {
  StatementAsk statement;
  std::string region;
  domain::Insurance insurance = domain::Insurance::kUnspecified;
  std::optional<std::string> scheme;
  bool late_only = false;
  PageAsk page;
};

struct AdjustStatementAsk {
  std::string request_id;
  StatementAsk statement;
  std::string region;
  pb::AdjustmentKind kind = pb::ADJUSTMENT_KIND_UNSPECIFIED;
  int64_t amount = 0;
  std::string reason;
  std::string operator_id;
};

struct RecordPaymentAsk {
  std::string request_id;
  StatementAsk statement;
  std::string region;
  int64_t amount = 0;
  domain::Day paid_on;
  std::string reference;
};

// All name every malformed field at once (MALFORMED_REQUEST).
absl::StatusOr<CloseMonthAsk> CloseMonthFromProto(
    const pb::CloseMonthRequest& request);
absl::StatusOr<StatementAsk> GetStatementFromProto(
    const pb::GetStatementRequest& request);
absl::StatusOr<ListStatementsAsk> ListStatementsFromProto(
    const pb::ListStatementsRequest& request);
absl::StatusOr<ListStatementSettlementsAsk> ListStatementSettlementsFromProto(
    const pb::ListStatementSettlementsRequest& request);
absl::StatusOr<AdjustStatementAsk> AdjustStatementFromProto(
    const pb::AdjustStatementRequest& request);
absl::StatusOr<RecordPaymentAsk> RecordPaymentFromProto(
    const pb::RecordPaymentRequest& request);

// "2025-03".
std::string FormatMonth(domain::Day month);

}  // namespace onestop::wire

#endif  // ONESTOP_WIRE_CLEARING_H_
