// All chance of a history, from one seed.
#ifndef ONESTOP_TESTS_SIMULATION_DICE_H_
#define ONESTOP_TESTS_SIMULATION_DICE_H_

#include <cstdint>
#include <random>

namespace onestop::simulation {

class Dice {
 public:
  explicit Dice(uint64_t seed) : random_(seed) {}

  // Both ends are among them.
  int Between(int least, int most) {
    const auto span = static_cast<uint64_t>(most - least + 1);
    return least + static_cast<int>(random_() % span);
  }
  bool OneIn(int n) { return Between(1, n) == 1; }
  template <typename Container>
  auto& Of(Container& container) {
    return container[random_() % container.size()];
  }

 private:
  std::mt19937_64 random_;
};

}  // namespace onestop::simulation

#endif  // ONESTOP_TESTS_SIMULATION_DICE_H_
