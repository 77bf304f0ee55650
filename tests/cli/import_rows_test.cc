// The columns of imports and how each field is spelled; rows and rejects in
// both formats.
#include "cli/import_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cli/import_cell.h"
#include "cli/import_columns.h"
#include "cli/import_tally.h"
#include "cli/input.h"
#include "cli/progress.h"
#include "cli/text.h"
#include "onestop/v1/resources.pb.h"
#include "tests/cli/run.h"
#include "tests/support/status_matchers.h"

namespace onestop::cli {
namespace {

namespace pb = ::onestop::v1;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A field of a kind's row from a cell, as JSON; "!why" when it is refused.
std::string Spell(const std::string& kind, const std::string& column,
                  const std::string& cell) {
  auto row = ImportKindOf(kind).NewRow();
  const auto* field = row->GetDescriptor()->FindFieldByName(column);
  const std::string why = SetFromCell(*field, cell, *row);
  if (!why.empty()) return "!" + why;
  std::string json = ToJson(*row);
  std::erase_if(json, [](char c) { return c == ' ' || c == '\n'; });
  return json;
}

struct Cell {
  const char* kind;
  const char* column;
  const char* text;
  const char* json;  // a part of the row's
};

TEST(Cell, IsSpelledAsAPersonWritesIt) {
  const Cell cells[] = {
      {"persons", "birth_date", "1960-01-31", R"({"birth_date":"1960-01-31"})"},
      {"persons", "birth_date", "1960/1/3", R"({"birth_date":"1960-01-03"})"},
      {"persons", "insurance_type", "EMPLOYEE", "INSURANCE_TYPE_EMPLOYEE"},
      {"persons", "insurance_type", "resident", "INSURANCE_TYPE_RESIDENT"},
      {"persons", "insurance_type", "INSURANCE_TYPE_RESIDENT",
       "INSURANCE_TYPE_RESIDENT"},
      {"persons", "benefit_periods", "2024-01-01..2024-12-31; 2025/3/1..",
       R"([{"from":"2024-01-01","until":"2024-12-31"},{"from":"2025-03-01"}])"},
      {"persons", "benefit_periods", "..2024-12-31",
       R"([{"until":"2024-12-31"}])"},
      {"persons", "commercial", "QLB-2022=2024-01-01..;OTHER",
       R"([{"product_id":"QLB-2022","from":"2024-01-01"},{"product_id":"OTHER"}])"},
      {"persons", "status_periods",
       "2023-01-01..2023-12-31=530100/RESIDENT/RESIDENT/LOW_INCOME",
       R"("pooling_region":"530100","insurance_type":"INSURANCE_TYPE_RESIDENT","person_category":"PERSON_CATEGORY_RESIDENT","assistance_category":"ASSISTANCE_CATEGORY_LOW_INCOME")"},
      {"institutions", "level", "3", R"({"level":3})"},
      {"institutions", "dual_channel", "TRUE", R"({"dual_channel":true})"},
      {"institutions", "dual_channel", "1", R"({"dual_channel":true})"},
      {"institutions", "dual_channel", "0", "{}"},
      {"items", "standards", "2021-03-01=12.34;2024-01-01=10",
       R"([{"from":"2021-03-01","price":"12.34"},{"from":"2024-01-01","price":"10"}])"},
      {"items", "negotiated", "2024-01-01..2025-12-31=DELISTED",
       R"("agreement_until":"2025-12-31","after_agreement":"AFTER_AGREEMENT_DELISTED")"},
      {"items", "negotiated", "2024-01-01..",
       R"({"negotiated":{"agreement_from":"2024-01-01"}})"},
      {"items", "lists", "city-negotiated=28100000",
       R"([{"list":"city-negotiated","annual_limit_fen":"28100000"}])"},
      {"items", "indications", "E75;E76.1",
       R"({"indications":["E75","E76.1"]})"},
      {"registrations", "item_versions", "2024-07-01=NEG-01|NEG-02",
       R"([{"from":"2024-07-01","item_codes":["NEG-01","NEG-02"]}])"},
      {"registrations", "assessed_on", "2024/7/1;2024-12-31",
       R"(["2024-07-01","2024-12-31"])"},
      {"accounts", "balance_fen", "123456", R"("123456")"},
  };
  for (const Cell& cell : cells) {
    EXPECT_THAT(Spell(cell.kind, cell.column, cell.text), HasSubstr(cell.json))
        << cell.column << " " << cell.text;
  }
}

TEST(Cell, SaysWhatIsWrong) {
  const Cell cells[] = {
      {"persons", "insurance_type", "STAFF",
       "!'STAFF' is not one of EMPLOYEE, RESIDENT"},
      {"persons", "insurance_type", "UNKNOWN", "!'UNKNOWN' is not one of"},
      {"persons", "person_id", "5.30102E+17", "rounded; format the column"},
      {"persons", "benefit_periods", "2024",
       "!'2024' is not spelled like 2024-01-01..2024-12-31"},
      {"persons", "benefit_periods", "2024-01-01..=x", "is not spelled like"},
      {"persons", "status_periods", "2023-01-01..=530100/RESIDENT",
       "is not spelled like"},
      {"persons", "status_periods", "2023-01-01..=530100/STAFF/RESIDENT",
       "!'STAFF' is not one of"},
      {"institutions", "dual_channel", "perhaps",
       "!'perhaps' is not true, false, 1 or 0"},
      {"items", "standards", "12.34", "is not spelled like 2021-03-01=12.34"},
      {"items", "standards", "2021-03-01=", "is not spelled like"},
      {"items", "lists", "city=1.5", "!'1.5' is not a whole number of fen"},
      {"accounts", "balance_fen", "12.34", "is not a whole number of fen"},
      {"accounts", "balance_fen", "99999999999999999999", "whole number"},
      {"counters", "year", "soon", "!'soon' is not a whole number"},
  };
  for (const Cell& cell : cells) {
    EXPECT_THAT(Spell(cell.kind, cell.column, cell.text),
                AllOf(::testing::StartsWith("!"), HasSubstr(cell.json)))
        << cell.column << " " << cell.text;
  }
}

TEST(Cell, EveryColumnHasAnExampleThatCanBeRead) {
  for (const ImportKind& kind : ImportKinds()) {
    for (const std::string& column : ColumnNames(kind)) {
      const auto* field = kind.row->GetDescriptor()->FindFieldByName(column);
      std::string example = ExampleOfCell(*field);
      ASSERT_FALSE(example.empty()) << column;
      if (example == "FEN" || example == "NUMBER") example = "12";
      example = example.substr(0, example.find('|'));
      EXPECT_EQ(SetFromCell(*field, example, *kind.NewRow()), "") << column;
    }
  }
}

TEST(Columns, AHeaderIsCheckedBeforeAnythingIsSent) {
  const ImportKind& accounts = ImportKindOf("accounts");
  EXPECT_THAT(ImportColumns::FromHeader(accounts, {"balance_fen", "person_id"}),
              IsOk());
  EXPECT_THAT(ImportColumns::FromHeader(accounts, {"person_id", "balance"}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       "'balance' is not a column of accounts; known are: "
                       "person_id, balance_fen"));
  EXPECT_THAT(ImportColumns::FromHeader(accounts, {"balance_fen"}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("lacks person_id; accounts need: person_id")));
  EXPECT_THAT(ImportColumns::FromHeader(
                  accounts, {"person_id", "balance_fen", "person_id"}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("person_id stands twice")));
}

TEST(Columns, EveryKindNeedsOnlyColumnsItKnows) {
  for (const ImportKind& kind : ImportKinds()) {
    EXPECT_THAT(ImportColumns::FromHeader(kind, kind.required), IsOk());
    EXPECT_THAT(ImportColumns::FromHeader(kind, ColumnNames(kind)), IsOk());
  }
}

// All rows of a file of accounts: "line:person/fen", or "line!reason".
struct Read {
  std::vector<std::string> rows;
  std::string rejects;
};

Read ReadAccounts(const std::string& text, ImportFormat format) {
  const ScratchFile file(text);
  auto lines = LineReader::Open(file.path());
  EXPECT_TRUE(lines.ok());
  auto rows = OpenRows(ImportKindOf("accounts"), format, **lines);
  EXPECT_TRUE(rows.ok()) << rows.status();
  Read read{{}, (*rows)->RejectsHead()};
  ImportRow row;
  while (*(*rows)->Next(row)) {
    if (row.message.ok()) {
      const auto& account =
          static_cast<const pb::AccountBalance&>(**row.message);
      read.rows.push_back(
          Cat(row.line, ":", account.person_id(), "/", account.balance_fen()));
    } else {
      read.rows.push_back(
          Cat(row.line, "!",
              RefusalLine(row.message.status(), Language::kEnglish)));
    }
    read.rejects += (*rows)->Reject(row, "because, \"so\"");
  }
  return read;
}

TEST(CsvRows, ReadsRowsAndSaysWhatIsWrongWithBadOnes) {
  const Read read = ReadAccounts(
      "person_id,balance_fen\nP1,100\nP2\n\nP3,many\nP4, 5 \n,\nP5,1,2\n",
      ImportFormat::kCsv);
  EXPECT_THAT(
      read.rows,
      ElementsAre(
          "2:P1/100",
          "3!MALFORMED_REQUEST: the row has 1 columns, the header has 2",
          "5!MALFORMED_REQUEST: balance_fen: 'many' is not a whole "
          "number of fen",
          "6:P4/5",
          "8!MALFORMED_REQUEST: the row has 3 columns, the header has "
          "2"));
}

TEST(CsvRows, RejectsAreReadAgainWithoutTheirReason) {
  const std::string head = "person_id,balance_fen\n";
  const Read once = ReadAccounts(
      Cat(head, "P1,100\n\"P,2\",200\nP3,\"3\nP4,4\n"), ImportFormat::kCsv);
  EXPECT_EQ(once.rejects,
            "import_error,person_id,balance_fen\n"
            "\"because, \"\"so\"\"\",P1,100\n"
            "\"because, \"\"so\"\"\",\"P,2\",200\n"
            "\"because, \"\"so\"\"\",\"P3,\"\"3\n\"\n"
            "\"because, \"\"so\"\"\",P4,4\n");
  const Read again = ReadAccounts(once.rejects, ImportFormat::kCsv);
  ASSERT_EQ(again.rows.size(), 4u);
  EXPECT_EQ(again.rows[0], "2:P1/100");
  EXPECT_EQ(again.rows[1], "3:P,2/200");
  EXPECT_THAT(again.rows[2], HasSubstr("4!"));
  EXPECT_EQ(again.rows[3], "6:P4/4");
  EXPECT_EQ(again.rejects, once.rejects);
}

TEST(JsonRows, ReadsAMessageALine) {
  const Read read = ReadAccounts(
      "\xEF\xBB\xBF{\"person_id\":\"P1\",\"balance_fen\":100}\r\n\n"
      "{\"person_id\":\"P2\",\"balance_fen\":\"200\"}\n"
      "{\"person\":\"P3\"}\n{\"person_id\":\nnot "
      "json\n{\"person_id\":\"\xff\"}\n"
      "{\"personId\":\"P4\",\"balanceFen\":4}",
      ImportFormat::kJsonLines);
  ASSERT_EQ(read.rows.size(), 7u);
  EXPECT_EQ(read.rows[0], "1:P1/100");
  EXPECT_EQ(read.rows[1], "3:P2/200");
  EXPECT_THAT(read.rows[2], AllOf(HasSubstr("4!"), HasSubstr("person")));
  EXPECT_THAT(read.rows[3], HasSubstr("5!"));
  EXPECT_THAT(read.rows[4], HasSubstr("6!"));
  EXPECT_THAT(read.rows[5], HasSubstr("7!MALFORMED_REQUEST: the row is not "
                                      "UTF-8"));
  EXPECT_EQ(read.rows[6], "8:P4/4");
}

TEST(JsonRows, RejectsAreReadAgainWithoutTheirReason) {
  const Read once =
      ReadAccounts("{\"person_id\":\"P1\",\"balance_fen\":100}\n{}\nnot json\n",
                   ImportFormat::kJsonLines);
  EXPECT_EQ(once.rejects,
            "{\"import_error\":\"because, \\\"so\\\"\",\"person_id\":\"P1\","
            "\"balance_fen\":100}\n"
            "{\"import_error\":\"because, \\\"so\\\"\"}\n"
            "{\"import_error\":\"because, \\\"so\\\"\","
            "\"import_text\":\"not json\"}\n");
  const Read again = ReadAccounts(once.rejects, ImportFormat::kJsonLines);
  ASSERT_EQ(again.rows.size(), 3u);
  EXPECT_EQ(again.rows[0], "1:P1/100");
  EXPECT_EQ(again.rows[1], "2:/0");
  EXPECT_THAT(again.rows[2], HasSubstr("import_text"));
  EXPECT_EQ(again.rejects, once.rejects);
}

TEST(Rows, AFileWithoutAHeaderIsRefused) {
  const ScratchFile file("");
  auto lines = LineReader::Open(file.path());
  EXPECT_THAT(OpenRows(ImportKindOf("items"), ImportFormat::kCsv, **lines),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("its first line must name the columns")));
}

TEST(ProgressLine, TellsHowFarItIs) {
  using std::chrono::milliseconds;
  EXPECT_EQ(ProgressLine("persons", {500, 2, 50, 200}, milliseconds(2000)),
            "persons  [======                  ]  25 %  500 rows  250 rows/s  "
            "2 refused");
  EXPECT_EQ(ProgressLine("persons", {500, 2, 50, 0}, milliseconds(0)),
            "persons  500 rows  500000 rows/s  2 refused");
}

}  // namespace
}  // namespace onestop::cli
