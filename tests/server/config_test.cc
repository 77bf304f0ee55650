// Flags and environment: right ones are taken, each wrong one is refused with
// a sentence.
#include "server/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "base/error.h"
#include "server/policy_source.h"

namespace onestop::server {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

ParsedConfig Parse(std::vector<const char*> flags) {
  flags.insert(flags.begin(), "onestopd");
  return ParseConfig(static_cast<int>(flags.size()), flags.data());
}

class ConfigTest : public ::testing::Test {
 protected:
  void SetUp() override { unsetenv("ONESTOP_DATABASE_URL"); }
  void TearDown() override {
    unsetenv("ONESTOP_DATABASE_URL");
    unsetenv("ONESTOP_LISTEN");
  }
};

TEST_F(ConfigTest, TakesFlagsAndWhereTheyAreAbsentTheEnvironment) {
  setenv("ONESTOP_DATABASE_URL", "postgresql://env/onestop", 1);
  setenv("ONESTOP_LISTEN", "127.0.0.1:1234", 1);
  const ParsedConfig parsed =
      Parse({"--listen", "127.0.0.1:0", "--insecure", "--today", "2025-03-20"});
  ASSERT_TRUE(parsed.config) << parsed.text;
  EXPECT_EQ(parsed.config->database, "postgresql://env/onestop");
  EXPECT_EQ(parsed.config->listen, "127.0.0.1:0");
  EXPECT_EQ(parsed.config->today, domain::ParseDay("2025-03-20"));
  EXPECT_GE(LaneCount(*parsed.config), 1);
}

TEST_F(ConfigTest, HelpListsEveryFlag) {
  const ParsedConfig parsed = Parse({"--help"});
  EXPECT_EQ(parsed.exit_code, 0);
  for (const char* flag :
       {"--database", "--listen", "--metrics-address", "--lanes", "--workers",
        "--policies", "--allow-assumed", "--insecure", "--today", "--log-level",
        "--drain-seconds", "--stall-seconds", "--ready-file",
        "ONESTOP_DATABASE_URL"}) {
    EXPECT_THAT(parsed.text, HasSubstr(flag));
  }
}

TEST_F(ConfigTest, RefusesWrongValuesWithASentence) {
  struct Case {
    std::vector<const char*> flags;
    const char* says;
  };
  const std::vector<Case> cases = {
      {{"--listen", "127.0.0.1:0"}, "No database is named"},
      {{"--database", "d", "--listen", "here"}, "must be HOST:PORT"},
      {{"--database", "d", "--listen", "127.0.0.1:70000"}, "65535"},
      {{"--database", "d", "--listen", "0.0.0.0:1"}, "--insecure"},
      {{"--database", "d", "--metrics-address", ":"}, "--metrics-address"},
      {{"--database", "d", "--lanes", "100000"}, "number of cores"},
      {{"--database", "d", "--lanes", "two"}, "--lanes"},
      {{"--database", "d", "--workers", "0"}, "1 to 64"},
      {{"--database", "d", "--drain-seconds", "0"}, "--drain-seconds"},
      {{"--database", "d", "--log-level", "loud"}, "debug, info"},
      {{"--database", "d", "--today", "2025-02-30", "--insecure"},
       "YYYY-MM-DD"},
      {{"--database", "d", "--today", "2025-02-03"}, "--insecure"},
      {{"--database", "d", "--no-such-flag"}, "--no-such-flag"},
  };
  for (const Case& wrong : cases) {
    const ParsedConfig parsed = Parse(wrong.flags);
    EXPECT_FALSE(parsed.config) << wrong.says;
    EXPECT_EQ(parsed.exit_code, 2);
    EXPECT_THAT(parsed.text, HasSubstr(wrong.says));
  }
}

TEST_F(ConfigTest, AMisspeltFlagDoesNotShowWhatStandsBehindIt) {
  for (const ParsedConfig& parsed :
       {Parse({"--databse", "postgresql://u:s3cret@h/db"}),
        Parse({"--databse=postgresql://u:s3cret@h/db"})}) {
    EXPECT_EQ(parsed.exit_code, 2);
    EXPECT_THAT(parsed.text, HasSubstr("--databse"));
    EXPECT_THAT(parsed.text, Not(HasSubstr("s3cret")));
  }
  EXPECT_THAT(Parse({"s3cret"}).text, Not(HasSubstr("s3cret")));
}

TEST_F(ConfigTest, RefusesAssumedFiguresUnlessAllowed) {
  Config config;
  config.policies = "policies";
  const auto refused = LoadPolicy(config);
  EXPECT_EQ(ErrorReason(refused.status()), "POLICY_ASSUMED");
  EXPECT_THAT(std::string(refused.status().message()),
              HasSubstr("onestop policy check policies"));
  config.allow_assumed = true;
  EXPECT_TRUE(LoadPolicy(config).ok());
  config.policies.clear();  // Built in: the same files.
  const auto embedded = LoadPolicy(config);
  ASSERT_TRUE(embedded.ok()) << embedded.status();
  config.policies = "policies";
  EXPECT_EQ(embedded->policy->revision(),
            LoadPolicy(config)->policy->revision());
}

}  // namespace
}  // namespace onestop::server
