// Counters that one thread writes and a scrape reads: plain arrays, no lock.
#ifndef ONESTOP_SERVER_STATS_H_
#define ONESTOP_SERVER_STATS_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "absl/status/status.h"

namespace onestop::server {

// Written by one thread, read by any. Not a read-modify-write.
class Cell {
 public:
  void Add(uint64_t amount) { Set(Get() + amount); }
  void Set(uint64_t value) { value_.store(value, std::memory_order_relaxed); }
  uint64_t Get() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> value_{0};
};

// A histogram over powers of two: bucket i counts values up to first << i, the
// last one everything above.
template <size_t kBuckets, uint64_t kFirst>
class Histogram {
 public:
  static constexpr size_t kSize = kBuckets + 1;
  static constexpr uint64_t Bound(size_t bucket) { return kFirst << bucket; }

  void Observe(uint64_t value) {
    size_t bucket = 0;
    while (bucket < kBuckets && value > Bound(bucket)) ++bucket;
    counts_[bucket].Add(1);
    sum_.Add(value);
  }
  uint64_t Count(size_t bucket) const { return counts_[bucket].Get(); }
  uint64_t Sum() const { return sum_.Get(); }

 private:
  std::array<Cell, kSize> counts_;
  Cell sum_;
};

// From 32 microseconds to 67 seconds, in nanoseconds.
using LatencyHistogram = Histogram<22, 32'000>;
// From a sixteenth of a second to 34 minutes, in nanoseconds.
using ClosingHistogram = Histogram<16, 62'500'000>;
// From 1 to 512 requests.
using BatchHistogram = Histogram<10, 1>;

enum class Rpc : uint8_t {
  kQuote,
  kSettle,
  kReverse,
  kRegister,
  kGetSettlement,
  kListSettlements,
  kGetLedger,
  kGetEligibility,
  kGetPerson,
  kGetInstitution,
  kGetItem,
  kUpdateRegistration,
  kReassessRegistration,
  kRevokeRegistration,
  kListRegistrations,
  kCloseYear,
  kReconcileTotals,
  kReconcileDetails,
  kListDifferences,
  kCloseMonth,
  kGetStatement,
  kListStatements,
  kListStatementSettlements,
  kAdjustStatement,
  kRecordPayment,
};
inline constexpr size_t kRpcs = 25;
std::string_view Name(Rpc rpc);

// How a call ended, for the label `outcome`: what it came to, or the reason of
// its refusal. Reasons that are not listed count as OTHER.
inline constexpr std::string_view kOutcomes[] = {
    "QUOTED",
    "SETTLED",
    "REPLAYED",
    "QUOTE_STALE",
    "REVERSED",
    "CLOSED",
    "REGISTERED",
    "CHANGED",
    "FOUND",
    "MALFORMED_REQUEST",
    "REQUEST_REVERSED",
    "REQUEST_ID_REUSED",
    "PERSON_UNKNOWN",
    "INSTITUTION_UNKNOWN",
    "FUTURE_SERVICE_DATE",
    "YEAR_CLOSED",
    "BENEFIT_SUSPENDED",
    "INSTITUTION_NOT_CONTRACTED",
    "INSTITUTION_NOT_NETWORKED",
    "DUPLICATE_LINE",
    "ITEM_UNKNOWN",
    "PRESCRIPTION_REQUIRED",
    "PRESCRIPTION_EXPIRED",
    "PRESCRIPTION_EXHAUSTED",
    "OVER_QUANTITY",
    "REFILL_TOO_SOON",
    "AMOUNT_MISMATCH",
    "ACCOUNT_NOT_BOUND",
    "SETTLEMENT_UNKNOWN",
    "COUNTER_BELOW_ZERO",
    "INSTITUTION_LEVEL",
    "PHYSICIAN_TITLE",
    "NOT_ON_LIST",
    "ALREADY_REGISTERED",
    "NOT_CERTIFIED",
    "WRONG_INSURANCE",
    "REGISTRATION_UNKNOWN",
    "RECONCILIATION_UNKNOWN",
    "RECONCILIATION_OVERTAKEN",
    "BOOK_BEHIND",
    "STATEMENT_UNKNOWN",
    "MONTH_OUT_OF_ORDER",
    "MONTH_CLOSED",
    "PAYMENT_TOO_MUCH",
    "REGISTRATION_EXPIRED",
    "TOO_MANY_REGISTRATIONS",
    "CONFLICT",
    "OVERLOADED",
    "DRAINING",
    "STORAGE_UNAVAILABLE",
    "COMMIT_UNKNOWN",
    "DEADLINE_EXCEEDED",
    "INVARIANT_BROKEN",
    "STORED_FORM_BROKEN",
    "OTHER",
};
inline constexpr size_t kOutcomeCount = std::size(kOutcomes);
size_t OutcomeIndex(std::string_view name);
// The outcome that a refusal counts as.
size_t OutcomeIndexOf(const absl::Status& refusal);

// What became of the calls that one thread answered.
class CallStats {
 public:
  void Count(Rpc rpc, size_t outcome, int64_t took_ns);

  uint64_t Answers(Rpc rpc, size_t outcome) const {
    return answers_[static_cast<size_t>(rpc)][outcome].Get();
  }
  // Of the calls answered OK, and of the refused.
  const LatencyHistogram& Latency(Rpc rpc, bool ok) const {
    return latency_[static_cast<size_t>(rpc)][ok ? 1 : 0];
  }

 private:
  std::array<std::array<Cell, kOutcomeCount>, kRpcs> answers_;
  std::array<std::array<LatencyHistogram, 2>, kRpcs> latency_;
};

// What one lane did.
struct LaneStats {
  CallStats calls;
  BatchHistogram batch;     // requests a batch
  LatencyHistogram gather;  // one gather, ns
  LatencyHistogram commit;  // one write with its commit, ns
  Cell records;             // settlements, reversals and closings written
  Cell conflicts;           // writes that found a version moved
  Cell deferred;            // requests put off to the next step by one
  Cell locked_gathers;
  Cell commit_unknown;    // writes whose reply was lost
  Cell storage_errors;    // gathers and writes that failed
  Cell busy;              // 1 while it steps
  Cell catalog_revision;  // of the snapshot in use
  Cell snapshots;         // taken so far
  Cell request_ns;        // how long a request keeps the lane in full batches
};

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_STATS_H_
