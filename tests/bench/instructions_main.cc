// Evaluates 1,000 fixed claims of the benchmarks' mix between the two calls
// that tests/bench/instructions_test.py tells callgrind to count; alone it says
// by what it was compiled.
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <random>
#include <vector>

#include "bench/decision.h"
#include "bench/world.h"
#include "domain/evaluate.h"
#include "wire/embedded_policies.h"
#include "wire/policy_file.h"

namespace onestop {
namespace {

constexpr uint64_t kClaims = 1'000;

struct World {
  domain::Policy policy;
  domain::Catalog catalog;
  std::vector<domain::Person> persons;  // by kind
  std::vector<domain::Claim> claims;
};

World MakeWorld() {
  auto loaded = wire::LoadPolicy(wire::EmbeddedPolicies(), "");
  if (!loaded.ok()) {
    std::cerr << loaded.status() << "\n";
    std::exit(EXIT_FAILURE);
  }
  World world{std::move(loaded->policy), bench::WorldCatalog(), {}, {}};
  for (uint64_t kind = 0; kind < bench::kKinds; ++kind) {
    world.persons.push_back(bench::PersonOf(kind));
  }
  std::mt19937_64 random(1);  // NOLINT: the same claims each time
  for (uint64_t i = 0; i < kClaims; ++i) {
    world.claims.push_back(bench::MakeClaim(i % bench::kKinds, random));
  }
  return world;
}

}  // namespace

// What is counted: everything that happens in it, and nothing else. The sum
// keeps it from being left out.
extern "C" [[gnu::noinline]] int64_t OnestopCountedEvaluations(
    const World& world) {
  const domain::LedgerRow empty;
  int64_t paid = 0;
  for (const domain::Claim& claim : world.claims) {
    const size_t kind = static_cast<size_t>(&claim - world.claims.data());
    domain::Facts facts;
    facts.person = &world.persons[kind % bench::kKinds];
    facts.year = &empty;
    facts.no_year = &empty;
    facts.catalog = &world.catalog;
    const auto outcome = domain::Evaluate(world.policy, facts, claim);
    if (outcome.ok()) paid += outcome->totals.fund_pay.fen + 1;
  }
  return paid;
}

}  // namespace onestop

int main() {
  const onestop::World world = onestop::MakeWorld();
  if (onestop::OnestopCountedEvaluations(world) == 0) return EXIT_FAILURE;
#ifdef __clang__
  std::cout << __VERSION__ << "\n";
#else
  std::cout << "g++ " << __VERSION__ << "\n";
#endif
}
