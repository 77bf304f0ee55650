// Differences of a reconciliation in a file, in one language.
#include "cli/difference_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "tests/support/status_matchers.h"

namespace onestop::cli {
namespace {

namespace pb = ::onestop::v1;
using ::testing::HasSubstr;

std::string Written(Language language) {
  pb::Difference difference;
  difference.set_booked_on("2025-03-01");
  difference.set_difference_class(pb::DIFFERENCE_CLASS_AMOUNTS_DIFFER);
  difference.set_repair(pb::REPAIR_CORRECT_BOOKS);
  difference.set_record_id("ab");
  for (const char* field :
       {"person_id", "gross_fen", "fund_pay_fen", "account_fen"}) {
    difference.add_fields(field);
  }
  difference.mutable_ledger()->set_person_id("P1");
  difference.mutable_ledger()->set_gross_fen(500'00);
  const std::string path = ::testing::TempDir() + "differences.csv";
  auto file = DifferenceFile::Open(path, language);
  EXPECT_THAT(file.status(), IsOk());
  (*file)->Add(difference, "2025-03-20 12:00:00");
  EXPECT_THAT((*file)->Close(), IsOk());
  std::ifstream read(path);
  return {std::istreambuf_iterator<char>(read), {}};
}

TEST(DifferenceFileTest, NamesFieldsInTheLanguageOfTheRest) {
  EXPECT_THAT(Written(Language::kEnglish),
              HasSubstr("2025-03-01,amounts differ,correct the books,P1,,ab,,"
                        "\"person, gross, fund, account\",500.00,0.00,0.00,,,,,"
                        "2025-03-20 12:00:00\n"));
  EXPECT_THAT(Written(Language::kChinese),
              HasSubstr("2025-03-01,内容不同,更正机构账目,P1,,ab,,"
                        "人员编号、总额、基金、账户,500.00,"));
}

TEST(DifferenceFileTest, RefusesAnotherFormat) {
  const auto file = DifferenceFile::Open("differences.pdf", Language::kEnglish);
  EXPECT_THAT(file.status().message(), HasSubstr("name a .csv or .xlsx file"));
}

}  // namespace
}  // namespace onestop::cli
