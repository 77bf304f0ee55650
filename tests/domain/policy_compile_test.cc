// The compiler on drafts without any file: spans, arrays, figures of a region
// for a province's scheme, and what the engine relies on.
#include "domain/policy_compile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/limits.h"
#include "domain/policy_draft.h"
#include "tests/support/status_matchers.h"

namespace onestop::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr Insurance kEmployee = Insurance::kEmployee;

// Fills what every row has; each call takes the next line of the file.
class DraftMaker {
 public:
  template <typename Row>
  Row At(Row row, std::string from = "", std::string until = "") {
    row.place = Next();
    row.from = std::move(from);
    row.until = std::move(until);
    row.source = Source();
    return row;
  }
  Place Next() { return {"draft", ++line_}; }
  DraftSource Source() { return {"doc §1", "", {"draft", line_}}; }
  DraftFigure Figure(int64_t value, std::string from = "",
                     std::string until = "") {
    DraftFigure row = At(DraftFigure{}, std::move(from), std::move(until));
    row.value = value;
    return row;
  }

 private:
  int line_ = 0;
};

DraftScheme Outpatient(DraftMaker& make, const std::string& id,
                       const std::string& region) {
  DraftScheme scheme;
  scheme.place = make.Next();
  scheme.id = id;
  scheme.name = {"名", id};
  scheme.region = region;
  scheme.insurances = {kEmployee};
  scheme.serves = Serves::kOutpatient;
  scheme.grouping = Grouping::kNone;
  scheme.in_force = make.At(DraftRow{}, "2022-01-01");
  DraftDeductibleRule rule = make.At(DraftDeductibleRule{});
  rule.scope = DeductibleScope::kVisit;
  scheme.deductible_rules = {rule};
  scheme.figures.deductibles = {make.Figure(2000)};
  return scheme;
}

// One province's scheme whose ratio is the region's, and 2 % more in 2023.
PolicyDraft ProvinceDraft(DraftMaker& make) {
  PolicyDraft draft;
  draft.files = {"draft"};
  draft.documents = {{make.Next(), "doc", "title", "number"}};
  for (PreselfKind kind :
       {PreselfKind::kClassA, PreselfKind::kClassB, PreselfKind::kNegotiated}) {
    DraftPreself row = make.At(DraftPreself{});
    row.kind = kind;
    row.bp = 500;
    draft.preself_ratios.push_back(row);
  }
  for (PriceKind kind : {PriceKind::kPaymentStandard, PriceKind::kListing}) {
    DraftPriceRule row = make.At(DraftPriceRule{});
    row.kind = kind;
    draft.price_rules.push_back(row);
  }
  draft.schemes = {Outpatient(make, "visits", "530000")};
  DraftRegion region;
  region.place = make.Next();
  region.code = "530100";
  region.name = {"昆明", "Kunming"};
  DraftOrder order;
  order.place = make.Next();
  order.insurances = {kEmployee};
  order.places = {{make.Next(), "visits", make.Source()}};
  region.orders = {order};
  DraftFigures figures;
  figures.place = make.Next();
  figures.scheme = "visits";
  figures.ratios = {make.Figure(5000, "", "2022-12-31"),
                    make.Figure(5200, "2023-01-01", "2023-12-31"),
                    make.Figure(5000, "2024-01-01")};
  region.figures = {figures};
  draft.regions = {region};
  return draft;
}

int RatioOn(const Policy& policy, int year, int month, int day) {
  const Plan* plan =
      policy.PlanOn("530100", kEmployee, DayOf(year, month, day));
  if (plan == nullptr || plan->schemes.size() != 1) return -1;
  const SourcedRatio& ratio =
      plan->schemes[0].ratio[static_cast<size_t>(Category::kRetired)][2];
  return ratio.source == nullptr ? 0 : ratio.value.basis_points;
}

TEST(PolicyCompileTest, CutsTheDaysWhereANumberChanges) {
  DraftMaker make;
  const PolicyDraft draft = ProvinceDraft(make);
  const auto compiled = CompilePolicy(draft);
  ASSERT_THAT(compiled, IsOk());
  const Policy& policy = compiled->policy;
  EXPECT_EQ(RatioOn(policy, 1900, 1, 1), 0);  // not in force: no numbers
  EXPECT_EQ(RatioOn(policy, 2021, 12, 31), 0);
  EXPECT_EQ(RatioOn(policy, 2022, 1, 1), 5000);
  EXPECT_EQ(RatioOn(policy, 2022, 12, 31), 5000);
  EXPECT_EQ(RatioOn(policy, 2023, 1, 1), 5200);
  EXPECT_EQ(RatioOn(policy, 2023, 12, 31), 5200);
  EXPECT_EQ(RatioOn(policy, 2024, 1, 1), 5000);
  EXPECT_EQ(RatioOn(policy, 2999, 12, 31), 5000);
}

