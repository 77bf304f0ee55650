// The real process on PostgreSQL: killed in the middle of a stream of settles
// and started again, it has settled each claim exactly once; told to stop, it
// answers what it accepted.
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/server/process.h"
#include "tests/server/server_world.h"
#include "tests/storage/test_database.h"

namespace onestop::server {
namespace {

using testing::Binary;
using testing::Client;
using testing::Daemon;
using testing::SettleRow;
using testing::Spawn;
using testing::Wait;

constexpr int kSenders = 4;
constexpr int kKills = 3;
constexpr int kMostRequests = 4'000;  // a sender
constexpr std::chrono::milliseconds kBeforeKill{300};

// Sends settles until the server is gone; keeps what was answered.
class Senders {
 public:
  void Start(int port) {
    for (int sender = 0; sender < kSenders; ++sender) {
      threads_.emplace_back([this, port, sender] {
        Client client(port);
        for (int& i = next_[sender]; i < kMostRequests; ++i) {
          const pb::SettleRequest request = Request(sender, i);
          const auto answer = client.Settle(request);
          const std::lock_guard<std::mutex> lock(mutex_);
          std::string& known = answers_[request.request_id()];
          if (!answer.ok()) {
            EXPECT_TRUE(absl::IsUnavailable(answer.status()) ||
                        absl::IsCancelled(answer.status()))
                << answer.status();
            ++i;  // Its answer is lost; it is retried at the end.
            return;
          }
          known = *answer;
        }
      });
    }
  }
  void Join() {
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

  // Everything again: what was answered gets the same bytes.
  void RetryAll(int port) {
    Client client(port);
    for (int sender = 0; sender < kSenders; ++sender) {
      for (int i = 0; i < next_[sender]; ++i) {
        const pb::SettleRequest request = Request(sender, i);
        const auto answer = client.Settle(request);
        ASSERT_TRUE(answer.ok()) << answer.status();
        std::string& known = answers_[request.request_id()];
        if (known.empty()) {
          ++lost_;
        } else {
          EXPECT_EQ(*answer, known);
        }
        known = *answer;
      }
    }
  }

  size_t sent() const { return answers_.size(); }
  int lost() const { return lost_; }

 private:
  static pb::SettleRequest Request(int sender, int i) {
    return SettleRow(absl::StrCat("kill-", sender, "-", i),
                     absl::StrCat("E", i % 10), 1'000 + i);
  }

  std::mutex mutex_;
  std::map<std::string, std::string> answers_;  // empty: lost
  int next_[kSenders] = {};
  int lost_ = 0;
  std::vector<std::thread> threads_;
};

class KillTest : public ::testing::Test {
 protected:
  void SetUp() override {
    database_ = storage::TestDatabase::Get();
    if (database_ == nullptr) {
      GTEST_SKIP() << storage::TestDatabase::kWhySkipped;
    }
    database_->Clear();
  }
  void ExpectSettledOnce(size_t count) {
    EXPECT_EQ(database_->QueryOne("SELECT count(*) FROM settlement"),
              absl::StrCat(count));
    EXPECT_EQ(Wait(Spawn({Binary("onestop"), "verify", "--database",
                          database_->conninfo()})),
              0);
  }

  storage::TestDatabase* database_ = nullptr;
};

TEST_F(KillTest, EachClaimIsSettledExactlyOnce) {
  Senders senders;
  for (int round = 0; round < kKills; ++round) {
    Daemon daemon(database_->conninfo());
    Client client(daemon.port());
    if (round == 0) testing::LoadWorld(client);
    senders.Start(daemon.port());
    std::this_thread::sleep_for(kBeforeKill);
    EXPECT_EQ(daemon.Stop(SIGKILL), -1);
    senders.Join();
  }
  EXPECT_GT(senders.sent(), static_cast<size_t>(kSenders * kKills));
  Daemon daemon(database_->conninfo());
  senders.RetryAll(daemon.port());
  EXPECT_GT(senders.lost(), 0);
  ExpectSettledOnce(senders.sent());
  EXPECT_EQ(daemon.Stop(SIGTERM), 0);
}

TEST_F(KillTest, SigtermAnswersWhatWasAccepted) {
  Senders senders;
  {
    Daemon daemon(database_->conninfo());
    Client client(daemon.port());
    testing::LoadWorld(client);
    senders.Start(daemon.port());
    std::this_thread::sleep_for(kBeforeKill);
    EXPECT_EQ(daemon.Stop(SIGTERM), 0);
    senders.Join();
  }
  Daemon daemon(database_->conninfo());
  senders.RetryAll(daemon.port());
  ExpectSettledOnce(senders.sent());
}

TEST_F(KillTest, AWrongFlagEndsWithTwo) {
  EXPECT_EQ(
      Wait(Spawn({Binary("onestopd"), "--database", "d", "--workers", "none"})),
      2);
}

}  // namespace
}  // namespace onestop::server
