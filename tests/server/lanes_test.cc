// Lanes with their threads: everything accepted is answered, whatever the end.
#include "server/lanes.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "base/error.h"
#include "base/limits.h"
#include "server/workers.h"
#include "tests/server/lane_world.h"

namespace onestop::server {
namespace {

using testing::PlainClaim;
using testing::TestRequest;

constexpr int kLanes = 2;
constexpr int kSenders = 3;
constexpr int kRequests = 200;  // a sender

domain::Moment Now() { return {testing::D("2025-03-20"), 1}; }

std::vector<std::unique_ptr<storage::Store>> Stores(
    storage::MemDatabase& database, int count) {
  std::vector<std::unique_ptr<storage::Store>> stores;
  for (int i = 0; i < count; ++i) {
    stores.push_back(std::make_unique<storage::MemStore>(database));
  }
  return stores;
}

TEST(LanesTest, DrainAnswersEverythingThatWasAccepted) {
  storage::MemDatabase database;
  storage::MemStore store(database);
  for (int i = 0; i < 8; ++i) {
    storage::PersonWrite write{testing::InService(absl::StrCat("P", i))};
    write.person.version = 0;
    ASSERT_TRUE(store.PutPersons({&write, 1}).ok());
  }
  Lanes lanes(Stores(database, kLanes),
              testing::SnapshotOf(testing::SmallCatalog()), Now);
  std::vector<std::vector<std::unique_ptr<TestRequest>>> sent(kSenders);
  std::atomic<int> refused{0};
  std::vector<std::thread> senders;
  for (int sender = 0; sender < kSenders; ++sender) {
    senders.emplace_back([&lanes, &refused, &mine = sent[sender], sender] {
      for (int i = 0; i < kRequests; ++i) {
        auto request =
            TestRequest::Settle(absl::StrCat(sender, "-", i),
                                PlainClaim(absl::StrCat("P", i % 8), 100));
        const absl::Status taken = lanes.Submit(request.get());
        if (taken.ok()) {
          mine.push_back(std::move(request));
        } else {
          EXPECT_EQ(ErrorReason(taken), "DRAINING");
          ++refused;
        }
      }
    });
  }
  lanes.Publish(testing::SnapshotOf(testing::SmallCatalog()));
  senders.front().join();
  lanes.Drain();
  for (int sender = 1; sender < kSenders; ++sender) senders[sender].join();
  size_t settled = 0;
  for (const auto& mine : sent) {
    settled += mine.size();
    for (const auto& request : mine) {
      EXPECT_TRUE(request->Bytes().starts_with("settled"));
    }
  }
  EXPECT_EQ(settled + refused, kSenders * kRequests);
  EXPECT_GE(settled, static_cast<size_t>(kRequests));
  uint64_t records = 0;
  for (int lane = 0; lane < kLanes; ++lane) {
    records += lanes.stats(lane).records.Get();
  }
  EXPECT_EQ(records, settled);
}

TEST(WorkersTest, DrainRunsWhatWasAcceptedAndRefusesTheRest) {
  storage::MemDatabase database;
  Workers workers(Stores(database, 2));
  std::atomic<int> ran{0};
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(workers.Submit(1, [&ran](storage::Store&) { ++ran; }).ok());
  }
  workers.Drain();
  EXPECT_EQ(ran, 100);
  EXPECT_TRUE(workers.draining());
  EXPECT_EQ(ErrorReason(workers.Submit(1, [](storage::Store&) {})), "DRAINING");
}

TEST(WorkersTest, RefusesWhatItsMemoryDoesNotHold) {
  storage::MemDatabase database;
  Workers workers(Stores(database, 1));
  absl::Notification go;
  const auto wait = [&go](storage::Store&) { go.WaitForNotification(); };
  ASSERT_TRUE(workers.Submit(limits::kWorkerHeldBytes - 1, wait).ok());
  EXPECT_EQ(ErrorReason(workers.Submit(2, wait)), "OVERLOADED");
  EXPECT_TRUE(workers.Submit(1, wait).ok());
  go.Notify();
  while (workers.held_bytes() > 0) std::this_thread::yield();
  EXPECT_TRUE(workers.Submit(2, wait).ok());
}

}  // namespace
}  // namespace onestop::server
