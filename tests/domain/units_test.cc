// Exact numbers: parsing, rounding half up, civil days.
#include "domain/units.h"

#include <gtest/gtest.h>

#include <vector>

#include "absl/time/civil_time.h"

namespace onestop::domain {
namespace {

TEST(ShareTest, RoundsHalfUpToTheFen) {
  const struct {
    int64_t amount;
    int32_t ratio;
    int64_t share;
  } rows[] = {
      {452, 500, 23},        {0, 10000, 0},        {1, 5000, 1},
      {1, 4999, 0},          {81333, 9000, 73200}, {3, 3333, 1},
      {10'000'000, 1, 1000}, {99, 10000, 99},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(Share(Money{row.amount}, Ratio{row.ratio}).fen, row.share)
        << row.amount << " × " << row.ratio;
  }
}

TEST(AmountThatPaysTest, IsTheLeastAmountWhoseShareReachesThePay) {
  for (int32_t ratio = 1; ratio <= 10000; ratio += 37) {
    for (int64_t pay = 1; pay < 400; pay += 7) {
      const Money amount = AmountThatPays(Money{pay}, Ratio{ratio});
      EXPECT_GE(Share(amount, Ratio{ratio}).fen, pay);
      // One fen less cannot pay it in full before rounding.
      EXPECT_LT((amount.fen - 1) * ratio, pay * 10000);
    }
  }
}

TEST(CostTest, PriceTimesQuantityIsExactInFen) {
  const auto cost = [](const char* price, const char* quantity) {
    return static_cast<int64_t>(
        CostFen(*ParseUnitPrice(price), *ParseQuantity(quantity)));
  };
  EXPECT_EQ(cost("4.52", "1"), 452);
  EXPECT_EQ(cost("3.333333", "3"), 1000);
  EXPECT_EQ(cost("0.005", "1"), 1);
  EXPECT_EQ(cost("0.004999", "1"), 0);
  EXPECT_EQ(cost("12205.8301", "0.5"), 610292);
  EXPECT_EQ(cost("0.000001", "0.0001"), 0);
}

TEST(CostTest, TheLargestPriceTimesTheLargestQuantityFits128Bits) {
  const __int128 cost = CostFen(*ParseUnitPrice("9999999999.999999"),
                                *ParseQuantity("999999999999.9999"));
  EXPECT_GT(cost, static_cast<__int128>(INT64_MAX));
}

TEST(DecimalTest, ParsesWhatIsExactAndNothingElse) {
  EXPECT_EQ(ParseQuantity("2.25")->ten_thousandths, 22500);
  EXPECT_EQ(ParseQuantity("4.50"), ParseQuantity("4.5"));
  EXPECT_EQ(ParseUnitPrice("0.000001")->micro_yuan, 1);
  EXPECT_EQ(ParseQuantity("007")->ten_thousandths, 70000);
  for (const char* bad :
       {"", ".", "1.", ".5", "-1", "+1", "1e3", " 1", "1 ", "1,0", "0.00001",
        "1000000000000", "1.2.3", "x", "99999999999999999999"}) {
    EXPECT_FALSE(ParseQuantity(bad).has_value()) << bad;
  }
  EXPECT_TRUE(ParseQuantity("999999999999.9999").has_value());
  EXPECT_FALSE(ParseUnitPrice("10000000000").has_value());
  EXPECT_FALSE(ParseUnitPrice("0.0000001").has_value());
}

TEST(DecimalTest, FormatsToTheShortestTextThatParsesBack) {
  for (const char* text : {"0", "1", "0.5", "2.25", "0.0001", "120"}) {
    EXPECT_EQ(FormatQuantity(*ParseQuantity(text)), text);
  }
  EXPECT_EQ(FormatUnitPrice(*ParseUnitPrice("3.850000")), "3.85");
  EXPECT_EQ(FormatYuan(Money{-5}), "-0.05");
  EXPECT_EQ(FormatYuan(Money{123450}), "1234.50");
}

TEST(DayTest, ParsesDaysThatExist) {
  EXPECT_EQ(FormatDay(*ParseDay("2024-02-29")), "2024-02-29");
  EXPECT_EQ(ParseDay("1970-01-02")->number, 1);
  for (const char* bad :
       {"2023-02-29", "2024-13-01", "2024-00-10", "2024-1-1", "20240101",
        "1899-12-31", "3000-01-01", "2024-04-31", "2024-01-0x", ""}) {
    EXPECT_FALSE(ParseDay(bad).has_value()) << bad;
  }
}

// Every day there is, and bounds far outside.
TEST(DayTest, CivilDatesAreAbslsToo) {
  const int32_t from = ParseDay("1900-01-01")->number;
  const int32_t until = ParseDay("2999-12-31")->number;
  std::vector<int32_t> days = {-9'999'999, 9'999'999,        -10'000'000,
                               10'000'000, kOpenFrom.number, kOpenUntil.number};
  for (int32_t day = from; day <= until; ++day) days.push_back(day);
  for (const int32_t day : days) {
    const absl::CivilDay expected = absl::CivilDay(1970, 1, 1) + day;
    const CivilDate date = CivilDateOf(Day{day});
    ASSERT_EQ(absl::CivilDay(date.year, date.month, date.day), expected) << day;
  }
}

TEST(DayTest, MonthsClampAndYearsRollOver) {
  EXPECT_EQ(FormatDay(AddMonths(*ParseDay("2025-08-31"), 6)), "2026-02-28");
  EXPECT_EQ(FormatDay(AddMonths(*ParseDay("2025-01-15"), 6)), "2025-07-15");
  EXPECT_EQ(FormatDay(AddMonths(*ParseDay("2025-12-31"), 2)), "2026-02-28");
  EXPECT_EQ(FormatDay(SameDateNextYear(*ParseDay("2024-02-29"))), "2025-03-01");
  EXPECT_EQ(FormatDay(SameDateNextYear(*ParseDay("2023-03-01"))), "2024-03-01");
}

}  // namespace
}  // namespace onestop::domain
