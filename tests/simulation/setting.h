// What all parts of one history share: time, chance, faults, the database.
#ifndef ONESTOP_TESTS_SIMULATION_SETTING_H_
#define ONESTOP_TESTS_SIMULATION_SETTING_H_

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "storage/mem_store.h"
#include "tests/simulation/agenda.h"
#include "tests/simulation/canary.h"
#include "tests/simulation/dice.h"
#include "tests/simulation/faults.h"

namespace onestop::simulation {

struct Setting {
  Setting(uint64_t seed, Canary planted, bool is_traced, int64_t start_ms)
      : dice(seed),
        faults(dice),
        agenda(start_ms),
        call_ms(std::array{2, 2, 12, 50}[dice.Between(0, 3)]),
        canary(planted),
        traced(is_traced) {}
  Setting(const Setting&) = delete;
  Setting& operator=(const Setting&) = delete;

  // One line of what happens, put together only where somebody reads it.
  template <typename... Parts>
  void Tell(const Parts&... parts) {
    if (traced) trace.push_back(absl::StrCat(agenda.now_ms(), " ", parts...));
  }

  Dice dice;
  Faults faults;
  Agenda agenda;
  const int call_ms;  // that a call to the store takes at most, unless slowed
  const Canary canary;
  storage::MemDatabase database{storage::MemDatabase::OnHeldRow::kRefuse};
  int64_t database_away_until_ms = 0;
  const bool traced;
  std::vector<std::string> trace;
};

}  // namespace onestop::simulation

#endif  // ONESTOP_TESTS_SIMULATION_SETTING_H_
