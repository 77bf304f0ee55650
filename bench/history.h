// Settlements decided in this process by the shipped policy: what persons had
// before a run, and whole records to write without a server.
#ifndef ONESTOP_BENCH_HISTORY_H_
#define ONESTOP_BENCH_HISTORY_H_

#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "domain/book.h"
#include "wire/policy_file.h"

namespace onestop::bench {

struct Rules {
  wire::CompiledPolicy compiled;
  domain::Catalog catalog;
};

// The embedded policies and the world's catalog.
absl::StatusOr<Rules> LoadRules();

using LedgerRows = std::vector<std::pair<domain::LedgerKey, domain::LedgerRow>>;

// The ledger of a person of the world after so many visits.
absl::StatusOr<LedgerRows> RowsAfter(const Rules& rules, uint64_t person,
                                     int visits, std::mt19937_64& random);

struct Decided {
  domain::SettlementRecord record;  // its reply filled in
  std::vector<domain::LedgerWrite> writes;
};

// One more visit of that person, on these rows.
absl::StatusOr<Decided> DecideVisit(const Rules& rules, uint64_t person,
                                    const LedgerRows& rows,
                                    std::mt19937_64& random);

}  // namespace onestop::bench

#endif  // ONESTOP_BENCH_HISTORY_H_
