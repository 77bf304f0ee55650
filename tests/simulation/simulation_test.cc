// A short run of the simulation; every planted bug is found; a seed says
// everything.
#include "tests/simulation/simulation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string>

#include "tests/simulation/canary.h"
#include "tests/simulation/report.h"

namespace onestop::simulation {
namespace {

// ONESTOP_SIMULATIONS: how many histories; ONESTOP_FIRST_SEED: from which on.
uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

const World& TheWorld() {
  static const World* const world = new World();
  return *world;
}

std::string Failure(uint64_t seed) {
  std::ostringstream text;
  PrintFailure(text, Play(TheWorld(), seed, Canary::kNone, true), 40);
  return text.str();
}

TEST(SimulationTest, NoPromiseIsBroken) {
  Report report;
  const uint64_t first = FromEnvironment("ONESTOP_FIRST_SEED", 1);
  const uint64_t end = first + FromEnvironment("ONESTOP_SIMULATIONS", 600);
  for (uint64_t seed = first; seed < end; ++seed) {
    const HistoryResult result = Play(TheWorld(), seed, Canary::kNone, false);
    report.Add(result);
    ASSERT_TRUE(result.ok()) << Failure(seed);
  }
  report.Print(std::cout);
  // It was worth playing.
  for (size_t i = 0; i < kFaults; ++i) {
    EXPECT_GT(report.faults()[i], 0) << Name(static_cast<Fault>(i));
  }
  EXPECT_GT(report.lanes().conflicts, 0u);
  EXPECT_GT(report.lanes().locked_gathers, 0u);
  EXPECT_EQ(report.schemes().size(), 11u);
}

TEST(SimulationTest, ASeedSaysEverything) {
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    EXPECT_EQ(Play(TheWorld(), seed, Canary::kNone, true).trace,
              Play(TheWorld(), seed, Canary::kNone, true).trace);
  }
}

class CanaryTest : public ::testing::TestWithParam<CanaryInfo> {};

TEST_P(CanaryTest, IsFound) {
  for (int seed = 1; seed <= GetParam().seeds; ++seed) {
    const HistoryResult result =
        Play(TheWorld(), static_cast<uint64_t>(seed), GetParam().canary, false);
    if (result.ok()) continue;
    EXPECT_FALSE(result.verdict.problems.empty());
    return;
  }
  FAIL() << "not found by " << GetParam().seeds << " seeds";
}

INSTANTIATE_TEST_SUITE_P(All, CanaryTest,
                         ::testing::ValuesIn(Canaries().begin(),
                                             Canaries().end()),
                         [](const auto& info) {
                           std::string name = info.param.name;
                           std::erase(name, '-');
                           return name;
                         });

}  // namespace
}  // namespace onestop::simulation
