// What `onestop policy check` prints.
#include "wire/policy_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/support/status_matchers.h"
#include "tests/wire/policy_samples.h"

namespace onestop::wire {
namespace {

using ::testing::Each;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsTrue;
using ::testing::Not;
using ::testing::SizeIs;

TEST(PolicyReportTest, CountsWhatThereIs) {
  const PolicyReport report = CheckPolicyFiles(BasePolicy());
  EXPECT_TRUE(report.ok());
  EXPECT_EQ(report.files, 2);
  EXPECT_EQ(report.documents, 1);
  EXPECT_EQ(report.schemes, 2);
  EXPECT_EQ(report.layers, 1);
  EXPECT_EQ(report.regions, 1);
  // Cited: 2 deductibles, 3 ratios, 2 limits. Assumed: 3 self-pay-first
  // ratios, 2 bands, 1 yearly cap.
  EXPECT_EQ(report.numbers.cited, 7);
  EXPECT_EQ(report.numbers.assumed, 6);
  // Cited: 2 days, 1 condition, 2 deductible scopes, 2 caps by measure and
  // scope, 1 overflow, 2 places. Assumed: 2 price rules, 1 place.
  EXPECT_EQ(report.others.cited, 12);
  EXPECT_EQ(report.others.assumed, 3);
  EXPECT_THAT(report.assumed, SizeIs(9));
  EXPECT_THAT(report.assumed,
              Each(Field(&domain::Statement::assumed, IsTrue())));
}

TEST(PolicyReportTest, ListsWhatIsAssumedWithItsLine) {
  const std::string text = FormatPolicyReport(CheckPolicyFiles(BasePolicy()));
  EXPECT_THAT(text, HasSubstr("2 files: 1 documents, 2 schemes, 1 layers, 1 "
                              "regions\nnumbers: 7 cited, 6 assumed\n"));
  EXPECT_THAT(text, HasSubstr("\nNo errors.\n\nNo warnings.\n\n9 assumed"));
  EXPECT_THAT(text, HasSubstr("\n  base.textproto:3: every region: "
                              "self-pay-first of class B 5 %\n      a\n"));
  EXPECT_THAT(text, HasSubstr("\n  base.textproto:45: critical: 60 % above "
                              "5.00\n"));
  EXPECT_THAT(text, HasSubstr("\n  region.textproto:10: 370100: self-pay-first "
                              "of negotiated drugs 20 %\n"));
}

TEST(PolicyReportTest, ErrorsGoFirstAndHideTheRest) {
  const PolicyReport report = CheckPolicyFiles(Edited(
      Edited(BasePolicy(), "bp: 6000", "bp: 10001"), "fen: 400", "fen: 0"));
  EXPECT_FALSE(report.ok());
  const std::string text = FormatPolicyReport(report);
  EXPECT_THAT(text,
              HasSubstr("\n2 errors:\n  base.textproto:17: ratio: 10001"));
  EXPECT_THAT(text, Not(HasSubstr("confirmed")));
}

TEST(PolicyReportTest, SyntaxErrorsAreJudgedAlone) {
  const PolicyReport report =
      CheckPolicyFiles(Edited(BasePolicy(), "regions {", "region {"));
  EXPECT_THAT(report.errors, SizeIs(1));
  EXPECT_THAT(FormatPolicyReport(report),
              HasSubstr("\n1 error:\n  region.textproto:1: column "));
}

TEST(PolicyReportTest, AllCited) {
  std::vector<PolicyText> texts = BasePolicy();
  for (PolicyText& text : texts) {
    for (size_t at;
         (at = text.text.find("assumed: \"a\"")) != std::string::npos;) {
      text.text.replace(at, 12, "cited: \"doc §0\"");
    }
  }
  const PolicyReport report = CheckPolicyFiles(texts);
  EXPECT_THAT(report.assumed, IsEmpty());
  EXPECT_THAT(FormatPolicyReport(report), HasSubstr("\nNothing is assumed.\n"));
}

TEST(PolicyReportTest, ShippedPoliciesHaveNeitherErrorsNorWarnings) {
  const auto texts = ReadPolicyDirectory("policies");
  ASSERT_THAT(texts, IsOk());
  const PolicyReport report = CheckPolicyFiles(*texts);
  EXPECT_THAT(report.errors, IsEmpty());
  EXPECT_THAT(report.warnings, IsEmpty());
  EXPECT_EQ(report.documents, 5);
  EXPECT_EQ(report.schemes, 11);
  EXPECT_EQ(report.layers, 6);
  EXPECT_EQ(report.regions, 3);
  EXPECT_GT(report.numbers.cited, 0);
}

}  // namespace
}  // namespace onestop::wire
