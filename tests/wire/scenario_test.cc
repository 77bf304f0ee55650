// Scenarios: read from any JSON shape, told apart when wrong, compared.
#include "wire/scenario.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "base/error.h"
#include "google/protobuf/util/json_util.h"
#include "tests/support/status_matchers.h"
#include "tests/wire/samples.h"

namespace onestop::wire {
namespace {

using onestop::testing::EmptyPolicy;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string ReadCases(const std::string& name) {
  std::ifstream in("tests/cases/" + name);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

pb::Expect ExpectOf(const std::string& json) {
  pb::Expect expect;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(json, &expect).ok());
  return expect;
}

TEST(ScenarioTest, ListsObjectsAndLinesAreRead) {
  for (const char* text :
       {R"([{"id": "a"}, {"id": "b"}])", "{\"id\": \"a\"}\n{\"id\": \"b\"}\n",
        "\xEF\xBB\xBF{\"id\":\"a\"} [{\"id\":\"b\"}]"}) {
    const std::vector<ParsedScenario> parsed = ParseScenarios(text);
    ASSERT_THAT(parsed, SizeIs(2)) << text;
    ONESTOP_ASSERT_OK(parsed[0].scenario);
    ONESTOP_ASSERT_OK(parsed[1].scenario);
    EXPECT_EQ(parsed[0].scenario->id(), "a");
    EXPECT_EQ(parsed[1].scenario->id(), "b");
  }
  EXPECT_THAT(ParseScenarios(R"({"id": "with } and \" inside"})"), SizeIs(1));
}

TEST(ScenarioTest, WhatIsWrongIsToldWithItsLine) {
  const struct {
    const char* text;
    int line;
    const char* message;
  } rows[] = {
      {"", 1, "holds no scenario"},
      {"\n\n17", 3, "begins with '{'"},
      {"\n{\"id\": \"a\"", 2, "ends within this scenario"},
      {"[{\"id\": \"a\"}", 1, "does not end with ']'"},
      {"\n{\"idd\": 1}", 2, "idd"},
      {"{\"id\": nope}", 1, "not a scenario"},
  };
  for (const auto& row : rows) {
    const std::vector<ParsedScenario> parsed = ParseScenarios(row.text);
    ASSERT_FALSE(parsed.empty());
    EXPECT_EQ(parsed.back().line, row.line) << row.text;
    EXPECT_THAT(
        parsed.back().scenario,
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(row.message)));
  }
}

TEST(ScenarioTest, EveryConformanceCaseIsUnderstood) {
  int scenarios = 0;
  for (const char* name : {"examples.json", "random.jsonl"}) {
    for (const ParsedScenario& parsed : ParseScenarios(ReadCases(name))) {
      ONESTOP_ASSERT_OK(parsed.scenario) << name << ":" << parsed.line;
      const auto world = WorldOf(*parsed.scenario, EmptyPolicy());
      ONESTOP_ASSERT_OK(world);
      EXPECT_THAT(world->steps, SizeIs(parsed.scenario->expect_size()));
      for (size_t i = 0; i < world->steps.size(); ++i) {
        ONESTOP_EXPECT_OK(world->steps[i]) << parsed.scenario->id() << i;
      }
      ++scenarios;
    }
  }
  EXPECT_GE(scenarios, 170);
}

TEST(ScenarioTest, TheWorldNamesEachFault) {
  pb::Scenario scenario;
  scenario.set_id("broken");
  scenario.add_persons()->set_person_id("P");
  pb::Institution& institution = *scenario.add_institutions();
  institution.set_institution_id("H");
  institution.set_institution_kind(pb::INSTITUTION_KIND_HOSPITAL);
  *scenario.add_institutions() = institution;
  scenario.add_steps();
  scenario.add_expect();
  scenario.add_expect();
  EXPECT_THAT(
      WorldOf(scenario, EmptyPolicy()),
      StatusIs(absl::StatusCode::kInvalidArgument,
               AllOf(HasSubstr("scenario 'broken'"),
                     HasSubstr("persons[0].birth_date: is required"),
                     HasSubstr("institutions[1]: the institution_id occurs "
                               "twice"),
                     HasSubstr("steps[0]: is none of"),
                     HasSubstr("expect: has 2 entries for 1 steps"))));
}

