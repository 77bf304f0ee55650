// Claims in and out, and the requests that carry them. Everything that comes
// from outside is checked here once and typed from then on (docs/rules.md
// section 7; docs/api.md has the bounds of each field).
#ifndef ONESTOP_WIRE_CLAIM_H_
#define ONESTOP_WIRE_CLAIM_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "domain/claim.h"
#include "domain/settlement.h"
#include "domain/units.h"
#include "onestop/v1/claim.pb.h"
#include "onestop/v1/settlement.pb.h"
#include "wire/violations.h"

namespace onestop::wire {

namespace pb = ::onestop::v1;

// A counter as a quote saw it.
struct QuotedCounter {
  std::string person_id;
  int32_t year = 0;
  std::string counter;
  int64_t fen = 0;
};

// SettleRequest, checked.
struct SettleAsk {
  std::string request_id;
  domain::Claim claim;
  std::optional<domain::Money> expected_cash;
  std::vector<QuotedCounter> quoted_counters;
};

// ReverseRequest, checked. Names its target by settlement id, or by institution
// and request id.
struct ReverseAsk {
  std::string person_id;
  std::string institution_id;  // may be empty without by_request_id
  bool by_request_id = false;
  domain::SettlementId settlement_id;  // unless by_request_id
  std::string settle_request_id;       // by_request_id
  std::string reason;
  std::string operator_id;
  // Same person; same institution where the request names one, else the caller
  // compares it with the target's.
  std::optional<SettleAsk> replacement;
};

// All of these name every malformed field at once: INVALID_ARGUMENT,
// MALFORMED_REQUEST. A line id that occurs twice is not malformed.
absl::StatusOr<domain::Claim> ClaimFromProto(const pb::Claim& claim,
                                             std::string_view path = "claim");
absl::StatusOr<SettleAsk> SettleFromProto(const pb::SettleRequest& request);
absl::StatusOr<domain::Claim> QuoteFromProto(const pb::QuoteRequest& request);
// Also SETTLEMENT_UNKNOWN (NOT_FOUND) when the settlement id is not of the kind
// that onestop gives.
absl::StatusOr<ReverseAsk> ReverseFromProto(const pb::ReverseRequest& request);

// The same as parts of a larger message.
domain::Claim ReadClaim(const pb::Claim& claim, const FieldPath& path,
                        Violations& violations);
domain::Prescription ReadPrescription(const pb::Prescription& prescription,
                                      const FieldPath& path,
                                      Violations& violations);

// A claim that ClaimFromProto reads back as the same.
pb::Claim ClaimToProto(const domain::Claim& claim);

}  // namespace onestop::wire

#endif  // ONESTOP_WIRE_CLAIM_H_
