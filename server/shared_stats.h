// Counts of the calls that no lane answers: look-ups, registrations, imports,
// and what is refused at the door.
#ifndef ONESTOP_SERVER_SHARED_STATS_H_
#define ONESTOP_SERVER_SHARED_STATS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>

#include "server/stats.h"

namespace onestop::server {

// The kinds of rows that are imported, in the order of kImportNames.
enum class Import : uint8_t {
  kPersons,
  kInstitutions,
  kItems,
  kRegistrations,
  kDesignations,
  kAccounts,
  kCounters,
  kUsage,
  kCredits,
  kEntries,
};
inline constexpr size_t kImports = 10;
inline constexpr std::string_view kImportNames[kImports] = {
    "persons",  "institutions", "items", "registrations", "designations",
    "accounts", "counters",     "usage", "credits",       "entries",
};
// As RowOutcome, from 1 on.
inline constexpr size_t kRowOutcomes = 5;
inline constexpr std::string_view kRowOutcomeNames[kRowOutcomes] = {
    "", "CREATED", "UPDATED", "UNCHANGED", "REFUSED",
};

// Written by many threads, one at a time: it is off the hot path. Read without
// the lock.
class SharedStats {
 public:
  void Count(Rpc rpc, size_t outcome, int64_t took_ns) {
    const std::lock_guard<std::mutex> lock(mutex_);
    calls_.Count(rpc, outcome, took_ns);
  }
  void CountRow(Import kind, size_t row_outcome) {
    const std::lock_guard<std::mutex> lock(mutex_);
    rows_[static_cast<size_t>(kind)][row_outcome].Add(1);
  }

  const CallStats& calls() const { return calls_; }
  uint64_t Rows(Import kind, size_t row_outcome) const {
    return rows_[static_cast<size_t>(kind)][row_outcome].Get();
  }

 private:
  std::mutex mutex_;
  CallStats calls_;
  std::array<std::array<Cell, kRowOutcomes>, kImports> rows_;
};

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_SHARED_STATS_H_
