// A settlement made by hand, for the tests of receipts and reversals.
#ifndef ONESTOP_TESTS_WIRE_OUTCOMES_H_
#define ONESTOP_TESTS_WIRE_OUTCOMES_H_

#include <utility>

#include "domain/catalog.h"
#include "domain/outcome.h"
#include "domain/settlement.h"
#include "tests/support/world.h"

namespace onestop::testing {

// One plan: scheme "s-negotiated", then "s-outpatient", then layer
// "l-critical".
inline const domain::Plan& HandPlan() {
  static const domain::Plan* const plan = [] {
    auto* made = new domain::Plan;
    domain::Scheme negotiated;
    negotiated.id = "s-negotiated";
    negotiated.feeds_layers = true;
    domain::Scheme outpatient;
    outpatient.id = "s-outpatient";
    made->schemes = {negotiated, outpatient};
    domain::Layer layer;
    layer.id = "l-critical";
    made->layers = {layer};
    return made;
  }();
  return *plan;
}

inline const domain::Source& HandSource() {
  static const domain::Source source{"doc §6", true, "hand.textproto", 1};
  return source;
}

// 1000.00 of class B at a hospital: 50.00 first, 40.00 deductible, 55 % paid.
inline domain::Outcome HandOutcome() {
  using domain::Money;
  domain::Outcome outcome;
  outcome.plan = &HandPlan();
  outcome.category = domain::Category::kInService;
  outcome.insurance = domain::Insurance::kEmployee;
  outcome.region = "530100";
  outcome.totals.gross = Money{100000};
  outcome.totals.preself = Money{5000};
  outcome.totals.in_scope = Money{95000};
  outcome.totals.deductible = Money{4000};
  outcome.totals.scheme_pay = Money{50050};
  outcome.totals.fund_pay = Money{50050};
  outcome.totals.personal = Money{49950};
  outcome.totals.account = Money{10000};
  outcome.totals.family_account = Money{950};
  outcome.totals.cash = Money{39000};
  outcome.by_scheme = {{1, Money{50050}}};
  domain::LineResult line;
  line.gross = Money{100000};
  line.allowed = Money{100000};
  line.preself = Money{5000};
  line.in_scope = Money{95000};
  line.preself_ratio = {500};
  line.first_scheme = 1;
  line.passed_over = {{0, domain::PassReason::kNotNegotiated},
                      {-1, domain::PassReason::kNotModelled}};
  line.shares = {
      {1, Money{95000}, Money{4000}, Money{91000}, Money{50050}, Money{0}}};
  line.out_of_indication = true;
  outcome.lines = {line};
  domain::Step step;
  step.kind = domain::StepKind::kFundPay;
  step.source = &HandSource();
  step.scheme = 1;
  step.lines = {0};
  step.before = Money{91000};
  step.amount = Money{50050};
  step.after = Money{40950};
  step.ratio = {5500};
  step.counter = "cap/s-outpatient";
  step.counter_after = Money{50050};
  step.limit = Money{600000};
  outcome.steps = {step};
  outcome.movements = {
      {"P", 0, "account", -10000, domain::kOpenUntil},
      {"R", 0, "account", -950, domain::kOpenUntil},
      {"P", 2025, "cap/s-outpatient", 50050, domain::kOpenUntil},
      {"P", 0, "supply/B/x", 1, D("2025-03-20")}};
  outcome.reads = {{"P", 0, "account", 12000, domain::kOpenUntil},
                   {"R", 0, "account", 77777, domain::kOpenUntil},
                   {"P", 2025, "cap/s-outpatient", 0, domain::kOpenUntil},
                   {"P", 2025, "basis/l-critical", 300, domain::kOpenUntil}};
  outcome.remaining = {
      {"cap/s-outpatient", 1, -1, false, Money{600000}, Money{50050}}};
  outcome.has_account = true;
  outcome.account_balance = Money{2000};
  return outcome;
}

inline domain::SettlementRecord HandRecord() {
  const domain::Outcome outcome = HandOutcome();
  domain::SettlementRecord record;
  record.id = *domain::SettlementId::Parse("000102030405060708090a0b0c0d0e0f");
  record.request_id = "r-1";
  record.claim = ClaimOf("P", "H2", "2025-03-10", {Line("1", "B", 100000)});
  record.person_id = record.claim.person_id;
  record.institution_id = record.claim.institution_id;
  record.booked_on = D("2025-03-11");
  record.booked_at_ms = 1741650000123;
  record.totals = outcome.totals;
  record.insurance = outcome.insurance;
  record.region = outcome.region;
  record.movements = outcome.movements;
  record.reads = outcome.reads;
  record.persons = {{"P", 7}, {"R", 2}};
  record.policy_revision = "digest";
  record.catalog_revision = 1;
  record.engine_revision = 1;
  record.had_clock = true;
  return record;
}

}  // namespace onestop::testing

#endif  // ONESTOP_TESTS_WIRE_OUTCOMES_H_
