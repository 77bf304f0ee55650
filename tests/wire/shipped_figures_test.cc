// Every figure of the shipped policies against the tables of docs/rules.md,
// written as text: a line is what the compiled policy says.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "tests/wire/shipped_policy.h"

namespace onestop::wire {
namespace {

using domain::Assistance;
using domain::Cap;
using domain::Category;
using domain::LayerTerms;
using domain::SourcedMoney;
using domain::SourcedRatio;

constexpr const char* kCategoryNames[] = {"?", "in-service", "retired",
                                          "resident"};
constexpr const char* kScopeNames[] = {"none", "scheme-year", "drug-year",
                                       "visit"};
constexpr const char* kGroupingNames[] = {"none", "drug", "disease"};
constexpr const char* kMeasureNames[] = {"paid", "fee"};
constexpr const char* kCapScopeNames[] = {"scheme-year", "disease-year",
                                          "drug-year", "shared"};
constexpr const char* kFieldNames[] = {"critical_illness", "large_amount",
                                       "medical_assistance", "commercial"};

template <size_t N, typename Enum>
std::string NameIn(const char* const (&names)[N], Enum value) {
  return names[static_cast<size_t>(value)];
}

Insurance InsuranceOf(Category category) {
  return category == Category::kResident ? kResident : kEmployee;
}

std::string Yuan(const SourcedMoney& money) {
  if (money.source == nullptr) return "-";
  return absl::StrCat(money.value.fen / 100,
                      money.value.fen % 100 == 0 ? "" : ".?");
}

std::string Percent(const SourcedRatio& ratio) {
  if (ratio.source == nullptr) return "-";
  return absl::StrCat(ratio.value.basis_points / 100,
                      ratio.value.basis_points % 100 == 0 ? "" : ".?");
}

// A line for each scheme and category of the region on 2025-06-01.
std::vector<std::string> SchemeLines(const std::string& region) {
  std::vector<std::string> lines;
  for (Category category :
       {Category::kInService, Category::kRetired, Category::kResident}) {
    const size_t column = static_cast<size_t>(category);
    for (const Scheme& scheme : PlanOf(region, InsuranceOf(category)).schemes) {
      std::string line =
          absl::StrCat(scheme.id, " ", kCategoryNames[column], " | ",
                       NameIn(kGroupingNames, scheme.grouping), " | ",
                       NameIn(kScopeNames, scheme.deductible_scope), " ");
      std::vector<std::string> amounts;
      std::vector<std::string> ratios;
      for (int level = 1; level <= 3; ++level) {
        amounts.push_back(Yuan(scheme.deductible[column][level]));
        ratios.push_back(Percent(scheme.ratio[column][level]));
      }
      lines.push_back(absl::StrCat(line, absl::StrJoin(amounts, "/"), " | ",
                                   absl::StrJoin(ratios, "/")));
    }
  }
  return lines;
}

std::string CapText(const Cap& cap) {
  std::vector<std::string> limits;
  for (const auto& [disease, limit] : cap.by_disease) {
    limits.push_back(absl::StrCat(disease, " ", Yuan(limit)));
  }
  std::sort(limits.begin(), limits.end());
  if (cap.limit.source != nullptr) limits.push_back(Yuan(cap.limit));
  if (cap.from_list) limits.push_back("list");
  if (!cap.shared_counter.empty()) limits.push_back(cap.shared_counter);
  EXPECT_NE(cap.measure_source, nullptr);
  EXPECT_NE(cap.scope_source, nullptr);
  return absl::StrCat(NameIn(kMeasureNames, cap.measure), " a ",
                      NameIn(kCapScopeNames, cap.scope), ": ",
                      absl::StrJoin(limits, ", "));
}

std::vector<std::string> CapLines(const std::string& region) {
  std::vector<std::string> lines;
  for (Insurance insurance : {kEmployee, kResident}) {
    for (const Scheme& scheme : PlanOf(region, insurance).schemes) {
      for (const Cap& cap : scheme.caps) {
        lines.push_back(absl::StrCat(
            scheme.id, insurance == kEmployee ? " employee" : " resident",
            " | ", CapText(cap)));
        for (const auto& [disease, limit] : cap.by_disease) {
          EXPECT_TRUE(scheme.CoversDisease(disease));
        }
        EXPECT_FALSE(scheme.CoversDisease("M99999"));
      }
    }
  }
  return lines;
}

std::string TermsText(const LayerTerms& terms) {
  constexpr const char* kWho[] = {"?", "extreme-poverty", "low-income"};
  std::vector<std::string> bands;
  for (const domain::Band& band : terms.bands) {
    EXPECT_NE(band.source, nullptr);
    bands.push_back(
        absl::StrCat(band.from.fen / 100, ":", band.ratio.basis_points / 100));
  }
  return absl::StrCat(
      terms.any_assistance ? "" : NameIn(kWho, terms.assistance) + " ",
      absl::StrJoin(bands, " "), " up to ", Yuan(terms.cap));
}

std::vector<std::string> LayerLines(const std::string& region,
                                    Insurance insurance, const char* day) {
  std::vector<std::string> lines;
  for (const Layer& layer : PlanOf(region, insurance, day).layers) {
    EXPECT_NE(layer.source, nullptr);
    for (const LayerTerms& terms : layer.terms) {
      lines.push_back(
          absl::StrCat(layer.id, " | ", NameIn(kFieldNames, layer.field),
                       layer.counts_preself ? " with preself" : "",
                       layer.product_id.empty() ? "" : " " + layer.product_id,
                       " | ", TermsText(terms)));
    }
  }
  return lines;
}

// The lines of a table, without the first, which is empty.
std::vector<std::string> Lines(const char* table) {
  std::vector<std::string> lines = absl::StrSplit(table, '\n');
  lines.erase(lines.begin());
  lines.pop_back();
  return lines;
}

constexpr char kKunming[] = R"(
km-chronic-employee in-service | disease | scheme-year 300/300/300 | 80/80/80
yn-negotiated-employee in-service | drug | drug-year -/800/1200 | -/85/80
yn-outpatient-employee in-service | none | visit 20/40/60 | 60/55/50
yn-inpatient-terms-employee in-service | none | none 0/0/0 | 90/88/85
km-chronic-employee retired | disease | scheme-year 300/300/300 | 85/85/85
yn-negotiated-employee retired | drug | drug-year -/800/1200 | -/90/85
yn-outpatient-employee retired | none | visit 20/40/60 | 70/65/60
yn-inpatient-terms-employee retired | none | none 0/0/0 | 93/91/88
km-chronic-resident resident | disease | scheme-year 200/200/200 | 60/60/60
km-two-disease resident | disease | none 0/0/0 | 60/60/60
yn-negotiated-resident resident | drug | drug-year -/1200/1200 | -/70/70
km-outpatient-resident resident | none | none 0/0/0 | 50/30/0
)";

constexpr char kCity[] = R"(
city-chronic in-service | disease | none 0/0/0 | 65/65/65
city-negotiated in-service | drug | scheme-year -/-/800 | -/-/55
city-chronic retired | disease | none 0/0/0 | 65/65/65
city-negotiated retired | drug | scheme-year -/-/800 | -/-/65
city-chronic resident | disease | none 0/0/0 | 65/65/65
city-negotiated resident | drug | scheme-year -/-/500 | -/-/50
)";

