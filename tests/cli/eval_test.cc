// Offline evaluation: what it prints, how it compares, what it says of bad
// input; and the demonstration day, which needs no server to be right.
#include "cli/eval.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "cli/exit_code.h"
#include "cli/scenario_files.h"
#include "tests/cli/run.h"
#include "tests/support/status_matchers.h"
#include "wire/scenario.h"

namespace onestop::cli {
namespace {

namespace pb = ::onestop::v1;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// One person, one hospital, one item, one settle of 500.00.
std::string Scenario(const std::string& more) {
  return R"({"id":"s","persons":[{"person_id":"P","birth_date":"1980-05-05",
    "pooling_region":"530100","insurance_type":"INSURANCE_TYPE_EMPLOYEE",
    "person_category":"PERSON_CATEGORY_RETIRED"}],
    "institutions":[{"institution_id":"H","level":3,"region":"530100",
    "institution_kind":"INSTITUTION_KIND_HOSPITAL"}],
    "items":[{"item_code":"A","item_class":"ITEM_CLASS_A"}],
    "steps":[{"settle":{"request_id":"r1","claim":{"person_id":"P",
    "institution_id":"H","encounter_id":"E","service_date":"2025-03-10",
    "lines":[{"line_id":"1","item_code":"A","quantity":"1",
    "amount_fen":50000}]}}})" +
         more + "}";
}

std::string Right() {
  return R"(],"expect":[{"totals":{"gross_fen":50000,"in_scope_fen":50000,
    "deductible_fen":6000,"scheme_pay_fen":26400,"fund_pay_fen":26400,
    "personal_fen":23600,"cash_fen":23600},
    "by_scheme":{"yn-outpatient-employee":26400},
    "first_scheme":["yn-outpatient-employee"]}])";
}

TEST(Eval, PrintsOneObjectAScenario) {
  const ScratchFile file(Scenario("]"));
  const Ran ran = RunOnestop({"eval", file.path()});
  EXPECT_EQ(ran.code, kExitOk);
  EXPECT_THAT(ran.out, ::testing::StartsWith(R"({"id":"s","results":[{)"));
  EXPECT_THAT(ran.out, AllOf(HasSubstr(R"("scheme_pay_fen":26400)"),
                             HasSubstr(R"("yn-outpatient-employee":26400)")));
  EXPECT_EQ(std::count(ran.out.begin(), ran.out.end(), '\n'), 1);
}

TEST(Eval, ReadsListsAndJsonLinesFromSeveralFiles) {
  const std::string one = Scenario("]");
  const ScratchFile list("[" + one + "," + one + "]");
  const ScratchFile lines(one + "\n" + one + "\n");
  const Ran ran = RunOnestop({"eval", list.path(), lines.path()});
  EXPECT_EQ(ran.code, kExitOk);
  EXPECT_EQ(std::count(ran.out.begin(), ran.out.end(), '\n'), 4);
}

TEST(EvalCheck, AgreesSilently) {
  const ScratchFile file(Scenario(Right()));
  const Ran ran = RunOnestop({"eval", "--check", file.path()});
  EXPECT_EQ(ran.code, kExitOk);
  EXPECT_EQ(ran.out, "1 scenarios, 1 steps, 0 differences\n");
}

TEST(EvalCheck, NamesScenarioStepFieldAndBothAmounts) {
  std::string text = Scenario(Right());
  text.replace(text.find("\"cash_fen\":23600"), 16, "\"cash_fen\":23601");
  const ScratchFile file(text);
  const Ran ran = RunOnestop({"eval", "--check", file.path()});
  EXPECT_EQ(ran.code, kExitRefused);
  EXPECT_THAT(ran.out, AllOf(HasSubstr(": s: step 1: "), HasSubstr("cash_fen"),
                             HasSubstr("23600"), HasSubstr("23601"),
                             HasSubstr("1 scenarios, 1 steps, 1 differences")));
}

TEST(EvalCheck, CannotPassWithoutExpectations) {
  const ScratchFile file(Scenario("]"));
  const Ran ran = RunOnestop({"eval", "--check", file.path()});
  EXPECT_EQ(ran.code, kExitRefused);
  EXPECT_THAT(ran.out, HasSubstr("1 steps but 0 expectations"));
}

struct BadInput {
  std::string name;
  std::string text;
  std::string said;
};

TEST(Eval, RefusesBadInputWithASentence) {
  const std::vector<BadInput> cases = {
      {"not JSON", "hello", "a scenario begins with"},
      {"cut short", R"({"id":"s","persons":[)", ""},
      {"unknown field", R"({"id":"s","stepz":[]})", "stepz"},
      {"wrong type", R"({"id":"s","persons":5})", ""},
      {"nothing", "", ""},
      {"bad world",
       R"({"id":"s","persons":[{"person_id":"P","birth_date":"1980-02-30"}]})",
       "persons[0]"}};
  for (const BadInput& c : cases) {
    const ScratchFile file(c.text);
    const Ran ran = RunOnestop({"eval", file.path()});
    EXPECT_EQ(ran.code, kExitUsage) << c.name;
    EXPECT_THAT(ran.err, AllOf(HasSubstr(file.path()), HasSubstr(c.said)))
        << c.name;
    EXPECT_THAT(ran.out, IsEmpty()) << c.name;
  }
}

