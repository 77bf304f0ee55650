// The shipped policies: orders, days, conditions, sources, and that the
// binaries hold the same files.
#include "tests/wire/shipped_policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/support/status_matchers.h"
#include "wire/embedded_policies.h"
#include "wire/policy_file.h"

namespace onestop::wire {
namespace {

using domain::Assistance;
using domain::Category;
using domain::Policy;
using domain::RegistrationKind;
using domain::Serves;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

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
        EXPECT_EQ(scheme.overflow_sources.size(), targets.size());
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
      {pooled.overflow_sources[0], "ynmz24 §8"},
      {pooled.in_force_source, "ynmz24 §23"},
      {chronic.overflow_sources[0], "yn36 §1(4)"},
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
  EXPECT_TRUE(chronic.overflow_sources[1]->assumed);
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

TEST(ShippedPolicyTest, EveryEngineRuleSaysWhereItComesFrom) {
  const auto files = ReadPolicyDirectory("policies");
  ASSERT_THAT(files, IsOk());
  std::vector<int> rules;
  for (const domain::DraftEngineRule& row :
       ParsePolicy(*files).draft.engine_rules) {
    rules.push_back(static_cast<int>(row.rule));
  }
  std::vector<int> all;
  for (int i = static_cast<int>(domain::EngineRule::kPrescriptionValidDays);
       i <= static_cast<int>(domain::EngineRule::kFamilyAccount); ++i) {
    all.push_back(i);
  }
  EXPECT_EQ(rules, all);
}

TEST(ShippedPolicyTest, TheRulesPageNamesEverySchemeAndLayer) {
  std::ifstream in("docs/rules.md");
  std::ostringstream page;
  page << in.rdbuf();
  for (const char* region : {"530100", "120000", "370100"}) {
    for (Insurance insurance : {kEmployee, kResident}) {
      const Plan& plan = PlanOf(region, insurance, "2022-12-31");
      for (const Scheme& scheme : plan.schemes) {
        EXPECT_THAT(page.str(), HasSubstr("`" + scheme.id + "`"));
      }
      for (const Layer& layer : plan.layers) {
        EXPECT_THAT(page.str(), HasSubstr("`" + layer.id + "`"));
      }
    }
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
