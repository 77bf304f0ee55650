// The person-year ledger: counters by name, and the movements that change them
// (docs/rules.md section 4, "Counters").
#ifndef ONESTOP_DOMAIN_LEDGER_H_
#define ONESTOP_DOMAIN_LEDGER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "domain/units.h"

namespace onestop::domain {

// Year 0 holds what has no year: the account balance, prescriptions dispensed,
// days of supply.
inline constexpr int32_t kNoYear = 0;
inline constexpr std::string_view kAccountCounter = "account";
inline constexpr std::string_view kInpatientCounter = "cap/inpatient";
inline constexpr std::string_view kSupplyPrefix = "supply/";
inline constexpr std::string_view kPrescriptionPrefix = "rx/";

// One counter of a row. Amounts are fen, for `rx/…` ten-thousandths of a unit,
// for `supply/…` 1.
struct LedgerEntry {
  std::string name;
  int64_t amount = 0;
  Day until = kOpenUntil;  // rx, supply: the last day it can matter
  friend bool operator==(const LedgerEntry&, const LedgerEntry&) = default;
};

// What one settlement, reversal or posting adds to one counter.
struct Movement {
  std::string person_id;
  int32_t year = kNoYear;
  std::string counter;
  int64_t amount = 0;
  Day until = kOpenUntil;
  friend bool operator==(const Movement&, const Movement&) = default;
};

// The counters of one person and year. An absent counter is 0; a counter that
// returns to 0 is dropped. Copyable; not thread-safe.
class LedgerRow {
 public:
  // Moves with every write of the row; 0 when the row was never written.
  int64_t version = 0;

  int64_t Get(std::string_view counter) const;
  const LedgerEntry* Find(std::string_view counter) const;
  // All entries whose name begins with `prefix`, in order of name.
  absl::Span<const LedgerEntry> WithPrefix(std::string_view prefix) const;
  absl::Span<const LedgerEntry> entries() const { return entries_; }

  // Adds a movement. COUNTER_BELOW_ZERO (FAILED_PRECONDITION) when the counter
  // would fall below 0, INVARIANT_BROKEN (INTERNAL) when it would overflow;
  // then nothing changed. A negative movement of an `rx/` or `supply/` entry
  // that was dropped since, wholly or in part, leaves nothing of it.
  absl::Status Add(const Movement& movement);
  // Replaces the entry; for loading a stored row.
  void Set(LedgerEntry entry);
  // Drops the rx and supply entries that can refuse no claim of a service date
  // from `earliest_open` on.
  void DropBefore(Day earliest_open);

  friend bool operator==(const LedgerRow&, const LedgerRow&) = default;

 private:
  std::vector<LedgerEntry> entries_;  // ascending by name, names distinct
};

// The first service date that may still be settled on `today`: 1 January of
// the year before through 31 March, then of this year (docs/rules.md section
// 1).
Day EarliestOpenDay(Day today);

// Counter names.
std::string DeductibleCounter(std::string_view scheme, std::string_view key);
std::string CapCounter(std::string_view scheme, std::string_view key);
std::string BasisCounter(std::string_view layer);
std::string PaidCounter(std::string_view layer);
std::string PrescriptionCounter(std::string_view institution_id,
                                std::string_view prescription_id,
                                std::string_view item_code);
std::string SupplyPrefix(std::string_view item_code);
std::string SupplyCounter(std::string_view item_code,
                          std::string_view settlement_id);

}  // namespace onestop::domain

#endif  // ONESTOP_DOMAIN_LEDGER_H_
