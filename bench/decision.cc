// Takes the tables out of the compiled policy, and decides by them.
#include "bench/decision.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "base/check.h"
#include "bench/world.h"
#include "domain/evaluate.h"

namespace onestop::bench {
namespace {

using domain::Category;
using domain::Money;

constexpr std::string_view kScheme = "yn-outpatient-employee";
constexpr Category kCategories[] = {Category::kInService, Category::kRetired};
constexpr int kMostLevel = 3;

const domain::Scheme& TheScheme(const domain::Policy& policy) {
  const domain::Person person = PersonOf(0);
  const domain::Plan* plan = policy.PlanOn(
      person.always.region, person.always.insurance, *domain::ParseDay(kToday));
  ONESTOP_CHECK(plan != nullptr);
  const auto found =
      std::find_if(plan->schemes.begin(), plan->schemes.end(),
                   [](const auto& scheme) { return scheme.id == kScheme; });
  ONESTOP_CHECK(found != plan->schemes.end());
  return *found;
}

std::string NameOf(Category category) {
  return category == Category::kRetired ? "retired" : "in_service";
}

const storage::CatalogChange& World() {
  static const storage::CatalogChange kWorld = CatalogOfWorld();
  return kWorld;
}

const domain::Institution& HospitalOf(int level) {
  const auto& all = World().institutions;
  const auto found = std::find_if(
      all.begin(), all.end(),
      [level](const domain::Institution& one) { return one.level == level; });
  ONESTOP_CHECK(found != all.end());
  return *found;
}

void Count(std::string counter, Money amount, domain::LedgerRow& row) {
  if (amount.fen > 0) row.Set({std::move(counter), amount.fen});
}

}  // namespace

DecisionTables TablesOf(const domain::Policy& policy) {
  const domain::Scheme& scheme = TheScheme(policy);
  const auto in_service = static_cast<size_t>(Category::kInService);
  DecisionTables tables;
  for (size_t level = 1; level <= kMostLevel; ++level) {
    tables.deductible[level] = scheme.deductible[in_service][level].value;
    for (const Category category : kCategories) {
      const auto row = static_cast<size_t>(category);
      tables.ratio[row][level] = scheme.ratio[row][level].value;
    }
  }
  tables.cap = scheme.caps.front().limit.value;
  return tables;
}

std::vector<DecisionFacts> DecisionCases() {
  std::vector<DecisionFacts> cases;
  for (const Category category : kCategories) {
    for (int level = 1; level <= kMostLevel; ++level) {
      for (const int64_t in_scope :
           {1, 1'999, 2'001, 6'000, 12'345, 1'500'001}) {
        for (const int64_t deductible_used : {0, 1'500, 6'000}) {
          for (const int64_t cap_used : {0, 599'000, 600'000}) {
            cases.push_back({category, level, Money{in_scope},
                             Money{deductible_used}, Money{cap_used}});
          }
        }
      }
    }
  }
  return cases;
}

Money Decide(const DecisionTables& tables, const DecisionFacts& facts) {
  const auto level = static_cast<size_t>(facts.level);
  const Money left =
      Max(Money{0}, tables.deductible[level] - facts.deductible_used);
  const Money eligible = facts.in_scope - Min(facts.in_scope, left);
  const Money share = domain::Share(
      eligible, tables.ratio[static_cast<size_t>(facts.category)][level]);
  return Min(share, Max(Money{0}, tables.cap - facts.cap_used));
}

DecisionClaim::DecisionClaim(const DecisionFacts& facts) : person(PersonOf(0)) {
  person.always.category = facts.category;
  claim.person_id = person.person_id;
  claim.institution_id = HospitalOf(facts.level).institution_id;
  claim.encounter_id = "53010020250300000001";
  claim.service_date = *domain::ParseDay(kToday);
  claim.diagnosis_codes = {"J18.9"};
  domain::ClaimLine line;
  line.line_id = "53010020250000000001";
  line.item_code = World().items.front().item_code;
  line.quantity = *domain::ParseQuantity("1");
  line.amount = facts.in_scope;
  claim.lines.push_back(std::move(line));
  Count(domain::DeductibleCounter(kScheme, claim.encounter_id),
        facts.deductible_used, year);
  Count(domain::CapCounter(kScheme, ""), facts.cap_used, year);
}

Money PaidIn(const domain::Outcome& outcome) {
  for (const domain::SchemePay& pay : outcome.by_scheme) {
    const auto scheme = static_cast<size_t>(pay.scheme);
    if (outcome.plan->schemes[scheme].id == kScheme) return pay.pay;
  }
  return Money{0};
}

domain::Outcome EvaluateWhole(const domain::Policy& policy,
                              const domain::Catalog& catalog,
                              const DecisionClaim& claim) {
  const domain::LedgerRow no_year;
  domain::Facts facts;
  facts.person = &claim.person;
  facts.year = &claim.year;
  facts.no_year = &no_year;
  facts.catalog = &catalog;
  auto outcome = domain::Evaluate(policy, facts, claim.claim);
  ONESTOP_CHECK(outcome.ok());
  return *std::move(outcome);
}

std::string DecisionJson(const DecisionTables& tables,
                         absl::Span<const DecisionFacts> cases) {
  std::vector<std::string> deductible;
  std::vector<std::string> ratio;
  std::vector<std::string> cap;
  for (size_t level = 1; level <= kMostLevel; ++level) {
    deductible.push_back(
        absl::StrFormat(R"({"level": %d, "deductible_fen": %d})", level,
                        tables.deductible[level].fen));
  }
  for (const Category category : kCategories) {
    const std::string name = NameOf(category);
    for (size_t level = 1; level <= kMostLevel; ++level) {
      ratio.push_back(absl::StrFormat(
          R"({"category": "%s", "level": %d, "ratio_bp": %d})", name, level,
          tables.ratio[static_cast<size_t>(category)][level].basis_points));
    }
    cap.push_back(absl::StrFormat(R"({"category": "%s", "cap_fen": %d})", name,
                                  tables.cap.fen));
  }
  const auto written = [&tables](std::string* out, const DecisionFacts& facts) {
    absl::StrAppendFormat(
        out,
        R"({"category": "%s", "level": %d, "in_scope_fen": %d, )"
        R"("deductible_used_fen": %d, "cap_used_fen": %d, "pay_fen": %d})",
        NameOf(facts.category), facts.level, facts.in_scope.fen,
        facts.deductible_used.fen, facts.cap_used.fen,
        Decide(tables, facts).fen);
  };
  return absl::StrCat("{\"tables\": {\"deductible\": [",
                      absl::StrJoin(deductible, ", "), "], \"ratio\": [",
                      absl::StrJoin(ratio, ", "), "], \"cap\": [",
                      absl::StrJoin(cap, ", "), "]},\n\"cases\": [",
                      absl::StrJoin(cases, ",\n", written), "]}\n");
}

domain::Catalog WorldCatalog() {
  domain::Catalog catalog;
  catalog.set_revision(1);
  for (const auto& item : World().items) catalog.Put(item);
  for (const auto& one : World().institutions) catalog.Put(one);
  return catalog;
}

}  // namespace onestop::bench
