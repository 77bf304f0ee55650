// Look-ups of settlements and ledgers: the questions in, the answers out.
#ifndef ONESTOP_WIRE_LOOKUP_H_
#define ONESTOP_WIRE_LOOKUP_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "domain/book.h"
#include "domain/settlement.h"
#include "onestop/v1/settlement.pb.h"

namespace onestop::wire {

namespace pb = ::onestop::v1;

// GetSettlementRequest, checked.
struct GetSettlementAsk {
  std::string person_id;
  std::string institution_id;  // by_request_id
  bool by_request_id = false;
  domain::SettlementId settlement_id;  // unless by_request_id
  std::string settle_request_id;       // by_request_id
};

// GetLedgerRequest, checked.
struct GetLedgerAsk {
  std::string person_id;
  std::optional<int32_t> year;  // absent: all
};

// MALFORMED_REQUEST; GetSettlement also SETTLEMENT_UNKNOWN when the id is not
// of the kind that onestop gives.
absl::StatusOr<GetSettlementAsk> GetSettlementFromProto(
    const pb::GetSettlementRequest& request);
absl::StatusOr<GetLedgerAsk> GetLedgerFromProto(
    const pb::GetLedgerRequest& request);

// A settlement (or a closed id) as it stands; `reversal` is nullptr unless it
// was reversed.
pb::GetSettlementResponse SettlementToProto(
    const domain::SettlementRecord& record,
    const domain::SettlementRecord* reversal);

// Rows of one person in any order, year 0 among them.
pb::GetLedgerResponse LedgerToProto(
    absl::Span<const std::pair<domain::LedgerKey, domain::LedgerRow>> rows);

}  // namespace onestop::wire

#endif  // ONESTOP_WIRE_LOOKUP_H_
