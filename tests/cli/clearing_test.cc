// A clearing statement for people: on the terminal and in a file.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "cli/clearing_file.h"
#include "cli/clearing_text.h"
#include "tests/support/status_matchers.h"

namespace onestop::cli {
namespace {

namespace pb = ::onestop::v1;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

domain::Name2 Named(std::string_view id) {
  return {std::string(id) + "-名", std::string(id) + "-name"};
}

pb::Statement March() {
  pb::Statement statement;
  statement.set_statement_number(7);
  statement.set_institution_id("H2");
  statement.set_month("2025-03");
  statement.set_due_on("2025-04-30");
  pb::StatementPart& part = *statement.add_parts();
  part.set_pooling_region("530100");
  part.set_insurance_type(pb::INSURANCE_TYPE_EMPLOYEE);
  part.set_settlements(5);
  part.set_reversals(1);
  part.set_visits(4);
  part.set_late(2);
  part.set_persons(3);
  part.set_gross_fen(1'000'00);
  part.set_scheme_pay_fen(600'00);
  part.set_large_amount_fen(50'00);
  part.set_fund_pay_fen(650'00);
  pb::SchemeLine& line = *part.add_schemes();
  line.set_scheme_id("S");
  line.set_settlements(5);
  line.set_reversals(1);
  line.set_gross_fen(900'00);
  line.set_pay_fen(600'00);
  line.set_negotiated_pay_fen(123'45);
  part.add_schemes()->set_gross_fen(100'00);
  pb::Adjustment& deduction = *statement.add_adjustments();
  deduction.set_pooling_region("530100");
  deduction.set_adjustment_kind(pb::ADJUSTMENT_KIND_DEDUCTION);
  deduction.set_amount_fen(20'00);
  deduction.set_reason("稽核,扣款");
  pb::Payable& payable = *statement.add_payables();
  payable.set_pooling_region("530100");
  payable.set_payable_fen(630'00);
  payable.set_paid_fen(400'00);
  pb::Payment& payment = *statement.add_payments();
  payment.set_pooling_region("530100");
  payment.set_amount_fen(400'00);
  payment.set_paid_on("2025-04-20");
  payment.set_reference("B-3");
  return statement;
}

TEST(ClearingTextTest, SaysWhatIsOwedAndWhy) {
  const std::string english = StatementText(March(), Named, Language::kEnglish);
  EXPECT_THAT(english, HasSubstr("Statement 7: institution H2, 2025-03, due on "
                                 "2025-04-30"));
  EXPECT_THAT(english, HasSubstr("S-name"));
  EXPECT_THAT(english, HasSubstr("paid by no scheme"));
  EXPECT_THAT(english, HasSubstr("123.45"));
  EXPECT_THAT(english, HasSubstr("large amount"));
  EXPECT_THAT(english, Not(HasSubstr("critical illness")));
  EXPECT_THAT(english, HasSubstr("1 reversals, 2 late"));
  EXPECT_THAT(english, HasSubstr("-20.00"));
  EXPECT_THAT(english, HasSubstr("scheme pay  negotiated pay"));
  EXPECT_THAT(english, HasSubstr("630.00  paid 400.00, left to pay 230.00\n"));
  const std::string chinese = StatementText(March(), Named, Language::kChinese);
  EXPECT_THAT(chinese, HasSubstr("第 7 号清算单"));
  EXPECT_THAT(chinese, HasSubstr("S-名"));
  EXPECT_THAT(chinese, HasSubstr("扣款"));
  EXPECT_THAT(chinese, HasSubstr("已付 400.00，未付 230.00\n"));
}

TEST(ClearingTextTest, SaysOfEachPartHowItStands) {
  EXPECT_EQ(DueText({}, Language::kEnglish), "No statements.\n");
  const struct {
    pb::PaymentState state;
    const char* zh;
    const char* en;
  } kCases[] = {
      {pb::PAYMENT_STATE_OPEN, "待付", "open"},
      {pb::PAYMENT_STATE_OVERDUE, "逾期", "overdue"},
      {pb::PAYMENT_STATE_PAID, "已付清", "paid in full"},
      {pb::PAYMENT_STATE_OWED_BACK, "机构应退", "owed back"},
      {pb::PAYMENT_STATE_NOT_CLOSED, "清算未完成，请重新清算",
       "not closed; close it again"},
  };
  for (const auto& one : kCases) {
    pb::ListStatementsResponse list;
    list.add_statements()->set_payment_state(one.state);
    EXPECT_THAT(DueText(list, Language::kChinese),
                EndsWith(Cat("  ", one.zh, "\n")));
    EXPECT_THAT(DueText(list, Language::kEnglish),
                EndsWith(Cat("  ", one.en, "\n")));
  }
}

TEST(ClearingFileTest, WritesATable) {
  const std::string path = ::testing::TempDir() + "statement.csv";
  ASSERT_THAT(WriteStatementFile(path, March(), Named, Language::kEnglish),
              IsOk());
  std::ifstream file(path);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  EXPECT_THAT(text, HasSubstr("institution_id,month,statement_number,due_on,"
                              "pooling_region,insurance_type,line,note,"));
  EXPECT_THAT(
      text, HasSubstr("\nH2,2025-03,7,2025-04-30,530100,employee,S-name,S,5,1,"
                      "0,900.00,600.00,0.00,123.45,0.00,0.00\n"));
  EXPECT_THAT(text, HasSubstr("530100,,deduction,\"稽核,扣款\",,,,,-20.00"));
  EXPECT_THAT(text, HasSubstr("530100,,paid,2025-04-20 B-3,,,,,400.00"));
  EXPECT_THAT(text, HasSubstr("530100,,left to pay,,,,,,230.00"));
  const std::string sheet = ::testing::TempDir() + "statement.xlsx";
  ASSERT_THAT(WriteStatementFile(sheet, March(), Named, Language::kChinese),
              IsOk());
  EXPECT_EQ(std::ifstream(sheet).get(), 'P');  // a ZIP
  EXPECT_FALSE(
      WriteStatementFile("statement.pdf", March(), Named, Language::kChinese)
          .ok());
}

}  // namespace
}  // namespace onestop::cli
