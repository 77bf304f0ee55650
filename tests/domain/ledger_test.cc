// Counters: sums, floors, what year 0 drops, names that stay apart.
#include "domain/ledger.h"

#include <gtest/gtest.h>

#include <limits>

#include "base/error.h"
#include "domain/reason.h"
#include "tests/support/status_matchers.h"

namespace onestop::domain {
namespace {

Movement Of(const std::string& counter, int64_t amount,
            Day until = kOpenUntil) {
  return {"P", 2025, counter, amount, until};
}

TEST(LedgerRowTest, KeepsSumsByNameAndDropsZero) {
  LedgerRow row;
  ONESTOP_ASSERT_OK(row.Add(Of("cap/b", 5)));
  ONESTOP_ASSERT_OK(row.Add(Of("cap/a", 7)));
  ONESTOP_ASSERT_OK(row.Add(Of("cap/b", 3)));
  EXPECT_EQ(row.Get("cap/b"), 8);
  EXPECT_EQ(row.Get("cap/c"), 0);
  ASSERT_EQ(row.entries().size(), 2u);
  EXPECT_EQ(row.entries()[0].name, "cap/a");
  ONESTOP_ASSERT_OK(row.Add(Of("cap/a", -7)));
  EXPECT_EQ(row.Find("cap/a"), nullptr);
}

TEST(LedgerRowTest, NeverBelowZeroNorBeyondItsBound) {
  LedgerRow row;
  ONESTOP_ASSERT_OK(row.Add(Of("cap/a", 5)));
  const LedgerRow before = row;
  EXPECT_EQ(ErrorReason(row.Add(Of("cap/a", -6))), refusal::kCounterBelowZero);
  EXPECT_EQ(ErrorReason(row.Add(Of("cap/z", -1))), refusal::kCounterBelowZero);
  EXPECT_EQ(ErrorReason(
                row.Add(Of("cap/a", std::numeric_limits<int64_t>::max() - 5))),
            refusal::kInvariantBroken);
  EXPECT_EQ(row, before);
}

TEST(LedgerRowTest, DropsOnlySupplyAndPrescriptionsThatCanRefuseNothing) {
  LedgerRow row;
  const Day open = EarliestOpenDay(*ParseDay("2025-06-18"));
  EXPECT_EQ(FormatDay(open), "2025-01-01");
  EXPECT_EQ(FormatDay(EarliestOpenDay(*ParseDay("2025-03-31"))), "2024-01-01");
  ONESTOP_ASSERT_OK(row.Add(Of("account", 100)));
  ONESTOP_ASSERT_OK(row.Add(Of("rx/H/R/A", 10, open - 1)));
  ONESTOP_ASSERT_OK(row.Add(Of("rx/H/S/A", 10, open)));
  ONESTOP_ASSERT_OK(row.Add(Of("supply/A/1", 1, open - 1)));
  row.DropBefore(open);
  EXPECT_EQ(row.Get("account"), 100);
  EXPECT_EQ(row.Get("rx/H/S/A"), 10);
  EXPECT_EQ(row.entries().size(), 2u);
  // Reversing what was dropped leaves it dropped.
  ONESTOP_ASSERT_OK(row.Add(Of("rx/H/R/A", -10)));
  EXPECT_EQ(row.entries().size(), 2u);
}

TEST(LedgerRowTest, FindsSupplyByItemAlone) {
  LedgerRow row;
  ONESTOP_ASSERT_OK(row.Add(Of(SupplyCounter("A", "1"), 1)));
  ONESTOP_ASSERT_OK(row.Add(Of(SupplyCounter("A", "2"), 1)));
  ONESTOP_ASSERT_OK(row.Add(Of(SupplyCounter("A/B", "3"), 1)));
  ONESTOP_ASSERT_OK(row.Add(Of(SupplyCounter("AB", "4"), 1)));
  EXPECT_EQ(row.WithPrefix(SupplyPrefix("A")).size(), 2u);
  EXPECT_EQ(row.WithPrefix(SupplyPrefix("A/B")).size(), 1u);
  EXPECT_TRUE(row.WithPrefix(SupplyPrefix("C")).empty());
}

TEST(CounterNameTest, AreThoseOfTheRules) {
  EXPECT_EQ(DeductibleCounter("s", ""), "dedc/s");
  EXPECT_EQ(DeductibleCounter("s", "E/1"), "dedc/s/E/1");
  EXPECT_EQ(CapCounter("s", "M03900"), "cap/s/M03900");
  EXPECT_EQ(BasisCounter("l"), "basis/l");
  EXPECT_EQ(PaidCounter("l"), "paid/l");
  EXPECT_NE(PrescriptionCounter("a/b", "c", "d"),
            PrescriptionCounter("a", "b/c", "d"));
  EXPECT_NE(PrescriptionCounter("a%2Fb", "c", "d"),
            PrescriptionCounter("a/b", "c", "d"));
}

}  // namespace
}  // namespace onestop::domain
