// Micro-benchmarks of the pure parts: a claim parsed, evaluated, and its
// receipt rendered. `./dev bench micro`.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "bench/decision.h"
#include "bench/world.h"
#include "domain/book.h"
#include "wire/claim.h"
#include "wire/embedded_policies.h"
#include "wire/policy_file.h"
#include "wire/receipt.h"
#include "wire/scenario.h"

namespace onestop::bench {
namespace {

using domain::Book;
using domain::Claim;

constexpr char kCases[] = "tests/cases/random.jsonl";
constexpr size_t kMaxScenarios = 50;

[[noreturn]] void Stop(const std::string& why) {
  std::fprintf(stderr, "bench_micro: %s\n", why.c_str());
  std::exit(1);
}

const domain::Policy& ThePolicy() {
  static const domain::Policy* const kPolicy = [] {
    auto loaded = wire::LoadPolicy(wire::EmbeddedPolicies(), "");
    if (!loaded.ok()) Stop(loaded.status().ToString());
    return new domain::Policy(std::move(loaded->policy));
  }();
  return *kPolicy;
}

// A book on one scenario's world, and the claims that are asked in it.
struct Case {
  explicit Case(wire::ScenarioWorld scenario)
      : world(std::move(scenario)), book(ThePolicy(), world.catalog, {}) {
    for (const domain::Person& person : world.persons) book.AddPerson(person);
    std::map<domain::LedgerKey, domain::LedgerRow> rows;
    for (const domain::Movement& opening : world.opening) {
      if (!rows[{opening.person_id, opening.year}].Add(opening).ok()) {
        Stop("an opening counter cannot be added");
      }
    }
    for (const auto& [key, row] : rows) book.AddLedger(key, row);
    for (const auto& step : world.steps) {
      if (!step.ok()) continue;
      if (const auto* settle = std::get_if<wire::SettleAsk>(&*step)) {
        Keep(settle->claim);
      } else if (const auto* quote = std::get_if<wire::QuoteStep>(&*step)) {
        Keep(quote->claim);
      }
    }
  }

  void Keep(const Claim& claim) {
    if (book.Quote(claim).ok()) claims.push_back(claim);
  }