constexpr char kJinan[] = R"(
jn-negotiated in-service | drug | none 0/0/0 | 80/80/80
jn-negotiated retired | drug | none 0/0/0 | 85/85/85
jn-negotiated resident | drug | none 0/0/0 | 70/70/70
)";

TEST(ShippedFiguresTest, DeductiblesAndRatios) {
  EXPECT_EQ(SchemeLines("530100"), Lines(kKunming));
  EXPECT_EQ(SchemeLines("120000"), Lines(kCity));
  EXPECT_EQ(SchemeLines("370100"), Lines(kJinan));
}

constexpr char kKunmingCaps[] = R"(
km-chronic-employee employee | paid a disease-year: M01600 3000, M03900 2000, M06900 6000
yn-negotiated-employee employee | paid a shared: 120000, cap/inpatient
yn-outpatient-employee employee | paid a scheme-year: 6000
yn-inpatient-terms-employee employee | paid a shared: 120000, cap/inpatient
km-chronic-resident resident | paid a disease-year: M01600 2000, M03900 1500, M06900 4000
km-two-disease resident | paid a disease-year: DIABETES 600, HYPERTENSION 400
yn-negotiated-resident resident | paid a shared: 80000, cap/inpatient
km-outpatient-resident resident | paid a scheme-year: 400
)";