TEST(Eval, GoesOnAfterABadScenario) {
  const ScratchFile file("[{\"stepz\":1}," + Scenario(Right()) + "]");
  const Ran ran = RunOnestop({"eval", "--check", file.path()});
  EXPECT_EQ(ran.code, kExitUsage);
  EXPECT_THAT(ran.out, HasSubstr("1 scenarios, 1 steps, 0 differences"));
}

TEST(Eval, SaysWhichFileIsMissing) {
  const Ran ran = RunOnestop({"eval", "/no/such/file.json"});
  EXPECT_EQ(ran.code, kExitUsage);
  EXPECT_THAT(ran.err, AllOf(HasSubstr("/no/such/file.json"),
                             HasSubstr("No such file")));
}

TEST(Eval, SaysWhatIsWrongWithAPolicyFolder) {
  const ScratchFile file(Scenario("]"));
  const Ran ran =
      RunOnestop({"eval", "--policies", "/no/such/folder", file.path()});
  EXPECT_EQ(ran.code, kExitUsage);
  EXPECT_THAT(ran.err, HasSubstr("/no/such/folder"));
}

TEST(Eval, TakesTheGivenPolicies) {
  const ScratchFile file(Scenario(Right()));
  const Ran ran =
      RunOnestop({"eval", "--check", "--policies", "policies", file.path()});
  EXPECT_EQ(ran.code, kExitOk) << ran.out << ran.err;
}

TEST(Eval, AMalformedStepIsRefusedAndTheRestGoesOn) {
  const ScratchFile file(Scenario(
      R"(,{"settle":{"request_id":"r2","claim":{"person_id":"P"}}},
         {"reverse":{"settle_request_id":"r1"}},
         {"reverse":{"settle_request_id":"r1"}},
         {"reverse":{"settle_request_id":"never"}}])"));
  const Ran ran = RunOnestop({"eval", file.path()});
  EXPECT_EQ(ran.code, kExitOk) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr(R"({"refused":"MALFORMED_REQUEST"},)"
                                 R"({"reversed":"r1"},{"reversed":"r1"},)"
                                 R"({"reversed":""})"));
}

TEST(Eval, AReplacementIsSettledWithItsReversalOrNeitherIs) {
  const std::string replacement =
      R"("replacement":{"request_id":"r2","claim":{"person_id":"P",
      "institution_id":"H","encounter_id":"E","service_date":"2025-03-10",
      "lines":[{"line_id":"1","item_code":"ITEM","quantity":"1",
      "amount_fen":20000}]}})";
  const auto reverse = [&](const std::string& item) {
    std::string text = replacement;
    text.replace(text.find("ITEM"), 4, item);
    return R"(,{"reverse":{"settle_request_id":"r1",)" + text + "}}";
  };
  const std::string again =
      R"(,{"settle":)" + replacement.substr(replacement.find(':') + 1) + "}";
  std::string retry = again;
  retry.replace(retry.find("ITEM"), 4, "A");
  const ScratchFile file(
      Scenario(reverse("UNKNOWN") + reverse("A") + retry + "]"));
  const Ran ran = RunOnestop({"eval", file.path()});
  EXPECT_EQ(ran.code, kExitOk) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr(R"({"refused":"ITEM_UNKNOWN"},)"
                                 R"({"reversed":"r1"},)"));
  // (200 - 60) * 60 %: the visit's deductible came back with the reversal.
  EXPECT_THAT(ran.out, HasSubstr(R"("scheme_pay_fen":8400)"));
}

// The demonstration's own expectations, without a server.
TEST(DemonstrationDay, ComesOutAsExpectedAndEverySchemePays) {
  auto day = ReadScenarioFiles({"demo/catalog.json", "demo/institutions.json",
                                "demo/persons.json", "demo/day.json"});
  ASSERT_THAT(day, IsOk());
  const auto policy = LoadPolicy("");
  ASSERT_THAT(policy, IsOk());
  const auto result = RunScenario(*day, *policy);
  ASSERT_THAT(result, IsOk());
  ASSERT_EQ(result->results_size(), day->expect_size());
  std::set<std::string> paid;
  for (int i = 0; i < day->expect_size(); ++i) {
    EXPECT_THAT(wire::Differences(day->expect(i), result->results(i)),
                IsEmpty())
        << "step " << i + 1;
    for (const auto& [scheme, fen] : result->results(i).by_scheme()) {
      if (fen > 0) paid.insert(scheme);
    }
  }
  EXPECT_THAT(paid, SizeIs(11));
}

TEST(DemonstrationCatalog, HoldsTheWholeCityList) {
  const auto catalog = ReadScenarioFiles({"demo/catalog.json"});
  ASSERT_THAT(catalog, IsOk());
  std::map<std::string, int64_t> limits;
  for (const pb::Item& item : catalog->items()) {
    for (const pb::ListMembership& list : item.lists()) {
      EXPECT_EQ(list.list(), "city-negotiated");
      limits[item.name()] = list.annual_limit_fen();
    }
  }
  EXPECT_THAT(limits, SizeIs(23));
  EXPECT_EQ(limits["麦格司他"], 28'100'000);
  EXPECT_EQ(limits["阿达木单抗"], 2'000'000);
  EXPECT_EQ(limits["奥马珠单抗"], 5'100'000);
}

}  // namespace
}  // namespace onestop::cli