  const wire::ScenarioWorld world;
  Book book;
  std::vector<Claim> claims;  // those that the rules do not refuse
};

const std::vector<std::unique_ptr<Case>>& Cases() {
  static const auto* const kMade = [] {
    std::ifstream file(kCases);
    if (!file) Stop(absl::StrCat("cannot read ", kCases, "; run at the root"));
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    auto* made = new std::vector<std::unique_ptr<Case>>();
    for (const auto& parsed : wire::ParseScenarios(text)) {
      if (made->size() == kMaxScenarios || !parsed.scenario.ok()) break;
      auto world = wire::WorldOf(*parsed.scenario, ThePolicy());
      if (!world.ok()) Stop(world.status().ToString());
      made->push_back(std::make_unique<Case>(*std::move(world)));
    }
    return made;
  }();
  return *kMade;
}

// The facts' gathering from the book's maps is part of what is measured.
void EvaluateConformanceCases(benchmark::State& state) {
  int64_t claims = 0;
  while (state.KeepRunning()) {
    for (const auto& one : Cases()) {
      for (const Claim& claim : one->claims) {
        auto outcome = one->book.Quote(claim);
        benchmark::DoNotOptimize(outcome);
      }
      claims += static_cast<int64_t>(one->claims.size());
    }
  }
  state.SetItemsProcessed(claims);
}
BENCHMARK(EvaluateConformanceCases);

// A hospital's claim of so many lines, for an employee without registrations.
Claim ClaimOfLines(int64_t lines) {
  std::mt19937_64 random(1);  // NOLINT: the same claim each time
  Claim claim = MakeClaim(0, random);
  const domain::ClaimLine line = claim.lines.front();
  claim.institution_id = CatalogOfWorld().institutions[0].institution_id;
  claim.prescription.reset();
  claim.lines.clear();
  for (int64_t i = 1; i <= lines; ++i) {
    claim.lines.push_back(line);
    claim.lines.back().line_id = absl::StrCat(i);
  }
  return claim;
}

void Evaluate(benchmark::State& state) {
  const domain::Catalog catalog = WorldCatalog();
  const domain::Person person = PersonOf(0);
  const domain::LedgerRow row;
  domain::Facts facts;
  facts.person = &person;
  facts.year = &row;
  facts.no_year = &row;
  facts.catalog = &catalog;
  const Claim claim = ClaimOfLines(state.range(0));
  while (state.KeepRunning()) {
    auto outcome = domain::Evaluate(ThePolicy(), facts, claim);
    if (!outcome.ok()) Stop(outcome.status().ToString());
    benchmark::DoNotOptimize(outcome);
  }
}
BENCHMARK(Evaluate)->ArgName("lines")->Arg(1)->Arg(3)->Arg(10);

// The decision that other rules engines are compared in, by the whole engine:
// claims of one line, with steps, movements and checks.
void EvaluateDecision(benchmark::State& state) {
  const domain::Catalog catalog = WorldCatalog();
  std::vector<DecisionClaim> claims;
  for (const DecisionFacts& facts : DecisionCases()) claims.emplace_back(facts);
  size_t next = 0;
  while (state.KeepRunning()) {
    auto outcome = EvaluateWhole(ThePolicy(), catalog, claims[next]);
    benchmark::DoNotOptimize(outcome);
    next = next + 1 == claims.size() ? 0 : next + 1;
  }
}
BENCHMARK(EvaluateDecision);

// And bare: its three tables, nothing else.
void BareDecision(benchmark::State& state) {
  const DecisionTables tables = TablesOf(ThePolicy());
  const auto cases = DecisionCases();
  size_t next = 0;
  while (state.KeepRunning()) {
    auto pay = Decide(tables, cases[next]);
    benchmark::DoNotOptimize(pay);
    next = next + 1 == cases.size() ? 0 : next + 1;
  }
}
BENCHMARK(BareDecision);

void ParseSettle(benchmark::State& state) {
  wire::pb::SettleRequest made;
  made.set_request_id("micro-1");
  *made.mutable_claim() = wire::ClaimToProto(ClaimOfLines(state.range(0)));
  const std::string bytes = made.SerializeAsString();
  while (state.KeepRunning()) {
    wire::pb::SettleRequest request;
    if (!request.ParseFromString(bytes)) Stop("a request cannot be parsed");
    auto ask = wire::SettleFromProto(request);
    if (!ask.ok()) Stop(ask.status().ToString());
    benchmark::DoNotOptimize(ask);
  }
  state.SetBytesProcessed(state.iterations() *
                          static_cast<int64_t>(bytes.size()));
}
BENCHMARK(ParseSettle)->ArgName("lines")->Arg(1)->Arg(3)->Arg(10);

void RenderReceipt(benchmark::State& state) {
  const domain::Catalog catalog = WorldCatalog();
  Book book(ThePolicy(), catalog, {});
  domain::Person person = PersonOf(0);
  person.version = 1;
  book.AddPerson(std::move(person));
  domain::SettleCommand command;
  command.request_id = "micro-1";
  command.claim = ClaimOfLines(state.range(0));
  const auto decision = book.Settle(command);
  if (!decision.ok()) Stop(decision.status().ToString());
  size_t bytes = 0;
  while (state.KeepRunning()) {
    const std::string reply =
        wire::SettleReply(*decision->record, decision->outcome, catalog);
    bytes = reply.size();
    benchmark::DoNotOptimize(bytes);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(bytes));
}
BENCHMARK(RenderReceipt)->ArgName("lines")->Arg(1)->Arg(3)->Arg(10);

}  // namespace
}  // namespace onestop::bench
