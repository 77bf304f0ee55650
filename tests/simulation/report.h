// What many histories came to, as a table.
#ifndef ONESTOP_TESTS_SIMULATION_REPORT_H_
#define ONESTOP_TESTS_SIMULATION_REPORT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <ostream>
#include <set>
#include <string>

#include "tests/simulation/simulation.h"

namespace onestop::simulation {

class Report {
 public:
  void Add(const HistoryResult& result);
  int64_t histories() const { return histories_; }
  int64_t failed() const { return failed_; }
  const FaultCounts& faults() const { return faults_; }
  const LaneTotals& lanes() const { return lanes_; }
  const std::set<std::string>& schemes() const { return schemes_; }
  const history::Verdict& sum() const { return sum_; }

  // `seconds`: what it took, where that was measured.
  void Print(std::ostream& out,
             std::optional<double> seconds = std::nullopt) const;

 private:
  int64_t histories_ = 0;
  int64_t failed_ = 0;
  int64_t virtual_ms_ = 0;
  FaultCounts faults_{};
  LaneTotals lanes_;
  std::set<std::string> schemes_;
  history::Verdict sum_;  // without problems
  int64_t differences_ = 0;
};

// What was wrong with a history, and the last `steps` lines of its trace.
void PrintFailure(std::ostream& out, const HistoryResult& result, size_t steps);

}  // namespace onestop::simulation

#endif  // ONESTOP_TESTS_SIMULATION_REPORT_H_
