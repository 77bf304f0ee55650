// One history from one seed: clients, replicas, faults, and the verdict.
#ifndef ONESTOP_TESTS_SIMULATION_SIMULATION_H_
#define ONESTOP_TESTS_SIMULATION_SIMULATION_H_

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "tests/history/checker.h"
#include "tests/simulation/canary.h"
#include "tests/simulation/faults.h"
#include "tests/simulation/replica.h"
#include "tests/simulation/world.h"

namespace onestop::simulation {

struct HistoryResult {
  uint64_t seed = 0;
  history::Verdict verdict;
  FaultCounts faults{};
  LaneTotals lanes;
  int64_t virtual_ms = 0;
  std::set<std::string> schemes;  // that paid
  std::vector<std::string> trace;

  bool ok() const { return verdict.ok() && verdict.never_known == 0; }
};

// Plays the history of a seed: the same each time. What happens is written into
// `trace` if that is wanted.
HistoryResult Play(const World& world, uint64_t seed, Canary canary,
                   bool traced);

}  // namespace onestop::simulation

#endif  // ONESTOP_TESTS_SIMULATION_SIMULATION_H_
