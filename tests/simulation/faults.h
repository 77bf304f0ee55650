// What can go wrong in a history, how often in this one, and how often it did.
#ifndef ONESTOP_TESTS_SIMULATION_FAULTS_H_
#define ONESTOP_TESTS_SIMULATION_FAULTS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tests/simulation/dice.h"

namespace onestop::simulation {

enum class Fault {
  // Of one call to the store.
  kReadRefused,
  kWriteRefused,
  kLostAfterCommit,   // written, the reply is lost
  kLostBeforeCommit,  // never written, the reply is lost
  kLateCommit,        // the reply is lost, the write arrives later
  kConflict,          // told, though no version moved
  kSlowCall,
  // Of a replica or of the database, for a while.
  kConnectionGone,
  kDatabaseAway,
  kKilled,
  kKilledInCall,  // while it waits for the store
  kDrained,
  kClockMoved,
  // Of the network between client and replica.
  kRequestLost,
  kAnswerLost,
  kRequestSlow,
};
inline constexpr size_t kFaults = 16;

std::string_view Name(Fault fault);

using FaultCounts = std::array<int64_t, kFaults>;

// Each history has about half of the faults, each at a rate of its own, so that
// no fault hides behind the others.
class Faults {
 public:
  explicit Faults(Dice& dice);

  // Whether the fault happens now; counted.
  bool Strikes(Fault fault);
  // Whether the history has the fault at all.
  bool Has(Fault fault) const { return one_in_[Index(fault)] > 0; }
  void Count(Fault fault) { ++counts_[Index(fault)]; }
  // None from now on.
  void Heal() { one_in_.fill(0); }

  const FaultCounts& counts() const { return counts_; }

 private:
  static size_t Index(Fault fault) { return static_cast<size_t>(fault); }

  Dice& dice_;
  std::array<int, kFaults> one_in_{};  // 0: never
  FaultCounts counts_{};
};

}  // namespace onestop::simulation

#endif  // ONESTOP_TESTS_SIMULATION_FAULTS_H_
