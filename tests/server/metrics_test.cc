// docs/metrics.md lists exactly what is exposed.
#include "server/metrics.h"

#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include "server/server.h"
#include "storage/mem_books.h"
#include "storage/mem_store.h"
#include "tests/server/server_world.h"

namespace onestop::server {
namespace {

std::set<std::string> NamesInTheDocument() {
  std::ifstream file("docs/metrics.md");
  std::stringstream text;
  text << file.rdbuf();
  const std::string all = text.str();
  // Rows of the tables begin with the name.
  const std::regex row("\n\\| `(onestop_[a-z_]+)` \\|");
  std::set<std::string> names;
  for (auto match = std::sregex_iterator(all.begin(), all.end(), row);
       match != std::sregex_iterator(); ++match) {
    names.insert((*match)[1]);
  }
  return names;
}

TEST(MetricsTest, TheDocumentListsWhatIsExposed) {
  StartLog("off");
  storage::MemDatabase database;
  Config config = testing::TestConfig();
  config.metrics_address = "127.0.0.1:0";
  storage::MemReconciliations reconciliations;
  const auto server = Server::Start(
      config, testing::TestPolicy(),
      [&database] { return std::make_unique<storage::MemStore>(database); },
      [&database, &reconciliations] {
        return std::make_unique<storage::MemBooks>(database, reconciliations);
      });
  ASSERT_TRUE(server.ok()) << server.status();
  testing::Client client((*server)->port());
  testing::LoadWorld(client);
  ASSERT_TRUE(client.Settle(testing::SettleRow("1", "E0", 5'000)).ok());
  std::set<std::string> exposed;
  double settled = 0;
  for (const auto& family : (*server)->metrics().Collect()) {
    EXPECT_TRUE(exposed.insert(family.name).second) << family.name;
    EXPECT_FALSE(family.help.empty()) << family.name;
    if (family.name != "onestop_requests_total") continue;
    for (const auto& metric : family.metric) settled += metric.counter.value;
  }
  EXPECT_EQ(exposed, NamesInTheDocument());
  EXPECT_EQ(settled, 1);
  EXPECT_GT((*server)->metrics_port(), 0);
}

}  // namespace
}  // namespace onestop::server
