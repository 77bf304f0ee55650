// onestop_simulate: plays seeded histories and says whether any promise broke.
#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdint>
#include <iostream>
#include <string>

#include "cli/interrupt.h"
#include "tests/simulation/canary.h"
#include "tests/simulation/report.h"
#include "tests/simulation/simulation.h"
#include "tests/simulation/world.h"

namespace onestop::simulation {
namespace {

constexpr size_t kLastSteps = 40;

struct Flags {
  uint64_t seeds = 1'000;
  uint64_t first = 1;
  uint64_t seed = 0;  // 0: not given
  std::string canary;
};

// Again, this time with a trace: a seed says everything.
void ShowFailure(const World& world, uint64_t seed, Canary canary) {
  PrintFailure(std::cout, Play(world, seed, canary, true), kLastSteps);
  std::cout << "Again, with every step: ./dev simulate --seed " << seed << "\n";
}

int PlayOne(const World& world, uint64_t seed, Canary canary) {
  const HistoryResult result = Play(world, seed, canary, true);
  Report report;
  report.Add(result);
  for (const std::string& line : result.trace) std::cout << line << "\n";
  report.Print(std::cout);
  if (result.ok()) return 0;
  PrintFailure(std::cout, result, 0);
  return 1;
}

int PlayMany(const World& world, const Flags& flags) {
  const auto start = std::chrono::steady_clock::now();
  Report report;
  const uint64_t end = flags.first + flags.seeds;
  for (uint64_t seed = flags.first; seed < end && !cli::Interrupted(); ++seed) {
    const HistoryResult result = Play(world, seed, Canary::kNone, false);
    report.Add(result);
    if (result.ok()) continue;
    ShowFailure(world, seed, Canary::kNone);
    break;
  }
  const std::chrono::duration<double> took =
      std::chrono::steady_clock::now() - start;
  report.Print(std::cout, took.count());
  std::cout << "Seeds " << flags.first << " to "
            << flags.first + static_cast<uint64_t>(report.histories()) - 1
            << (cli::Interrupted() ? ", stopped by Ctrl-C" : "") << "\n";
  return report.failed() == 0 ? 0 : 1;
}

// The seed that finds the bug; 0: none of the stated number does.
uint64_t Find(const World& world, const CanaryInfo& info) {
  for (int seed = 1; seed <= info.seeds; ++seed) {
    if (cli::Interrupted()) break;
    if (!Play(world, static_cast<uint64_t>(seed), info.canary, false).ok()) {
      return static_cast<uint64_t>(seed);
    }
  }
  return 0;
}

int PlayCanaries(const World& world, const std::string& name) {
  bool all_found = true;
  for (const CanaryInfo& info : Canaries()) {
    if (name != "all" && name != info.name) continue;
    std::cout << info.name << ": " << info.about << "\n" << std::flush;
    const uint64_t found = Find(world, info);
    if (found == 0) {
      all_found = false;
      std::cout << "  NOT FOUND by the seeds 1 to " << info.seeds << "\n";
      continue;
    }
    const HistoryResult result = Play(world, found, info.canary, false);
    std::cout << "  found by seed " << found << " of at most " << info.seeds
              << ": " << result.verdict.problems.front() << "\n";
  }
  return all_found ? 0 : 1;
}

int Run(int argc, char** argv) {
  Flags flags;
  CLI::App app(
      "Plays seeded histories of replicas, clients and faults in "
      "virtual time; exit 1 when a promise is broken");
  app.add_option("--seeds", flags.seeds, "So many histories")
      ->type_name("N")
      ->capture_default_str();
  app.add_option("--first", flags.first, "The first seed")
      ->type_name("S")
      ->capture_default_str();
  app.add_option("--seed", flags.seed, "This history alone, with every step")
      ->type_name("S");
  app.add_option("--canary", flags.canary,
                 "Plant a bug and find it: its name, or 'all'; with --seed "
                 "show that history")
      ->type_name("NAME");
  CLI11_PARSE(app, argc, argv);
  const auto canary = FindCanary(flags.canary);
  if (!flags.canary.empty() && flags.canary != "all" && !canary) {
    std::cerr << "There is no canary '" << flags.canary << "'. There are:\n";
    for (const CanaryInfo& info : Canaries()) {
      std::cerr << "  " << info.name << ": " << info.about << "\n";
    }
    return 2;
  }
  cli::ListenForInterrupt();
  const World world;
  if (flags.seed != 0) {
    return PlayOne(world, flags.seed, canary ? canary->canary : Canary::kNone);
  }
  if (!flags.canary.empty()) return PlayCanaries(world, flags.canary);
  return PlayMany(world, flags);
}

}  // namespace
}  // namespace onestop::simulation

int main(int argc, char** argv) { return onestop::simulation::Run(argc, argv); }