constexpr char kCityCaps[] = R"(
city-chronic employee | paid a disease-year: M03900 3000, M06900 10000
city-negotiated employee | fee a drug-year: list
city-chronic resident | paid a disease-year: M03900 3000, M06900 10000
city-negotiated resident | fee a drug-year: list
)";

constexpr char kJinanCaps[] = R"(
jn-negotiated employee | paid a scheme-year: 100000
jn-negotiated resident | paid a scheme-year: 100000
)";

TEST(ShippedFiguresTest, Caps) {
  EXPECT_EQ(CapLines("530100"), Lines(kKunmingCaps));
  EXPECT_EQ(CapLines("120000"), Lines(kCityCaps));
  EXPECT_EQ(CapLines("370100"), Lines(kJinanCaps));
}

constexpr char kAssistance[] =
    "assistance | medical_assistance | extreme-poverty 0:100 up to 50000\n"
    "assistance | medical_assistance | low-income 0:0 3000:70 up to 30000\n";

TEST(ShippedFiguresTest, Layers) {
  const auto table = [](const std::string& before, const std::string& after) {
    return Lines(absl::StrCat("\n", before, "\n", kAssistance, after).c_str());
  };
  EXPECT_EQ(LayerLines("530100", kResident, "2025-06-01"),
            table("km-critical-resident | critical_illness | 0:0 10000:60 "
                  "30000:65 50000:70 up to 200000",
                  ""));
  EXPECT_EQ(
      LayerLines("530100", kEmployee, "2025-06-01"),
      table("km-large-employee | large_amount | 0:0 8000:80 up to 300000", ""));
  for (Insurance insurance : {kEmployee, kResident}) {
    EXPECT_EQ(LayerLines("120000", insurance, "2025-06-01"),
              table("city-critical | critical_illness | 0:0 20000:60 "
                    "100000:65 up to 300000",
                    ""));
    EXPECT_EQ(LayerLines("370100", insurance, "2022-12-31"),
              table("jn-critical | critical_illness | 0:0 14000:60 100000:65 "
                    "200000:70 up to 400000",
                    "jn-commercial | commercial with preself QLB-2022 | 0:0 "
                    "15000:70 up to 1000000\n"));
  }
}

TEST(ShippedFiguresTest, AssistanceHelpsOnlyItsCategories) {
  const domain::Person person;
  const Day day = On("2025-06-01");
  const Layer& layer = LayerOf(PlanOf("530100", kResident), "assistance");
  EXPECT_EQ(layer.TermsFor(person, Assistance::kNone, day), nullptr);
  EXPECT_EQ(layer.TermsFor(person, Assistance::kExtremePoverty, day),
            &layer.terms[0]);
  EXPECT_EQ(layer.TermsFor(person, Assistance::kLowIncome, day),
            &layer.terms[1]);
}

struct PreselfRow {
  const char* region;
  const char* day;
  const char* ratios;  // class A, class B, negotiated
};

TEST(ShippedFiguresTest, SelfPayFirst) {
  constexpr PreselfRow kTable[] = {
      {"530100", "2021-04-30", "0/5/10"}, {"530100", "2025-06-01", "0/5/10"},
      {"120000", "2021-12-01", "0/5/15"}, {"120000", "2025-06-01", "0/5/15"},
      {"370100", "1990-01-01", "0/5/30"}, {"370100", "2022-06-30", "0/5/30"},
      {"370100", "2022-07-01", "0/5/20"}, {"370100", "2025-06-01", "0/5/20"},
  };
  for (const PreselfRow& row : kTable) {
    for (Insurance insurance : {kEmployee, kResident}) {
      const Plan& plan = PlanOf(row.region, insurance, row.day);
      EXPECT_EQ(absl::StrCat(Percent(plan.preself_class_a), "/",
                             Percent(plan.preself_class_b), "/",
                             Percent(plan.preself_negotiated)),
                row.ratios)
          << row.region << " " << row.day;
      EXPECT_TRUE(plan.preself_negotiated.source->assumed);
    }
  }
}

}  // namespace
}  // namespace onestop::wire
