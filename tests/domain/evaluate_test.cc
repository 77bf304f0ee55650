// The rules on single claims: worked examples, and a reply recorded from a
// running provincial platform.
#include "domain/evaluate.h"

#include <gtest/gtest.h>

#include "tests/support/policies.h"
#include "tests/support/status_matchers.h"
#include "tests/support/world.h"

namespace onestop::domain {
namespace {

using namespace onestop::testing;  // the small world reads like a sentence

class EvaluateTest : public ::testing::Test {
 protected:
  EvaluateTest() : catalog_(SmallCatalog()) {}

  absl::StatusOr<Outcome> Run(const Person& person, const Claim& claim) {
    Facts facts;
    facts.person = &person;
    facts.year = &year_;
    facts.no_year = &no_year_;
    facts.catalog = &catalog_;
    facts.settlement_id = "0123456789abcdef0123456789abcdef";
    return Evaluate(ShippedPolicy(), facts, claim);
  }

  void Used(const std::string& counter, int64_t amount) {
    ONESTOP_ASSERT_OK(year_.Add({"", 0, counter, amount, kOpenUntil}));
  }

  Catalog catalog_;
  LedgerRow year_;
  LedgerRow no_year_;
};

TEST_F(EvaluateTest, AReplyRecordedFromARunningPlatform) {
  // One class-B line, 1 × 4.52 yuan, 5 % self-pay-first, a deductible that is
  // not met yet: 0.23, 4.29, and the deductible takes all of the 4.29.
  Claim claim = ClaimOf("P-1", "H1", "2025-03-10", {Line("1", "B", 452)});
  claim.lines[0].unit_price = ParseUnitPrice("4.52");
  ONESTOP_ASSERT_OK_AND_ASSIGN(const Outcome outcome,
                               Run(InService("P-1"), claim));
  EXPECT_EQ(outcome.totals.preself.fen, 23);
  EXPECT_EQ(outcome.totals.in_scope.fen, 429);
  EXPECT_EQ(outcome.totals.deductible.fen, 429);
  EXPECT_EQ(outcome.totals.fund_pay.fen, 0);
  EXPECT_EQ(outcome.totals.cash.fen, 452);
}

TEST_F(EvaluateTest, RetiredAtLevelThree) {
  ONESTOP_ASSERT_OK_AND_ASSIGN(
      const Outcome outcome,
      Run(Retired("P-1"),
          ClaimOf("P-1", "H3", "2025-03-10", {Line("1", "A", 50000)})));
  EXPECT_EQ(outcome.totals.deductible.fen, 6000);
  EXPECT_EQ(outcome.totals.scheme_pay.fen, 26400);
  EXPECT_EQ(outcome.totals.cash.fen, 23600);
}

TEST_F(EvaluateTest, AUsedUpLimitGoesOnByInpatientTerms) {
  Used("cap/yn-outpatient-employee", 590000);
  ONESTOP_ASSERT_OK_AND_ASSIGN(
      const Outcome outcome,
      Run(InService("P-1"),
          ClaimOf("P-1", "H1", "2025-03-10", {Line("1", "A", 100000)})));
  EXPECT_EQ(outcome.totals.fund_pay.fen, 83200);
  EXPECT_EQ(outcome.totals.cash.fen, 16800);
  ASSERT_EQ(outcome.lines[0].shares.size(), 2u);
  EXPECT_EQ(outcome.lines[0].shares[0].absorbed.fen, 16667);
  EXPECT_EQ(outcome.lines[0].shares[1].pay.fen, 73200);
}

TEST_F(EvaluateTest, ANegotiatedDrugPaysItsOwnDeductibleOnceAYear) {
  Claim claim = ClaimOf("R-1", "P", "2025-03-10", {Line("1", "N1", 500000)});
  claim.prescription = PrescriptionFor(claim, "H3");
  ONESTOP_ASSERT_OK_AND_ASSIGN(const Outcome first,
                               Run(Resident("R-1"), claim));
  EXPECT_EQ(first.totals.preself.fen, 50000);
  EXPECT_EQ(first.totals.scheme_pay.fen, 231000);
  Used("dedc/yn-negotiated-resident/N1", 120000);
  ONESTOP_ASSERT_OK_AND_ASSIGN(const Outcome second,
                               Run(Resident("R-1"), claim));
  EXPECT_EQ(second.totals.scheme_pay.fen, 315000);
}

TEST_F(EvaluateTest, TheListsLimitCountsTheFeeDeductibleIncluded) {
  Person person = Resident("C-1", "120000");
  Registration treatment =
      Registered(RegistrationKind::kTreatment, "", "2025-01-02");
  treatment.institution_id = "T3";
  treatment.physician_id = "DR1";
  treatment.item_codes = {"N1"};
  person.registrations = {treatment};
  Used("dedc/city-negotiated", 50000);
  Used("cap/city-negotiated/N1", 1800000);
  // 15 % self-pay-first leaves 5000.00 in scope.
  ONESTOP_ASSERT_OK_AND_ASSIGN(const Outcome outcome,
                               Run(person, ClaimOf("C-1", "T3", "2025-03-10",
                                                   {Line("1", "N1", 588235)})));
  EXPECT_EQ(outcome.totals.in_scope.fen, 500000);
  EXPECT_EQ(outcome.totals.scheme_pay.fen, 100000);
}

TEST_F(EvaluateTest, EveryFenHasAStepAndEveryStepOfAFundItsArticle) {
  Claim claim = ClaimOf("P-1", "H2", "2025-03-10",
                        {Line("1", "B", 100000), Line("2", "OWN", 5000),
                         Line("3", "BP", 4000), Line("4", "N2", 30000)});
  claim.diagnosis_codes = {"C34.1"};
  ONESTOP_ASSERT_OK_AND_ASSIGN(const Outcome outcome,
                               Run(InService("P-1"), claim));
  Money fund, deductible, preself, over_limit, own;
  for (const Step& step : outcome.steps) {
    switch (step.kind) {
      case StepKind::kFundPay:
        fund += step.amount;
        break;
      case StepKind::kDeductible:
        deductible += step.amount;
        break;
      case StepKind::kPreself:
        preself += step.amount;
        break;
      case StepKind::kPaymentStandard:
        over_limit += step.amount;
        break;
      case StepKind::kOwnExpense:
        own += step.amount;
        continue;
      default:
        continue;
    }
    ASSERT_NE(step.source, nullptr);
    EXPECT_FALSE(step.source->text.empty());
  }
  EXPECT_EQ(fund, outcome.totals.scheme_pay);
  EXPECT_EQ(deductible, outcome.totals.deductible);
  EXPECT_EQ(preself, outcome.totals.preself);
  EXPECT_EQ(over_limit, outcome.totals.over_limit);
  EXPECT_EQ(own, outcome.totals.own_expense);
  EXPECT_GT(over_limit.fen, 0);
}

TEST_F(EvaluateTest, EverySchemePassedOverLeavesItsReason) {
  ONESTOP_ASSERT_OK_AND_ASSIGN(
      const Outcome outcome,
      Run(InService("P-1"),
          ClaimOf("P-1", "H1", "2025-03-10", {Line("1", "N2", 30000)})));
  const LineResult& line = outcome.lines[0];
  ASSERT_EQ(line.passed_over.size(), 2u);
  EXPECT_EQ(Name(line.passed_over[0].reason), "NO_REGISTRATION");
  EXPECT_EQ(Name(line.passed_over[1].reason), "OUT_OF_INDICATION");
  EXPECT_TRUE(line.out_of_indication);
  ASSERT_GE(line.first_scheme, 0);
  EXPECT_EQ(outcome.plan->schemes[static_cast<size_t>(line.first_scheme)].id,
            "yn-outpatient-employee");
}

TEST_F(EvaluateTest, ARegionWithoutOrdinaryOutpatientSaysSo) {
  ONESTOP_ASSERT_OK_AND_ASSIGN(
      const Outcome outcome,
      Run(Resident("J-1", "370100"),
          ClaimOf("J-1", "J3", "2025-03-10", {Line("1", "A", 30000)})));
  const LineResult& line = outcome.lines[0];
  EXPECT_EQ(line.first_scheme, -1);
  ASSERT_EQ(line.passed_over.size(), 2u);
  EXPECT_EQ(Name(line.passed_over[0].reason), "NOT_NEGOTIATED");
  EXPECT_EQ(Name(line.passed_over[1].reason), "NOT_MODELLED");
  EXPECT_EQ(outcome.totals.cash.fen, 30000);
}

}  // namespace
}  // namespace onestop::domain
