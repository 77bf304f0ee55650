// Columns, wrapping and amounts.
#include "cli/text.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace onestop::cli {
namespace {

TEST(DisplayWidth, CountsCells) {
  EXPECT_EQ(DisplayWidth(""), 0);
  EXPECT_EQ(DisplayWidth("abc"), 3);
  EXPECT_EQ(DisplayWidth("医保"), 4);
  EXPECT_EQ(DisplayWidth("（限额）"), 8);
  EXPECT_EQ(DisplayWidth("a·b"), 3);
  EXPECT_EQ(DisplayWidth("β2"), 2);
  EXPECT_EQ(DisplayWidth("e\xCC\x81"), 1);  // combining accent
}

TEST(DisplayWidth, CountsBrokenBytesAsOneEach) {
  EXPECT_EQ(DisplayWidth("\xFF\xFE"), 2);
  EXPECT_EQ(DisplayWidth("a\xE5\x8C"), 3);
}

TEST(Pad, FillsUpToTheWidthAndNeverCuts) {
  EXPECT_EQ(PadRight("医", 4), "医  ");
  EXPECT_EQ(PadLeft("12.00", 7), "  12.00");
  EXPECT_EQ(PadRight("longer", 3), "longer");
}

TEST(Wrap, BreaksBetweenChineseCharactersButNotBeforePunctuation) {
  EXPECT_EQ(Wrap("一二三四五。", 10, "", ""), "一二三四\n五。\n");
  EXPECT_EQ(Wrap("一二三（四", 8, "", ""), "一二三\n（四\n");
}

TEST(Wrap, BreaksAtSpacesAndIndents) {
  EXPECT_EQ(Wrap("one two three", 8, "1. ", "   "),
            "1. one\n   two\n   three\n");
  EXPECT_EQ(Wrap("", 8, "  ", "  "), "\n");
}

TEST(Wrap, KeepsAWordThatIsTooLong) {
  EXPECT_EQ(Wrap("a 0123456789", 6, "", ""), "a\n0123456789\n");
}

TEST(Wrap, LosesNothing) {
  const std::string text = "「阿达木单抗」支付：250.00 元 × 80% = 200.00 元。";
  for (int width = 1; width < 60; ++width) {
    std::string joined = Wrap(text, width, "", "");
    std::erase(joined, '\n');
    std::erase(joined, ' ');
    std::string wanted = text;
    std::erase(wanted, ' ');
    EXPECT_EQ(joined, wanted) << width;
  }
}

TEST(Table, LinesColumnsUpByCells) {
  Table table({Table::Align::kLeft, Table::Align::kRight});
  table.Add({"基金支付", "1.00"});
  table.Add({"cash", "123.45"});
  table.Add({"alone"});
  EXPECT_EQ(table.ToString(2),
            "  基金支付    1.00\n"
            "  cash      123.45\n"
            "  alone\n");
}

TEST(Yuan, WritesFenAsYuan) {
  EXPECT_EQ(Yuan(0), "0.00");
  EXPECT_EQ(Yuan(5), "0.05");
  EXPECT_EQ(Yuan(123450), "1234.50");
  EXPECT_EQ(Yuan(-7), "-0.07");
  EXPECT_EQ(Yuan(std::numeric_limits<int64_t>::min()), "-92233720368547758.08");
}

TEST(Percent, WritesBasisPoints) {
  EXPECT_EQ(Percent(6000), "60%");
  EXPECT_EQ(Percent(250), "2.5%");
  EXPECT_EQ(Percent(1), "0.01%");
  EXPECT_EQ(Percent(0), "0%");
}

TEST(Fill, ReplacesPlaces) {
  EXPECT_EQ(Fill("$1 and $0, $$, $7", "a", 2), "2 and a, $$, $7");
}

TEST(IsUtf8, KnowsBrokenText) {
  EXPECT_TRUE(IsUtf8("医保 £"));
  EXPECT_FALSE(IsUtf8("\xC0\xAF"));      // overlong
  EXPECT_FALSE(IsUtf8("\xED\xA0\x80"));  // surrogate
  EXPECT_FALSE(IsUtf8("\xF5\x80\x80\x80"));
}

}  // namespace
}  // namespace onestop::cli
