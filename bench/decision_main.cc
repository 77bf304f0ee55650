// bench_decision: prints the tables and cases of bench/decision.h for the other
// rules engines, once onestop's whole engine and the bare decision agree on
// every case.
#include <cstdlib>
#include <iostream>

#include "bench/decision.h"
#include "wire/embedded_policies.h"
#include "wire/policy_file.h"

int main() {
  using namespace onestop;  // NOLINT: this file is only a main()
  const auto loaded = wire::LoadPolicy(wire::EmbeddedPolicies(), "");
  if (!loaded.ok()) {
    std::cerr << "bench_decision: " << loaded.status() << "\n";
    return EXIT_FAILURE;
  }
  const domain::Catalog catalog = bench::WorldCatalog();
  const bench::DecisionTables tables = bench::TablesOf(loaded->policy);
  const auto cases = bench::DecisionCases();
  for (const bench::DecisionFacts& facts : cases) {
    const domain::Money bare = bench::Decide(tables, facts);
    const domain::Money whole = bench::PaidIn(bench::EvaluateWhole(
        loaded->policy, catalog, bench::DecisionClaim(facts)));
    if (bare == whole) continue;
    std::cerr << "bench_decision: the engine pays " << whole.fen
              << " fen, the bare decision " << bare.fen << " in "
              << bench::DecisionJson(tables, {&facts, 1});
    return EXIT_FAILURE;
  }
  std::cout << bench::DecisionJson(tables, cases);
}
