// One decision that other rules engines can make too, so that they can be
// compared: what ordinary outpatient care of Kunming's employees pays for a
// line, by three tables of the shipped policies: the deductible by level, the
// ratio by category and level, the cap.
#ifndef ONESTOP_BENCH_DECISION_H_
#define ONESTOP_BENCH_DECISION_H_

#include <array>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "domain/catalog.h"
#include "domain/claim.h"
#include "domain/ledger.h"
#include "domain/outcome.h"
#include "domain/person.h"
#include "domain/policy.h"

namespace onestop::bench {

struct DecisionTables {
  std::array<domain::Money, domain::kLevels> deductible;
  std::array<std::array<domain::Ratio, domain::kLevels>, domain::kCategories>
      ratio;
  domain::Money cap;
};

struct DecisionFacts {
  domain::Category category = domain::Category::kInService;  // or kRetired
  int level = 1;                                             // 1 to 3
  domain::Money in_scope;
  domain::Money deductible_used;
  domain::Money cap_used;
};

DecisionTables TablesOf(const domain::Policy& policy);
// Every category and level with amounts below, at and above each bound.
std::vector<DecisionFacts> DecisionCases();
// The bare decision.
domain::Money Decide(const DecisionTables& tables, const DecisionFacts& facts);

// The same facts as a person, a ledger and a claim of one line, for the whole
// engine.
struct DecisionClaim {
  explicit DecisionClaim(const DecisionFacts& facts);
  domain::Person person;
  domain::LedgerRow year;
  domain::Claim claim;
};
// What that scheme paid.
domain::Money PaidIn(const domain::Outcome& outcome);
// Evaluates it; stops the process when it is refused.
domain::Outcome EvaluateWhole(const domain::Policy& policy,
                              const domain::Catalog& catalog,
                              const DecisionClaim& claim);

// Tables and cases, each with what it pays, as bench/rules_engines/ reads them.
std::string DecisionJson(const DecisionTables& tables,
                         absl::Span<const DecisionFacts> cases);

// The items and institutions of the world.
domain::Catalog WorldCatalog();

}  // namespace onestop::bench

#endif  // ONESTOP_BENCH_DECISION_H_
