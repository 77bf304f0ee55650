// Every figure, order and day of the shipped policies, read back from the
// compiled policy.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/policy.h"
#include "domain/units.h"
#include "tests/support/policies.h"
#include "tests/support/status_matchers.h"
#include "wire/embedded_policies.h"
#include "wire/policy_file.h"

namespace onestop::wire {
namespace {

using domain::Assistance;
using domain::Band;
using domain::Cap;
using domain::CapMeasure;
using domain::CapScope;
using domain::Category;
using domain::Day;
using domain::DeductibleScope;
using domain::Grouping;
using domain::Insurance;
using domain::Layer;
using domain::LayerTerms;
using domain::Plan;
using domain::Policy;
using domain::RegistrationKind;
using domain::Scheme;
using domain::Serves;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr Insurance kEmployee = Insurance::kEmployee;
constexpr Insurance kResident = Insurance::kResident;

Day On(std::string_view text) { return *domain::ParseDay(text); }

const Plan& PlanOf(std::string_view region, Insurance insurance,
                   std::string_view day = "2025-06-01") {
  const Plan* plan =
      testing::ShippedPolicy().PlanOn(region, insurance, On(day));
  if (plan == nullptr) ADD_FAILURE() << region << " has no plan on " << day;
  static const Plan& empty = *new Plan;
  return plan == nullptr ? empty : *plan;
}

const Scheme& SchemeOf(const Plan& plan, std::string_view id) {
  for (const Scheme& scheme : plan.schemes) {
    if (scheme.id == id) return scheme;
  }
  ADD_FAILURE() << "no scheme " << id;
  static const Scheme& empty = *new Scheme;
  return empty;
}

const Layer& LayerOf(const Plan& plan, std::string_view id) {
  for (const Layer& layer : plan.layers) {
    if (layer.id == id) return layer;
  }
  ADD_FAILURE() << "no layer " << id;
  static const Layer& empty = *new Layer;
  return empty;
}

// One line of the table of schemes: yuan and percent at levels 1 to 3; -1 where
// the scheme serves no such level.
struct SchemeRow {
  const char* id;
  const char* region;
  Category category;
  DeductibleScope scope;
  Grouping grouping;
  int deductible[3];
  int ratio[3];
};

constexpr SchemeRow kSchemeTable[] = {
    {"km-chronic-employee",
     "530100",
     Category::kInService,
     DeductibleScope::kSchemeYear,
     Grouping::kDisease,
     {300, 300, 300},
     {80, 80, 80}},
    {"km-chronic-employee",
     "530100",
     Category::kRetired,
     DeductibleScope::kSchemeYear,
     Grouping::kDisease,
     {300, 300, 300},
     {85, 85, 85}},
    {"km-chronic-resident",
     "530100",
     Category::kResident,
     DeductibleScope::kSchemeYear,
     Grouping::kDisease,
     {200, 200, 200},
     {60, 60, 60}},
    {"yn-negotiated-employee",
     "530100",
     Category::kInService,
     DeductibleScope::kDrugYear,
     Grouping::kDrug,
     {-1, 800, 1200},
     {-1, 85, 80}},
    {"yn-negotiated-employee",
     "530100",
     Category::kRetired,
     DeductibleScope::kDrugYear,
     Grouping::kDrug,
     {-1, 800, 1200},
     {-1, 90, 85}},
    {"yn-negotiated-resident",
     "530100",
     Category::kResident,
     DeductibleScope::kDrugYear,
     Grouping::kDrug,
     {-1, 1200, 1200},
     {-1, 70, 70}},
    {"km-two-disease",
     "530100",
     Category::kResident,
     DeductibleScope::kNone,
     Grouping::kDisease,
     {0, 0, 0},
     {60, 60, 60}},
    {"yn-outpatient-employee",
     "530100",
     Category::kInService,
     DeductibleScope::kVisit,
     Grouping::kNone,
     {20, 40, 60},
     {60, 55, 50}},
    {"yn-outpatient-employee",
     "530100",
     Category::kRetired,
     DeductibleScope::kVisit,
     Grouping::kNone,
     {20, 40, 60},
     {70, 65, 60}},
    {"yn-inpatient-terms-employee",
     "530100",
     Category::kInService,
     DeductibleScope::kNone,
     Grouping::kNone,
     {0, 0, 0},
     {90, 88, 85}},
    {"yn-inpatient-terms-employee",
     "530100",
     Category::kRetired,
     DeductibleScope::kNone,
     Grouping::kNone,
     {0, 0, 0},
     {93, 91, 88}},
    {"km-outpatient-resident",
     "530100",
     Category::kResident,
     DeductibleScope::kNone,
     Grouping::kNone,
     {0, 0, 0},
     {50, 30, 0}},
    {"city-chronic",
     "120000",
     Category::kInService,
     DeductibleScope::kNone,
     Grouping::kDisease,
     {0, 0, 0},
     {65, 65, 65}},
    {"city-chronic",
     "120000",
     Category::kRetired,
     DeductibleScope::kNone,
     Grouping::kDisease,
     {0, 0, 0},
     {65, 65, 65}},
    {"city-chronic",
     "120000",
     Category::kResident,
     DeductibleScope::kNone,
     Grouping::kDisease,
     {0, 0, 0},
     {65, 65, 65}},
    {"city-negotiated",
     "120000",
     Category::kInService,
     DeductibleScope::kSchemeYear,
     Grouping::kDrug,
     {-1, -1, 800},
     {-1, -1, 55}},
    {"city-negotiated",
     "120000",
     Category::kRetired,
     DeductibleScope::kSchemeYear,
     Grouping::kDrug,
     {-1, -1, 800},
     {-1, -1, 65}},
    {"city-negotiated",
     "120000",
     Category::kResident,
     DeductibleScope::kSchemeYear,
     Grouping::kDrug,
     {-1, -1, 500},
     {-1, -1, 50}},
    {"jn-negotiated",
     "370100",
     Category::kInService,
     DeductibleScope::kNone,
     Grouping::kDrug,
     {0, 0, 0},
     {80, 80, 80}},
    {"jn-negotiated",
     "370100",
     Category::kRetired,
     DeductibleScope::kNone,
     Grouping::kDrug,
     {0, 0, 0},
     {85, 85, 85}},
    {"jn-negotiated",
     "370100",
     Category::kResident,
     DeductibleScope::kNone,
     Grouping::kDrug,
     {0, 0, 0},
     {70, 70, 70}},
};

TEST(ShippedPolicyTest, DeductiblesAndRatios) {
  for (const SchemeRow& row : kSchemeTable) {
    SCOPED_TRACE(row.id);
    const Insurance insurance =
        row.category == Category::kResident ? kResident : kEmployee;
    const Scheme& scheme = SchemeOf(PlanOf(row.region, insurance), row.id);
    EXPECT_TRUE(scheme.in_force);
    EXPECT_EQ(scheme.deductible_scope, row.scope);
    EXPECT_EQ(scheme.grouping, row.grouping);
    EXPECT_NE(scheme.deductible_scope_source, nullptr);
    const size_t column = static_cast<size_t>(row.category);
    EXPECT_EQ(scheme.ratio[column][0].source, nullptr);
    for (int level = 1; level <= 3; ++level) {
      SCOPED_TRACE(level);
      const auto& deductible = scheme.deductible[column][level];
      const auto& ratio = scheme.ratio[column][level];
      if (row.ratio[level - 1] < 0) {
        EXPECT_EQ(ratio.source, nullptr);
        EXPECT_EQ(deductible.source, nullptr);
        continue;
      }
      ASSERT_NE(ratio.source, nullptr);
      ASSERT_NE(deductible.source, nullptr);
      EXPECT_EQ(ratio.value.basis_points, row.ratio[level - 1] * 100);
      EXPECT_EQ(deductible.value.fen, row.deductible[level - 1] * 100);
    }
  }
}

struct CapRow {
  const char* id;
  const char* region;
  Insurance insurance;
  CapMeasure measure;
  CapScope scope;
  int limit;  // yuan; 0: by disease or by list
  std::map<std::string, int> by_disease;
  const char* counter = "";
};

std::vector<CapRow> CapTable() {
  constexpr CapMeasure kPaid = CapMeasure::kFundPaid;
  return {
      {"km-chronic-employee",
       "530100",
       kEmployee,
       kPaid,
       CapScope::kDiseaseYear,
       0,
       {{"M03900", 2000}, {"M01600", 3000}, {"M06900", 6000}}},
      {"km-chronic-resident",
       "530100",
       kResident,
       kPaid,
       CapScope::kDiseaseYear,
       0,
       {{"M03900", 1500}, {"M01600", 2000}, {"M06900", 4000}}},
      {"yn-negotiated-employee",
       "530100",
       kEmployee,
       kPaid,
       CapScope::kShared,
       120000,
       {},
       "cap/inpatient"},
      {"yn-negotiated-resident",
       "530100",
       kResident,
       kPaid,
       CapScope::kShared,
       80000,
       {},
       "cap/inpatient"},
      {"km-two-disease",
       "530100",
       kResident,
       kPaid,
       CapScope::kDiseaseYear,
       0,
       {{"HYPERTENSION", 400}, {"DIABETES", 600}}},
      {"yn-outpatient-employee",
       "530100",
       kEmployee,
       kPaid,
       CapScope::kSchemeYear,
       6000,
       {}},
      {"yn-inpatient-terms-employee",
       "530100",
       kEmployee,
       kPaid,
       CapScope::kShared,
       120000,
       {},
       "cap/inpatient"},
      {"km-outpatient-resident",
       "530100",
       kResident,
       kPaid,
       CapScope::kSchemeYear,
       400,
       {}},
      {"city-chronic",
       "120000",
       kEmployee,
       kPaid,
       CapScope::kDiseaseYear,
       0,
       {{"M06900", 10000}, {"M03900", 3000}}},
      {"city-chronic",
       "120000",
       kResident,
       kPaid,
       CapScope::kDiseaseYear,
       0,
       {{"M06900", 10000}, {"M03900", 3000}}},
      {"city-negotiated",
       "120000",
       kEmployee,
       CapMeasure::kInScopeFee,
       CapScope::kDrugYear,
       0,
       {}},
      {"city-negotiated",
       "120000",
       kResident,
       CapMeasure::kInScopeFee,
       CapScope::kDrugYear,
       0,
       {}},
      {"jn-negotiated",
       "370100",
       kEmployee,
       kPaid,
       CapScope::kSchemeYear,
       100000,
       {}},
      {"jn-negotiated",
       "370100",
       kResident,
       kPaid,
       CapScope::kSchemeYear,
       100000,
       {}},
  };
}

TEST(ShippedPolicyTest, Caps) {
  for (const CapRow& row : CapTable()) {
    SCOPED_TRACE(row.id);
    const Scheme& scheme = SchemeOf(PlanOf(row.region, row.insurance), row.id);
    ASSERT_EQ(scheme.caps.size(), 1u);
    const Cap& cap = scheme.caps.front();
    EXPECT_EQ(cap.measure, row.measure);
    EXPECT_EQ(cap.scope, row.scope);
    EXPECT_NE(cap.measure_source, nullptr);
    EXPECT_NE(cap.scope_source, nullptr);
    EXPECT_EQ(cap.limit.value.fen, row.limit * 100);
    EXPECT_EQ(cap.limit.source != nullptr, row.limit > 0);
    EXPECT_EQ(cap.from_list, row.scope == CapScope::kDrugYear);
    EXPECT_EQ(cap.shared_counter, row.counter);
    ASSERT_EQ(cap.by_disease.size(), row.by_disease.size());
    for (const auto& [disease, yuan] : row.by_disease) {
      ASSERT_TRUE(cap.by_disease.contains(disease)) << disease;
      EXPECT_EQ(cap.by_disease.at(disease).value.fen, yuan * 100) << disease;
      EXPECT_NE(cap.by_disease.at(disease).source, nullptr);
      EXPECT_TRUE(scheme.CoversDisease(disease));
    }
    EXPECT_FALSE(scheme.CoversDisease("M99999"));
  }
}

std::vector<std::string> SchemeIds(const Plan& plan) {
  std::vector<std::string> ids;
  for (const Scheme& scheme : plan.schemes) ids.push_back(scheme.id);
  return ids;
}

std::vector<std::string> LayerIds(const Plan& plan) {
  std::vector<std::string> ids;
  for (const Layer& layer : plan.layers) ids.push_back(layer.id);
  return ids;
}

TEST(ShippedPolicyTest, Orders) {
  EXPECT_THAT(
      SchemeIds(PlanOf("530100", kEmployee)),
      ElementsAre("km-chronic-employee", "yn-negotiated-employee",
                  "yn-outpatient-employee", "yn-inpatient-terms-employee"));
  EXPECT_THAT(SchemeIds(PlanOf("530100", kResident)),
              ElementsAre("km-chronic-resident", "km-two-disease",
                          "yn-negotiated-resident", "km-outpatient-resident"));
  for (Insurance insurance : {kEmployee, kResident}) {
    EXPECT_THAT(SchemeIds(PlanOf("120000", insurance)),
                ElementsAre("city-chronic", "city-negotiated"));
    EXPECT_THAT(SchemeIds(PlanOf("370100", insurance)),
                ElementsAre("jn-negotiated"));
    EXPECT_THAT(LayerIds(PlanOf("120000", insurance)),
                ElementsAre("city-critical", "assistance"));
    EXPECT_THAT(LayerIds(PlanOf("370100", insurance)),
                ElementsAre("jn-critical", "assistance"));
    EXPECT_THAT(LayerIds(PlanOf("370100", insurance, "2022-07-01")),
                ElementsAre("jn-critical", "assistance", "jn-commercial"));
  }
  EXPECT_THAT(LayerIds(PlanOf("530100", kEmployee)),
              ElementsAre("km-large-employee", "assistance"));
  EXPECT_THAT(LayerIds(PlanOf("530100", kResident)),
              ElementsAre("km-critical-resident", "assistance"));
}

TEST(ShippedPolicyTest, Overflows) {
  const std::map<std::string, std::vector<std::string>> expected = {
      {"km-chronic-employee",
       {"yn-negotiated-employee", "yn-outpatient-employee"}},
      {"km-chronic-resident",
       {"yn-negotiated-resident", "km-outpatient-resident"}},
      {"km-two-disease", {"yn-negotiated-resident", "km-outpatient-resident"}},
      {"yn-outpatient-employee", {"yn-inpatient-terms-employee"}},
  };
  for (const char* region : {"530100", "120000", "370100"}) {
    for (Insurance insurance : {kEmployee, kResident}) {
      const Plan& plan = PlanOf(region, insurance);
      for (size_t i = 0; i < plan.schemes.size(); ++i) {
        const Scheme& scheme = plan.schemes[i];
        std::vector<std::string> targets;
        for (int to : scheme.overflow_to) {
          ASSERT_GT(to, static_cast<int>(i));
          targets.push_back(plan.schemes[static_cast<size_t>(to)].id);
        }
        const auto found = expected.find(scheme.id);
        EXPECT_EQ(targets, found == expected.end() ? std::vector<std::string>{}
                                                   : found->second)
            << scheme.id;
        EXPECT_EQ(scheme.overflow_to_sources.size(), targets.size());
      }
    }
  }
}

struct DayRow {
  const char* id;
  const char* region;
  Insurance insurance;
  const char* first;
};

TEST(ShippedPolicyTest, SchemesComeIntoForceOnTheirDay) {
  constexpr DayRow kTable[] = {
      {"km-chronic-employee", "530100", kEmployee, "2021-01-01"},
      {"km-chronic-resident", "530100", kResident, "2021-01-01"},
      {"yn-negotiated-employee", "530100", kEmployee, "2021-05-01"},
      {"yn-negotiated-resident", "530100", kResident, "2021-05-01"},
      {"km-two-disease", "530100", kResident, "2022-01-01"},
      {"yn-outpatient-employee", "530100", kEmployee, "2024-11-01"},
      {"yn-inpatient-terms-employee", "530100", kEmployee, "2024-11-01"},
      {"km-outpatient-resident", "530100", kResident, "2021-01-01"},
      {"city-chronic", "120000", kEmployee, "2021-01-01"},
      {"city-chronic", "120000", kResident, "2021-01-01"},
      {"city-negotiated", "120000", kEmployee, "2021-12-01"},
      {"city-negotiated", "120000", kResident, "2021-12-01"},
      {"jn-negotiated", "370100", kEmployee, "2022-07-01"},
      {"jn-negotiated", "370100", kResident, "2022-07-01"},
  };
  for (const DayRow& row : kTable) {
    const Day first = On(row.first);
    for (const auto& [day, in_force] :
         std::vector<std::pair<Day, bool>>{{On("1990-01-01"), false},
                                           {first - 1, false},
                                           {first, true},
                                           {On("2999-12-31"), true}}) {
      const Scheme& scheme = SchemeOf(
          PlanOf(row.region, row.insurance, domain::FormatDay(day)), row.id);
      EXPECT_EQ(scheme.in_force, in_force)
          << row.id << " on " << domain::FormatDay(day);
      EXPECT_NE(scheme.in_force_source, nullptr);
      EXPECT_NE(scheme.order_source, nullptr);
    }
  }
}

// Bands as {yuan, percent}.
std::vector<std::pair<int64_t, int>> Bands(const LayerTerms& terms) {
  std::vector<std::pair<int64_t, int>> bands;
  for (const Band& band : terms.bands) {
    EXPECT_NE(band.source, nullptr);
    bands.emplace_back(band.from.fen / 100, band.ratio.basis_points / 100);
  }
  return bands;
}

struct LayerRow {
  const char* id;
  const char* region;
  Insurance insurance;
  domain::LayerField field;
  std::vector<std::pair<int64_t, int>> bands;
  int64_t cap;
  const char* day = "2025-06-01";
};

TEST(ShippedPolicyTest, Layers) {
  using Field = domain::LayerField;
  const std::vector<LayerRow> table = {
      {"km-critical-resident",
       "530100",
       kResident,
       Field::kCriticalIllness,
       {{0, 0}, {10000, 60}, {30000, 65}, {50000, 70}},
       200000},
      {"km-large-employee",
       "530100",
       kEmployee,
       Field::kLargeAmount,
       {{0, 0}, {8000, 80}},
       300000},
      {"city-critical",
       "120000",
       kEmployee,
       Field::kCriticalIllness,
       {{0, 0}, {20000, 60}, {100000, 65}},
       300000},
      {"city-critical",
       "120000",
       kResident,
       Field::kCriticalIllness,
       {{0, 0}, {20000, 60}, {100000, 65}},
       300000},
      {"jn-critical",
       "370100",
       kEmployee,
       Field::kCriticalIllness,
       {{0, 0}, {14000, 60}, {100000, 65}, {200000, 70}},
       400000},
      {"jn-critical",
       "370100",
       kResident,
       Field::kCriticalIllness,
       {{0, 0}, {14000, 60}, {100000, 65}, {200000, 70}},
       400000},
      {"jn-commercial",
       "370100",
       kEmployee,
       Field::kCommercial,
       {{0, 0}, {15000, 70}},
       1000000,
       "2023-06-30"},
      {"jn-commercial",
       "370100",
       kResident,
       Field::kCommercial,
       {{0, 0}, {15000, 70}},
       1000000,
       "2022-07-01"},
  };
  for (const LayerRow& row : table) {
    SCOPED_TRACE(row.id);
    const Layer& layer =
        LayerOf(PlanOf(row.region, row.insurance, row.day), row.id);
    EXPECT_EQ(layer.field, row.field);
    EXPECT_EQ(layer.counts_preself, row.field == Field::kCommercial);
    EXPECT_EQ(layer.product_id,
              row.field == Field::kCommercial ? "QLB-2022" : "");
    EXPECT_NE(layer.source, nullptr);
    ASSERT_EQ(layer.terms.size(), 1u);
    EXPECT_TRUE(layer.terms.front().any_assistance);
    EXPECT_EQ(Bands(layer.terms.front()), row.bands);
    EXPECT_EQ(layer.terms.front().cap.value.fen, row.cap * 100);
    EXPECT_NE(layer.terms.front().cap.source, nullptr);
  }
}

TEST(ShippedPolicyTest, AssistanceHelpsItsCategoriesInEveryRegion) {
  const domain::Person person;
  const Day day = On("2025-06-01");
  for (const char* region : {"530100", "120000", "370100"}) {
    for (Insurance insurance : {kEmployee, kResident}) {
      const Layer& layer = LayerOf(PlanOf(region, insurance), "assistance");
      EXPECT_EQ(layer.field, domain::LayerField::kMedicalAssistance);
      EXPECT_FALSE(layer.counts_preself);
      EXPECT_EQ(layer.TermsFor(person, Assistance::kNone, day), nullptr);
      const LayerTerms* poor =
          layer.TermsFor(person, Assistance::kExtremePoverty, day);
      ASSERT_NE(poor, nullptr);
      EXPECT_FALSE(poor->any_assistance);
      EXPECT_EQ(Bands(*poor), (std::vector<std::pair<int64_t, int>>{{0, 100}}));
      EXPECT_EQ(poor->cap.value.fen, 5000000);
      const LayerTerms* low =
          layer.TermsFor(person, Assistance::kLowIncome, day);
      ASSERT_NE(low, nullptr);
      EXPECT_EQ(Bands(*low),
                (std::vector<std::pair<int64_t, int>>{{0, 0}, {3000, 70}}));
      EXPECT_EQ(low->cap.value.fen, 3000000);
    }
  }
}

TEST(ShippedPolicyTest, CommercialLayerHasItsWindowAndItsHolders) {
  for (const auto& [day, present] :
       std::vector<std::pair<const char*, bool>>{{"2022-06-30", false},
                                                 {"2022-07-01", true},
                                                 {"2023-06-30", true},
                                                 {"2023-07-01", false}}) {
    const std::vector<std::string> ids =
        LayerIds(PlanOf("370100", kResident, day));
    EXPECT_EQ(ids.back() == "jn-commercial", present) << day;
  }
  const Layer& layer =
      LayerOf(PlanOf("370100", kResident, "2022-12-31"), "jn-commercial");
  domain::Person person;
  EXPECT_EQ(layer.TermsFor(person, Assistance::kNone, On("2022-12-31")),
            nullptr);
  person.products.push_back({"QLB-2022", {On("2022-12-01"), On("2022-12-31")}});
  EXPECT_NE(layer.TermsFor(person, Assistance::kNone, On("2022-12-31")),
            nullptr);
  EXPECT_EQ(layer.TermsFor(person, Assistance::kNone, On("2023-01-01")),
            nullptr);
  person.products.front().product_id = "OTHER";
  EXPECT_EQ(layer.TermsFor(person, Assistance::kNone, On("2022-12-31")),
            nullptr);
}

struct PreselfRow {
  const char* region;
  const char* day;
  int negotiated;  // percent
};

TEST(ShippedPolicyTest, SelfPayFirst) {
  constexpr PreselfRow kTable[] = {
      {"530100", "2021-04-30", 10}, {"530100", "2025-06-01", 10},
      {"120000", "2021-12-01", 15}, {"120000", "2025-06-01", 15},
      {"370100", "2022-06-30", 30}, {"370100", "2022-07-01", 20},
      {"370100", "1990-01-01", 30}, {"370100", "2025-06-01", 20},
  };
  for (const PreselfRow& row : kTable) {
    for (Insurance insurance : {kEmployee, kResident}) {
      const Plan& plan = PlanOf(row.region, insurance, row.day);
      EXPECT_EQ(plan.preself_class_a.value.basis_points, 0);
      EXPECT_EQ(plan.preself_class_b.value.basis_points, 500);
      EXPECT_EQ(plan.preself_negotiated.value.basis_points,
                row.negotiated * 100)
          << row.region << " " << row.day;
      for (const auto& ratio : {plan.preself_class_a, plan.preself_class_b,
                                plan.preself_negotiated}) {
        ASSERT_NE(ratio.source, nullptr);
        EXPECT_TRUE(ratio.source->assumed);
      }
    }
  }
}

TEST(ShippedPolicyTest, PriceRulesKnowTheirSource) {
  for (const char* region : {"530100", "120000", "370100"}) {
    const Plan& plan = PlanOf(region, kResident);
    ASSERT_NE(plan.payment_standard_source, nullptr);
    ASSERT_NE(plan.listing_source, nullptr);
    EXPECT_EQ(plan.listing_two_disease_source != nullptr,
              std::string_view(region) == "530100");
  }
  const Plan& after = PlanOf("530100", kEmployee, "2024-11-01");
  const Plan& before = PlanOf("530100", kEmployee, "2024-10-31");
  EXPECT_THAT(after.listing_source->text, HasSubstr("ynmz24 §13;"));
  EXPECT_THAT(after.payment_standard_source->text, HasSubstr("ynmz24 §13;"));
  EXPECT_NE(before.listing_source, after.listing_source);
  EXPECT_EQ(after.listing_two_disease_source->text, "yn45 §1(4)");
}

TEST(ShippedPolicyTest, ConditionsOfNegotiatedSchemes) {
  for (const auto& [insurance, id] :
       std::vector<std::pair<Insurance, const char*>>{
           {kEmployee, "yn-negotiated-employee"},
           {kResident, "yn-negotiated-resident"}}) {
    const Scheme& yunnan = SchemeOf(PlanOf("530100", insurance), id);
    EXPECT_EQ(yunnan.serves, Serves::kNegotiated);
    EXPECT_TRUE(yunnan.feeds_layers);
    EXPECT_TRUE(yunnan.conditions.negotiated);
    EXPECT_TRUE(yunnan.conditions.indication);
    EXPECT_TRUE(yunnan.conditions.dual_channel);
    EXPECT_TRUE(yunnan.conditions.dual_channel_source->assumed);
    EXPECT_FALSE(yunnan.conditions.designated);
    EXPECT_EQ(yunnan.conditions.minimum_level, 2);
    EXPECT_EQ(yunnan.conditions.minimum_level_source->text, "yn36 §1(2)3");
    EXPECT_EQ(yunnan.conditions.prescriber_governs_from_level, 2);
    EXPECT_EQ(yunnan.conditions.registration, RegistrationKind::kUnspecified);
  }
  const Scheme& city = SchemeOf(PlanOf("120000", kResident), "city-negotiated");
  EXPECT_EQ(city.conditions.registration, RegistrationKind::kTreatment);
  EXPECT_TRUE(city.conditions.on_list);
  EXPECT_FALSE(city.conditions.negotiated);
  EXPECT_FALSE(city.conditions.indication);
  EXPECT_EQ(city.conditions.minimum_level, 3);
  EXPECT_TRUE(city.conditions.registered_hospital);
  EXPECT_TRUE(city.conditions.registered_physician);
  EXPECT_TRUE(city.conditions.dual_channel);
  EXPECT_TRUE(city.conditions.designated);
  EXPECT_EQ(city.conditions.designated_source->text, "city21 §2");
  EXPECT_EQ(city.conditions.prescriber_governs_from_level, 0);
  const Scheme& jinan = SchemeOf(PlanOf("370100", kEmployee), "jn-negotiated");
  EXPECT_TRUE(jinan.conditions.negotiated);
  EXPECT_TRUE(jinan.conditions.indication);
  EXPECT_TRUE(jinan.conditions.dual_channel);
  EXPECT_FALSE(jinan.conditions.designated);
  EXPECT_EQ(jinan.conditions.minimum_level, 0);
  EXPECT_EQ(jinan.conditions.registration, RegistrationKind::kUnspecified);
}

TEST(ShippedPolicyTest, ConditionsOfOtherSchemes) {
  const Plan& employee = PlanOf("530100", kEmployee);
  const Plan& resident = PlanOf("530100", kResident);
  const Scheme& pooled = SchemeOf(employee, "yn-outpatient-employee");
  EXPECT_EQ(pooled.serves, Serves::kOutpatient);
  EXPECT_FALSE(pooled.feeds_layers);
  EXPECT_TRUE(pooled.conditions.in_pooling);
  EXPECT_TRUE(pooled.conditions.e_center);
  EXPECT_EQ(pooled.conditions.prescriber_region_prefix, "53");
  EXPECT_FALSE(pooled.conditions.prescriber_region_source->assumed);
  const Scheme& residents = SchemeOf(resident, "km-outpatient-resident");
  EXPECT_TRUE(residents.conditions.in_pooling);
  EXPECT_TRUE(residents.conditions.e_center);
  EXPECT_EQ(residents.conditions.prescriber_region_prefix, "");
  EXPECT_FALSE(residents.feeds_layers);
  const Scheme& beyond = SchemeOf(employee, "yn-inpatient-terms-employee");
  EXPECT_EQ(beyond.serves, Serves::kOverflowOnly);
  EXPECT_FALSE(beyond.feeds_layers);
  EXPECT_FALSE(beyond.conditions.in_pooling);
  for (const auto& [plan, id] :
       std::vector<std::pair<const Plan*, const char*>>{
           {&employee, "km-chronic-employee"},
           {&resident, "km-chronic-resident"},
           {&PlanOf("120000", kResident), "city-chronic"}}) {
    const Scheme& chronic = SchemeOf(*plan, id);
    EXPECT_EQ(chronic.serves, Serves::kChronic);
    EXPECT_TRUE(chronic.feeds_layers);
    EXPECT_EQ(chronic.conditions.registration,
              RegistrationKind::kChronicDisease);
  }
  const Scheme& two = SchemeOf(resident, "km-two-disease");
  EXPECT_EQ(two.serves, Serves::kTwoDisease);
  EXPECT_TRUE(two.feeds_layers);
  EXPECT_EQ(two.conditions.registration, RegistrationKind::kTwoDisease);
}

TEST(ShippedPolicyTest, CitedWhereTheDocumentsSayIt) {
  const Plan& employee = PlanOf("530100", kEmployee);
  const Plan& resident = PlanOf("530100", kResident);
  const size_t r = static_cast<size_t>(Category::kResident);
  const size_t s = static_cast<size_t>(Category::kInService);
  const Scheme& negotiated = SchemeOf(resident, "yn-negotiated-resident");
  const Scheme& pooled = SchemeOf(employee, "yn-outpatient-employee");
  const Scheme& chronic = SchemeOf(employee, "km-chronic-employee");
  const std::vector<std::pair<const domain::Source*, const char*>> cited = {
      {negotiated.deductible[r][2].source, "yn36 §1(3)2"},
      {negotiated.ratio[r][3].source, "yn36 §1(3)2"},
      {negotiated.deductible_scope_source, "yn36 §1(3)2"},
      {negotiated.caps[0].scope_source, "yn36 §1(3)2"},
      {negotiated.in_force_source, "yn36 closing paragraph"},
      {pooled.deductible[s][1].source, "ynmz24 §6"},
      {pooled.deductible_scope_source, "ynmz24 §6"},
      {pooled.ratio[s][1].source, "ynmz24 §7"},
      {pooled.caps[0].limit.source, "ynmz24 §8"},
      {pooled.caps[0].measure_source, "ynmz24 §8"},
      {pooled.overflow_source, "ynmz24 §8"},
      {pooled.in_force_source, "ynmz24 §23"},
      {chronic.overflow_to_sources[0], "yn36 §1(4)"},
      {SchemeOf(employee, "yn-inpatient-terms-employee").caps[0].scope_source,
       "ynmz24 §8"},
      {SchemeOf(resident, "km-two-disease").order_source, "yn45 §1(1)"},
      {SchemeOf(PlanOf("120000", kResident), "city-negotiated").order_source,
       "city21 annex §4(2)"},
      {SchemeOf(PlanOf("120000", kResident), "city-negotiated")
           .caps[0]
           .scope_source,
       "city21 annex §2"},
      {LayerOf(PlanOf("370100", kResident), "jn-critical").source, "sd22 §2"},
  };
  for (const auto& [source, text] : cited) {
    ASSERT_NE(source, nullptr) << text;
    EXPECT_FALSE(source->assumed) << source->text;
    EXPECT_EQ(source->text, text);
    EXPECT_GT(source->line, 0);
    EXPECT_THAT(source->file, HasSubstr(".textproto"));
  }
  EXPECT_TRUE(chronic.overflow_to_sources[1]->assumed);
  EXPECT_TRUE(chronic.deductible[s][1].source->assumed);
}

TEST(ShippedPolicyTest, KnowsItsRegionsNamesAndAssumptions) {
  const Policy& policy = testing::ShippedPolicy();
  for (const char* region : {"530100", "120000", "370100"}) {
    EXPECT_TRUE(policy.HasRegion(region));
  }
  for (const char* region : {"530000", "530200", "370200", ""}) {
    EXPECT_FALSE(policy.HasRegion(region));
    EXPECT_EQ(policy.PlanOn(region, kEmployee, On("2025-06-01")), nullptr);
  }
  EXPECT_EQ(policy.PlanOn("530100", Insurance::kUnspecified, On("2025-06-01")),
            nullptr);
  EXPECT_EQ(policy.NameOf("km-two-disease").zh, "居民两病门诊用药保障");
  EXPECT_EQ(policy.NameOf("assistance").en, "Medical assistance");
  EXPECT_EQ(policy.NameOf("none").en, "none");
  EXPECT_GT(policy.Assumed().size(), 100u);
  for (const domain::Source* source : policy.Assumed()) {
    EXPECT_TRUE(source->assumed);
    EXPECT_GT(source->text.size(), 20u) << source->file << source->line;
  }
}

TEST(ShippedPolicyTest, EmbeddedPoliciesAreTheFiles) {
  const auto files = ReadPolicyDirectory("policies");
  ASSERT_THAT(files, IsOk());
  const std::vector<PolicyText> embedded = EmbeddedPolicies();
  ASSERT_EQ(embedded.size(), files->size());
  for (size_t i = 0; i < embedded.size(); ++i) {
    EXPECT_EQ(embedded[i].name, (*files)[i].name);
    EXPECT_EQ(embedded[i].text, (*files)[i].text) << embedded[i].name;
  }
  const auto loaded = LoadPolicy(embedded, "revision-1");
  ASSERT_THAT(loaded, IsOk());
  EXPECT_EQ(loaded->policy.revision(), "revision-1");
  EXPECT_THAT(loaded->warnings, IsEmpty());
}

}  // namespace
}  // namespace onestop::wire
