// Quantiles of known numbers.
#include "bench/histogram.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>

namespace onestop::bench {
namespace {

TEST(HistogramTest, NothingRecordedIsZero) {
  const auto histogram = std::make_unique<Histogram>();
  EXPECT_EQ(histogram->count(), 0);
  EXPECT_EQ(histogram->Quantile(0.99), 0);
}

TEST(HistogramTest, SmallValuesAreExact) {
  const auto histogram = std::make_unique<Histogram>();
  for (int64_t value = 1; value <= 50; ++value) histogram->Record(value);
  EXPECT_EQ(histogram->count(), 50);
  EXPECT_EQ(histogram->Quantile(0), 1);
  EXPECT_EQ(histogram->Quantile(0.5), 25);
  EXPECT_EQ(histogram->Quantile(0.98), 49);
  EXPECT_EQ(histogram->Quantile(1), 50);
}

TEST(HistogramTest, OneOfAHundredMovesOnlyTheLastPercent) {
  const auto histogram = std::make_unique<Histogram>();
  for (int i = 0; i < 99; ++i) histogram->Record(10);
  histogram->Record(1'000'000);
  EXPECT_EQ(histogram->Quantile(0.99), 10);
  EXPECT_GE(histogram->Quantile(0.991), 1'000'000);
}

TEST(HistogramTest, EveryValueFallsIntoABucketThatIsNotTooWide) {
  for (int64_t value = 1; value < int64_t{1} << 42; value = value * 5 / 4 + 1) {
    const auto histogram = std::make_unique<Histogram>();
    histogram->Record(value);
    EXPECT_GE(histogram->Quantile(0.5), value);
    EXPECT_LE(histogram->Quantile(0.5), value + value / 50);
  }
}

TEST(HistogramTest, ValuesOutsideTheRangeAreKept) {
  const auto histogram = std::make_unique<Histogram>();
  histogram->Record(-5);
  EXPECT_EQ(histogram->Quantile(0.5), 0);
  histogram->Record(INT64_MAX);
  EXPECT_EQ(histogram->count(), 2);
  EXPECT_GE(histogram->Quantile(1), (int64_t{1} << 42) - 1);
}

}  // namespace
}  // namespace onestop::bench
