// The completion scripts: each verb and option is in each of them, and bash
// completes with its own.
#include "cli/completion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <memory>
#include <string>

#include "cli/exit_code.h"
#include "cli/text.h"
#include "tests/cli/run.h"

namespace onestop::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string Script(const std::string& shell) {
  const Ran ran = RunOnestop({"completion", shell});
  EXPECT_EQ(ran.code, kExitOk) << ran.err;
  return ran.out;
}

struct CloseCommand {
  void operator()(std::FILE* command) const { pclose(command); }
};

// What bash offers for the words, the last one being typed.
std::string Offered(const std::string& words) {
  const ScratchFile script(
      Cat(Script("bash"), "COMP_WORDS=(", words,
          ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_onestop\n"
          "echo \"${COMPREPLY[*]}\"\n"));
  const std::unique_ptr<std::FILE, CloseCommand> bash(
      popen(Cat("bash ", script.path(), " 2>&1").c_str(), "r"));
  std::array<char, 4096> text = {};
  const size_t size = std::fread(text.data(), 1, text.size() - 1, bash.get());
  return {text.data(), size};
}

TEST(Completion, EveryVerbAndOptionIsInEveryScript) {
  CLI::App app;
  Chosen chosen;
  AddAllVerbs(app, chosen);
  const auto verbs = CompletedVerbs(app);
  EXPECT_GT(verbs.size(), 18u);
  const std::string bash = Script("bash");
  const std::string zsh = Script("zsh");
  const std::string fish = Script("fish");
  for (const CompletedVerb& verb : verbs) {
    EXPECT_THAT(bash, HasSubstr(Cat("'", verb.path, "')")));
    EXPECT_THAT(zsh, HasSubstr(Cat("('", verb.path, "')")));
    EXPECT_THAT(fish, HasSubstr(Cat("__onestop_at \"", verb.path, "\"")));
    for (const CompletedOption& option : verb.options) {
      for (const std::string& name : option.names) {
        EXPECT_THAT(bash, HasSubstr(name)) << verb.path;
        EXPECT_THAT(zsh, HasSubstr(Cat("'", name, ":"))) << verb.path;
        EXPECT_THAT(fish,
                    HasSubstr(Cat(name.starts_with("--") ? " -l " : " -s ",
                                  name.substr(name.starts_with("--") ? 2 : 1))))
            << verb.path;
      }
    }
  }
}

TEST(Completion, BashOffersVerbsOptionsAndValues) {
  EXPECT_THAT(
      Offered("onestop ''"),
      AllOf(HasSubstr("settle"), HasSubstr("import"), HasSubstr("--help")));
  EXPECT_EQ(Offered("onestop se"), "settle\n");
  EXPECT_THAT(Offered("onestop import ''"), HasSubstr("designations"));
  EXPECT_EQ(Offered("onestop import persons --form"), "--format\n");
  EXPECT_EQ(Offered("onestop import persons --format ''"), "csv jsonl\n");
  EXPECT_EQ(Offered("onestop --lang x import accounts --lang e"), "en\n");
  EXPECT_EQ(Offered("onestop completion f"), "fish\n");
  EXPECT_EQ(Offered("onestop import persons CMakeLi"), "CMakeLists.txt\n");
  EXPECT_EQ(Offered("onestop import persons --server ''"), "\n");
}

TEST(Completion, AnotherShellIsRefused) {
  EXPECT_EQ(RunOnestop({"completion", "csh"}).code, kExitUsage);
  EXPECT_EQ(RunOnestop({"completion"}).code, kExitUsage);
}

}  // namespace
}  // namespace onestop::cli
