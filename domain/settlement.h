// A settlement as it is recorded: append-only, a reversal is a record of its
// own, a request id closed before it arrived is one too.
#ifndef ONESTOP_DOMAIN_SETTLEMENT_H_
#define ONESTOP_DOMAIN_SETTLEMENT_H_

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/claim.h"
#include "domain/outcome.h"

namespace onestop::domain {

// 128 bits, derived from what makes the request unique (storage/ids.h).
struct SettlementId {
  std::array<uint8_t, 16> bytes{};
  friend auto operator<=>(const SettlementId&, const SettlementId&) = default;
  // 32 lower-case hexadecimal digits.
  std::string ToString() const;
  static std::optional<SettlementId> Parse(std::string_view text);
  template <typename H>
  friend H AbslHashValue(H h, const SettlementId& id) {
    return H::combine(std::move(h), id.bytes);
  }
};

// Persisted values: never change a number.
enum class RecordKind : uint8_t {
  kSettlement = 1,
  kReversal = 2,
  kClosed = 3,  // a reversal came first; its settle will be refused
};

// A ledger row that a decision read or moved, with its version before.
struct RowTouch {
  std::string person_id;
  int32_t year = kNoYear;
  int64_t version_before = 0;
  friend bool operator==(const RowTouch&, const RowTouch&) = default;
};

// The version of a person that a decision read.
struct PersonVersion {
  std::string person_id;
  int64_t version = 0;  // 0: no such person
  friend bool operator==(const PersonVersion&, const PersonVersion&) = default;
};

struct SettlementRecord {
  SettlementId id;
  RecordKind kind = RecordKind::kSettlement;
  std::string person_id;
  std::string institution_id;
  std::string request_id;  // of the settle (kReversal: of its target)
  std::optional<SettlementId> reverses;  // kReversal
  std::optional<SettlementId> replaces;  // kSettlement: in the same call
  Day booked_on;                         // region's day
  int64_t booked_at_ms = 0;              // Unix milliseconds
  Claim claim;                           // kSettlement; kReversal: its target's
  Totals totals;                         // kReversal: negated
  Insurance insurance = Insurance::kUnspecified;
  std::string region;
  std::vector<Movement> movements;  // kReversal: negated
  std::vector<CounterRead> reads;
  std::vector<RowTouch> rows;
  std::vector<PersonVersion> persons;  // the claim's first, then relatives
  std::string policy_revision;
  int64_t catalog_revision = 0;
  int32_t engine_revision = 0;
  bool had_clock = false;  // false: decided without a clock (offline)
  std::string reply;  // the bytes that were answered, served again to a retry
};

}  // namespace onestop::domain

#endif  // ONESTOP_DOMAIN_SETTLEMENT_H_
