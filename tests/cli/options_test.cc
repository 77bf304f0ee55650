// Command lines that are wrong: what is said, what is suggested; JSON in and
// out is the same for every verb.
#include "cli/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cli/completion.h"
#include "cli/exit_code.h"
#include "cli/verbs.h"
#include "tests/cli/run.h"

namespace onestop::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct WrongLine {
  std::vector<std::string> words;
  std::string said;
};

TEST(Usage, SaysWhatIsWrongAndWhatWasMeant) {
  const std::vector<WrongLine> lines = {
      {{}, "onestop: say what to do: quote, settle, "},
      {{"foo"}, "onestop: there is no 'foo'\n"},
      {{"setle"}, "onestop: there is no 'setle'; did you mean 'settle'?\n"},
      {{"elig"}, "did you mean 'eligibility'?"},
      {{"import"}, "onestop import: say what to do: institutions, items, "},
      {{"import", "person"},
       "onestop import: there is no 'person'; did you mean 'persons'?\n"},
      {{"registration", "remove"}, "there is no 'remove'"},
      {{"show", "--persn", "P"},
       "onestop show: there is no option --persn; did you mean '--person'?"},
      {{"show", "--zzz=1"}, "there is no option --zzz\n"},
      {{"show"}, "--person is required"},
      {{"settle", "--expected-cash", "-1"},
       "--expected-cash: '-1' is not a whole number from 0 to 1000000000000\n"},
      {{"list", "--limit", "-1"}, "'-1' is not a whole number from 0 to"},
      {{"list", "--limit", "1.5"}, "'1.5' is not a whole number"},
      {{"ledger", "P", "--year", "soon"},
       "'soon' is not a whole number from 0 to 2999"},
      {{"settle", "--deadline", "0"},
       "--deadline: '0' is not a time from 0.001 to 86400 seconds"},
      {{"settle", "--output", "jsn"},
       "'jsn' is not one of text, json; did you mean 'json'?"},
      {{"register", "--title", "boss"},
       "--title: 'boss' is not one of junior, intermediate, associate-senior, "
       "senior"},
      {{"settle", "--json"},
       "onestop settle: --json: say which FILE holds the request, or -; for an "
       "answer in JSON say --output json\n"},
      {{"reverse", "--json", "--lang", "en"},
       "onestop reverse: --json: say which FILE"},
      {{"ledger", "--year", "2025"}, "onestop ledger: --person is required\n"},
      {{"register", "--kind", "pet"}, "'pet' is not one of treatment, "},
      {{"list", "--insurance", "2"}, "'2' is not one of employee, resident\n"}};
  for (const WrongLine& line : lines) {
    const Ran ran = RunOnestop(line.words);
    EXPECT_EQ(ran.code, kExitUsage) << line.said;
    EXPECT_EQ(ran.out, "") << line.said;
    EXPECT_THAT(ran.err, HasSubstr(line.said));
    EXPECT_THAT(ran.err, HasSubstr(" --help for more."));
  }
}

TEST(Usage, HelpShowsWordsAndNoInternals) {
  for (const char* verb : {"register", "list", "settle"}) {
    const Ran help = RunOnestop({verb, "--help"});
    EXPECT_THAT(help.out, Not(HasSubstr("->"))) << verb;
    EXPECT_THAT(help.out, Not(HasSubstr(":value in"))) << verb;
  }
  EXPECT_THAT(RunOnestop({"register", "--help"}).out,
              HasSubstr("--title junior|intermediate|associate-senior|senior"));
}

// Verbs below verbs are named by the one that runs.
TEST(Json, EveryVerbPrintsItAndTakesARequestWhereItReadsOne) {
  CLI::App app;
  Chosen chosen;
  AddAllVerbs(app, chosen);
  for (const CompletedVerb& verb : CompletedVerbs(app)) {
    if (!verb.verbs.empty() || verb.path == "onestop completion") continue;
    const auto option = [&verb](const std::string& name) {
      for (const CompletedOption& found : verb.options) {
        if (found.names.front() == name) return found;
      }
      ADD_FAILURE() << verb.path << " has no " << name;
      return CompletedOption();
    };
    EXPECT_THAT(option("--output").value.words,
                ::testing::ElementsAre("text", "json"));
    // A request is a file; without one the option stands alone.
    const CompletedOption json = option("--json");
    EXPECT_EQ(json.takes_value, json.value.file) << verb.path;
    EXPECT_EQ(json.help == "The same as --output json", !json.takes_value)
        << verb.path;
  }
}

}  // namespace
}  // namespace onestop::cli