TEST(PolicyCompileTest, SpansAreOpenAtBothEndsAndWithoutGap) {
  DraftMaker make;
  const PolicyDraft draft = ProvinceDraft(make);
  const auto compiled = CompilePolicy(draft);
  ASSERT_THAT(compiled, IsOk());
  std::vector<std::string> starts;
  Day day = kOpenFrom;
  for (;;) {
    const Plan* plan = compiled->policy.PlanOn("530100", kEmployee, day);
    ASSERT_NE(plan, nullptr);
    ASSERT_EQ(plan->period.from, day);
    starts.push_back(day == kOpenFrom ? "open" : FormatDay(day));
    if (plan->period.until == kOpenUntil) break;
    day = plan->period.until + 1;
  }
  EXPECT_THAT(starts,
              ElementsAre("open", "2022-01-01", "2023-01-01", "2024-01-01"));
}

TEST(PolicyCompileTest, OnlyTheOrderedInsuranceHasAPlan) {
  DraftMaker make;
  const PolicyDraft draft = ProvinceDraft(make);
  const auto compiled = CompilePolicy(draft);
  ASSERT_THAT(compiled, IsOk());
  EXPECT_EQ(compiled->policy.PlanOn("530100", Insurance::kResident,
                                    DayOf(2025, 1, 1)),
            nullptr);
  EXPECT_FALSE(compiled->policy.HasRegion("530200"));
}

TEST(PolicyCompileTest, SourcesKeepTextAndPlaceAfterAMove) {
  DraftMaker make;
  const PolicyDraft draft = ProvinceDraft(make);
  auto compiled = CompilePolicy(draft);
  ASSERT_THAT(compiled, IsOk());
  const Policy moved = std::move(compiled->policy);
  const Plan* plan = moved.PlanOn("530100", kEmployee, DayOf(2023, 6, 1));
  ASSERT_NE(plan, nullptr);
  const Source* source =
      plan->schemes[0]
          .ratio[static_cast<size_t>(Category::kInService)][1]
          .source;
  ASSERT_NE(source, nullptr);
  EXPECT_EQ(source->text, "doc §1");
  EXPECT_EQ(source->file, "draft");
  EXPECT_EQ(source->line, draft.regions[0].figures[0].ratios[1].place.line);
  EXPECT_FALSE(source->assumed);
}

TEST(PolicyCompileTest, ASecondRegionNeedsItsOwnFigures) {
  DraftMaker make;
  PolicyDraft draft = ProvinceDraft(make);
  DraftRegion region = draft.regions[0];
  region.code = "530200";
  region.place = make.Next();
  region.figures.clear();
  draft.regions.push_back(region);
  const CompileResult result = CheckPolicy(draft);
  ASSERT_THAT(result.errors, SizeIs(2));
  EXPECT_EQ(result.errors[0].ToString(),
            "draft:7: the ratio of 'visits' for IN_SERVICE at level 1, 2, 3 in "
            "region 530200 is missing from 2022-01-01; add a row for these "
            "days");
}

TEST(PolicyCompileTest, AProvincesNumberAndARegionsConflict) {
  DraftMaker make;
  PolicyDraft draft = ProvinceDraft(make);
  draft.schemes[0].figures.ratios = {make.Figure(6000, "2024-06-01")};
  const auto compiled = CompilePolicy(draft);
  EXPECT_THAT(compiled, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(ErrorReason(compiled.status()), "POLICY_INVALID");
  EXPECT_THAT(std::string(compiled.status().message()),
              HasSubstr("the ratio of 'visits' for RETIRED in region 530100 "
                        "from 2024-06-01 is given at draft:"));
}

TEST(PolicyCompileTest, ARegionTwiceIsAnErrorAndCompiledOnce) {
  DraftMaker make;
  PolicyDraft draft = ProvinceDraft(make);
  DraftRegion again = draft.regions[0];
  again.place = make.Next();
  draft.regions.push_back(again);
  const CompileResult result = CheckPolicy(draft);
  ASSERT_THAT(result.errors, SizeIs(1));
  EXPECT_THAT(result.errors[0].message,
              HasSubstr("region '530100' is declared at draft:"));
}

TEST(PolicyCompileTest, RowsAreBounded) {
  DraftMaker make;
  PolicyDraft draft = ProvinceDraft(make);
  for (size_t i = 0; i < limits::kMaxPolicyRows; ++i) {
    draft.schemes[0].figures.ratios.push_back(make.Figure(5000));
  }
  const CompileResult result = CheckPolicy(draft);
  ASSERT_THAT(result.errors, SizeIs(1));
  EXPECT_THAT(result.errors[0].message, HasSubstr("10012 rows; a policy has "
                                                  "at most 10000"));
}

TEST(PolicyCompileTest, EveryRowIsAStatement) {
  DraftMaker make;
  const PolicyDraft draft = ProvinceDraft(make);
  const CompileResult result = CheckPolicy(draft);
  // 3 self-pay-first ratios, 2 price rules, the scheme's day, deductible scope
  // and deductible, 3 ratios, 1 place.
  EXPECT_THAT(result.statements, SizeIs(12));
  EXPECT_EQ(result.statements.back().what,
            "530100: visits: ratio 50 % from 2024-01-01");
}

}  // namespace
}  // namespace onestop::domain
