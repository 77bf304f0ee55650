// Draws which faults a history has.
#include "tests/simulation/faults.h"

namespace onestop::simulation {
namespace {

constexpr std::array<std::string_view, kFaults> kNames = {
    "read refused",
    "write refused",
    "reply lost after the commit",
    "reply lost, nothing committed",
    "reply lost, the commit comes later",
    "conflict told",
    "slow call to the store",
    "connection of a replica gone",
    "database away",
    "replica killed",
    "replica killed within a call to the store",
    "replica drained and replaced",
    "clock of a replica moved",
    "request lost on its way",
    "answer lost on its way",
    "request slow on its way",
};

}  // namespace

std::string_view Name(Fault fault) {
  return kNames[static_cast<size_t>(fault)];
}

Faults::Faults(Dice& dice) : dice_(dice) {
  for (int& one_in : one_in_) {
    if (dice_.OneIn(2)) one_in = dice_.Between(4, 40);
  }
}

bool Faults::Strikes(Fault fault) {
  const int one_in = one_in_[Index(fault)];
  if (one_in == 0 || !dice_.OneIn(one_in)) return false;
  Count(fault);
  return true;
}

}  // namespace onestop::simulation
