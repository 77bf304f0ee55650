// The reference data: which pharmacies a hospital designated, and when.
#include "domain/catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/world.h"

namespace onestop::domain {
namespace {

using testing::D;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

Designation Of(const char* hospital, const char* pharmacy, Period period) {
  return {hospital, pharmacy, period};
}

TEST(DesignationTest, EveryPeriodCounts) {
  Catalog catalog;
  catalog.Put(Of("H", "Y", {D("2024-01-01"), D("2024-12-31")}));
  catalog.Put(Of("H", "Y", {kOpenFrom, D("2020-12-31")}));
  catalog.Put(Of("H", "Y", {D("2024-06-01"), D("2025-03-31")}));
  const struct {
    const char* day;
    bool designated;
  } days[] = {{"1999-01-01", true},  {"2020-12-31", true},
              {"2021-01-01", false}, {"2023-12-31", false},
              {"2024-01-01", true},  {"2024-12-31", true},
              {"2025-03-31", true},  {"2025-04-01", false}};
  for (const auto& test : days) {
    EXPECT_EQ(catalog.Designated("H", "Y", D(test.day)), test.designated)
        << test.day;
  }
  EXPECT_FALSE(catalog.Designated("Y", "H", D("2024-01-01")));
}

TEST(DesignationTest, TheSameFirstDayReplaces) {
  Catalog catalog;
  catalog.Put(Of("H", "Y", {D("2024-01-01"), kOpenUntil}));
  catalog.Put(Of("H", "Y", {D("2024-01-01"), D("2024-01-31")}));
  EXPECT_TRUE(catalog.Designated("H", "Y", D("2024-01-31")));
  EXPECT_FALSE(catalog.Designated("H", "Y", D("2024-02-01")));
}

TEST(DesignationTest, AreListedOfBothSidesInOrder) {
  Catalog catalog;
  const Designation late = Of("H2", "Y1", {D("2025-01-01"), kOpenUntil});
  const Designation early = Of("H2", "Y1", {kOpenFrom, D("2023-12-31")});
  const Designation other = Of("H2", "Y2", {});
  const Designation first = Of("H1", "Y2", {});
  for (const Designation& row : {late, other, first, early}) catalog.Put(row);
  EXPECT_THAT(catalog.DesignationsOf("H2"), ElementsAre(early, late, other));
  EXPECT_THAT(catalog.DesignationsOf("Y2"), ElementsAre(first, other));
  EXPECT_THAT(catalog.DesignationsOf("H3"), IsEmpty());
}

}  // namespace
}  // namespace onestop::domain