TEST(ScenarioTest, AReversalFindsItsSettleStep) {
  pb::Scenario scenario;
  scenario.add_steps()->mutable_reverse()->set_settle_request_id("r-1");
  scenario.add_steps()->mutable_reverse()->set_settle_request_id("r-9");
  pb::SettleRequest& settle = *scenario.add_steps()->mutable_settle();
  settle.set_request_id("r-1");
  *settle.mutable_claim() = onestop::testing::FullClaim();
  scenario.add_steps()->mutable_quote();  // malformed: its own result
  ONESTOP_ASSERT_OK_AND_ASSIGN(const ScenarioWorld world,
                               WorldOf(scenario, EmptyPolicy()));
  ASSERT_THAT(world.steps, SizeIs(4));
  const auto& known = std::get<ReverseAsk>(*world.steps[0]);
  EXPECT_EQ(known.person_id, "P-1");
  EXPECT_EQ(known.institution_id, "H-1");
  const auto& unknown = std::get<ReverseAsk>(*world.steps[1]);
  EXPECT_EQ(unknown.person_id, "");
  EXPECT_TRUE(unknown.by_request_id);
  EXPECT_EQ(ResultOfRefusal(world.steps[3].status()).refused(),
            "MALFORMED_REQUEST");
}

TEST(ScenarioTest, ResultsAreOneLineInTheShapeOfExpect) {
  pb::Receipt receipt;
  receipt.mutable_totals()->set_gross_fen(50000);
  pb::SchemePay& pay = *receipt.add_by_scheme();
  pay.set_scheme_id("s");
  pay.set_pay_fen(26400);
  receipt.add_lines()->set_first_scheme("s");
  receipt.add_lines();
  pb::ScenarioResult result;
  result.set_id("a\"b\n");
  *result.add_results() = ResultOfReceipt(receipt);
  *result.add_results() = ResultOfReversal("r-1");
  *result.add_results() = ResultOfReversal("");
  *result.add_results() = ResultOfRefusal(
      MakeError(absl::StatusCode::kNotFound, "ITEM_UNKNOWN", "x"));
  const std::string json = ResultToJson(result);
  EXPECT_THAT(json,
              AllOf(HasSubstr(R"({"id":"a\"b\u000a","results":[{"totals":{)"
                              R"("gross_fen":50000,)"),
                    HasSubstr(R"("by_scheme":{"s":26400})"),
                    HasSubstr(R"("first_scheme":["s",""]})"),
                    HasSubstr(R"({"reversed":"r-1"},{"reversed":""})"),
                    HasSubstr(R"({"refused":"ITEM_UNKNOWN"}]})")));
  pb::ScenarioResult read;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(json, &read).ok());
  EXPECT_THAT(Differences(read.results(0), result.results(0)), IsEmpty());
}

TEST(ScenarioTest, DifferencesAreNamed) {
  const char* settled =
      R"({"totals":{"gross_fen":5,"cash_fen":5},"by_scheme":{"s":0},)"
      R"("first_scheme":["s"]})";
  const struct {
    const char* expected;
    const char* got;
    std::vector<std::string> differences;
  } rows[] = {
      {settled, settled, {}},
      {settled,
       R"({"totals":{"gross_fen":5,"cash_fen":5},"first_scheme":["s"]})",
       {}},
      {settled,
       R"({"totals":{"gross_fen":5,"fund_pay_fen":1,"cash_fen":4},)"
       R"("by_scheme":{"t":1},"first_scheme":[""]})",
       {"totals.fund_pay_fen: expected 0, got 1",
        "totals.cash_fen: expected 5, got 4", "by_scheme.t: expected 0, got 1",
        "first_scheme[0]: expected 's', got ''"}},
      {settled,
       R"({"refused":"YEAR_CLOSED"})",
       {"expected settled, got refused YEAR_CLOSED"}},
      {R"({"refused":"A"})",
       R"({"refused":"B"})",
       {"expected refused A, got refused B"}},
      {R"({"reversed":""})",
       R"({"reversed":"r"})",
       {"expected reversed nothing: the id is closed, got reversed r"}},
      {settled,
       R"({"totals":{"gross_fen":5,"cash_fen":5},"first_scheme":[]})",
       {"first_scheme: expected 1 lines, got 0"}},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(Differences(ExpectOf(row.expected), ExpectOf(row.got)),
              row.differences)
        << row.got;
  }
}

}  // namespace
}  // namespace onestop::wire
