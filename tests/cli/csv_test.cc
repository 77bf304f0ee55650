// CSV by tables: what is read from which bytes, where each record begins, what
// is said of broken ones.
#include "cli/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cli/text.h"
#include "tests/cli/run.h"
#include "tests/support/status_matchers.h"

namespace onestop::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Each record as "line:a|b|c", a broken one as "line!reason".
std::vector<std::string> Read(const std::string& text) {
  const ScratchFile file(text);
  auto lines = LineReader::Open(file.path());
  EXPECT_TRUE(lines.ok()) << lines.status();
  CsvReader reader(**lines);
  std::vector<std::string> read;
  CsvRecord record;
  while (*reader.Next(record)) {
    std::string one = Cat(record.line, record.fields.ok() ? ":" : "!");
    if (record.fields.ok()) {
      for (const std::string& field : *record.fields) {
        Append(&one, &field == &record.fields->front() ? "" : "|", field);
      }
    } else {
      Append(&one, record.fields.status().message());
    }
    read.push_back(std::move(one));
  }
  return read;
}

struct Case {
  const char* name;
  std::string text;
  std::vector<std::string> records;
};

class CsvTable : public ::testing::TestWithParam<Case> {};

TEST_P(CsvTable, Reads) {
  EXPECT_EQ(Read(GetParam().text), GetParam().records);
}

INSTANTIATE_TEST_SUITE_P(
    All, CsvTable,
    ::testing::Values(
        Case{"Nothing", "", {}}, Case{"OneLine", "a,b\n", {"1:a|b"}},
        Case{"NoLineEnd", "a,b\nc,d", {"1:a|b", "2:c|d"}},
        Case{"Crlf", "a,b\r\nc,d\r\n", {"1:a|b", "2:c|d"}},
        Case{"ByteOrderMark",
             "\xEF\xBB\xBF"
             "a,b\n",
             {"1:a|b"}},
        Case{"MarkBeforeAQuote", "\xEF\xBB\xBF\"a\",b\n", {"1:a|b"}},
        Case{"EmptyFields", "a,,c\n,b,\n", {"1:a||c", "2:|b|"}},
        Case{"BlankLines", "a\n\n  \n,,\nb\n", {"1:a", "3:  ", "5:b"}},
        Case{"Quotes", "\"a,b\",\"say \"\"yes\"\"\"\n", {"1:a,b|say \"yes\""}},
        Case{"LineEndInQuotes",
             "\"a\nb\r\nc\",d\ne,f\n",
             {"1:a\nb\r\nc|d", "4:e|f"}},
        Case{"SpacesStay", " a , b\n", {"1: a | b"}},
        Case{"Chinese", "麦格司他,口服\n", {"1:麦格司他|口服"}}),
    [](const auto& info) { return info.param.name; });

TEST(Csv, ABrokenRecordHidesNoOther) {
  const auto stray = Read("a,\"b\nc,d\ne,\"f\"\n");
  ASSERT_EQ(stray.size(), 3u);
  EXPECT_THAT(stray[0], ::testing::StartsWith("1!the row opens a quote"));
  EXPECT_THAT(stray, ElementsAre(stray[0], "2:c|d", "3:e|f"));
  const auto inner = Read("a,b\"c\"\nd,\"e\"f\ng,h\n");
  ASSERT_EQ(inner.size(), 3u);
  EXPECT_THAT(inner[0], HasSubstr("1!the row has a quote in the wrong place"));
  EXPECT_THAT(inner[1], HasSubstr("2!the row has a quote in the wrong place"));
  EXPECT_EQ(inner[2], "3:g|h");
  const auto last = Read("a,b\nc,\"d\n");
  ASSERT_EQ(last.size(), 2u);
  EXPECT_THAT(last[1], HasSubstr("2!the row has a quote"));
}

TEST(Csv, BadBytesAreTheirRowsAlone) {
  const auto read = Read(std::string("a,\xff\nb,\0\nc\rd\ne,f\n", 16));
  ASSERT_EQ(read.size(), 4u);
  EXPECT_THAT(read[0], HasSubstr("1!the row is not UTF-8"));
  EXPECT_THAT(read[1], HasSubstr("2!the row holds a NUL byte"));
  EXPECT_THAT(read[2], HasSubstr("3!the row holds a carriage return alone"));
  EXPECT_EQ(read[3], "4:e|f");
}

TEST(Csv, LongFieldsAreReadAndTooLongRowsRefused) {
  const std::string long_field(1 << 20, 'x');
  EXPECT_THAT(Read(Cat("a,", long_field, "\n")),
              ElementsAre(Cat("1:a|", long_field)));
  EXPECT_THAT(Read(Cat("\"a\n", long_field, "\"\nb\n")),
              ElementsAre(Cat("1:a\n", long_field), "3:b"));
  const auto read = Read(Cat("a,", std::string(kMaxRowBytes, 'x'), "\nb\n"));
  ASSERT_EQ(read.size(), 2u);
  EXPECT_THAT(read[0], HasSubstr("1!the row is longer than 2 MiB"));
  EXPECT_EQ(read[1], "2:b");
}

TEST(Csv, WritesWhatItReads) {
  const CsvFields fields = {"a", "", "b,c", "say \"yes\"", "two\nlines", " d "};
  EXPECT_EQ(*ParseCsv(WriteCsv(fields)), fields);
  EXPECT_EQ(WriteCsv({"a", "b c"}), "a,b c\n");
}

TEST(LineReader, SaysWhichFileCannotBeRead) {
  EXPECT_THAT(
      LineReader::Open("/no/such/file"),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("/no/such/file")));
  auto folder = LineReader::Open("/");
  ASSERT_TRUE(folder.ok());
  Line line;
  EXPECT_THAT(
      (*folder)->Next(line),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("cannot read /")));
}

}  // namespace
}  // namespace onestop::cli
