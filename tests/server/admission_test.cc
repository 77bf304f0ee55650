// The door: what is taken, what is refused, and that every place comes back.
#include "server/admission.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "server/lane_request.h"

namespace onestop::server {
namespace {

constexpr int64_t kLimit = 100;

class AdmissionTest : public ::testing::Test {
 protected:
  // Whether it was taken; if so it stays under way.
  bool Enter(const std::string& institution, size_t bytes = 100,
             int64_t deadline_ms = kNoDeadline) {
    auto ticket = std::make_unique<Admission::Ticket>();
    if (!door_.Enter(institution, bytes, deadline_ms, *ticket)) return false;
    under_way_.push_back(std::move(ticket));
    return true;
  }
  int Flood(const std::string& institution, int count) {
    int taken = 0;
    for (int i = 0; i < count; ++i) taken += Enter(institution) ? 1 : 0;
    return taken;
  }
  static int64_t InMillis(int64_t millis) {
    return std::chrono::system_clock::now().time_since_epoch() /
               std::chrono::milliseconds(1) +
           millis;
  }

  int64_t limit_ = kLimit;
  Admission door_{[this] { return limit_; }};
  std::vector<std::unique_ptr<Admission::Ticket>> under_way_;
};

TEST_F(AdmissionTest, OneInstitutionAloneMayUseTheWholeLimit) {
  EXPECT_EQ(Flood("H1", 1000), kLimit);
}

TEST_F(AdmissionTest, AFloodDoesNotShutTheOthersOut) {
  EXPECT_EQ(Flood("H1", 1000), kLimit);
  for (int i = 0; i < 20; ++i) {
    EXPECT_TRUE(Enter(absl::StrCat("P", i))) << i;
  }
  EXPECT_FALSE(Enter("H1"));
}

TEST_F(AdmissionTest, FloodsShareTheLimit) {
  int first = 0;
  int second = 0;
  for (int i = 0; i < 1000; ++i) {
    first += Enter("H1") ? 1 : 0;
    second += Enter("H2") ? 1 : 0;
  }
  EXPECT_EQ(first, kLimit / 2);
  EXPECT_EQ(second, kLimit / 2);
}

TEST_F(AdmissionTest, HoweverManySendTheSumIsBounded) {
  int taken = 0;
  for (int i = 0; i < 1000; ++i) {
    taken += Enter(absl::StrCat("H", i)) ? 1 : 0;
  }
  EXPECT_EQ(taken, 2 * kLimit);
}

TEST_F(AdmissionTest, WhatWouldComeTooLateIsRefusedAtOnce) {
  EXPECT_EQ(Flood("H1", kLimit / 2), kLimit / 2);
  // Half of the limit waits half of the longest time.
  EXPECT_FALSE(Enter("H2", 100, InMillis(limits::kMostWaitMs / 4)));
  EXPECT_TRUE(Enter("H2", 100, InMillis(limits::kMostWaitMs * 10)));
}

TEST_F(AdmissionTest, ASlowerDatabaseClosesTheDoorEarlier) {
  EXPECT_EQ(Flood("H1", 60), 60);
  limit_ = 10;
  EXPECT_FALSE(Enter("H2"));
}

TEST_F(AdmissionTest, BytesAreBounded) {
  constexpr size_t kMiB = 1 << 20;
  size_t taken = 0;
  limit_ = 1'000'000;
  while (Enter("H1", kMiB)) ++taken;
  EXPECT_GT(taken, 10u);
  EXPECT_LE(taken * kMiB, static_cast<size_t>(limits::kHeldBytes) + kMiB);
  // An answer is smaller than what it took to make it.
  under_way_.front()->Hold(1);
  under_way_[1]->Hold(1);
  EXPECT_TRUE(Enter("H1", kMiB));
}

TEST_F(AdmissionTest, WhoHoldsMuchDoesNotShutTheOthersOut) {
  constexpr size_t kMiB = 1 << 20;
  limit_ = 1'000'000;
  while (Enter("H1", kMiB)) {
  }
  for (int i = 0; i < 20; ++i) {
    EXPECT_TRUE(Enter(absl::StrCat("P", i), 10'000)) << i;
  }
}

TEST_F(AdmissionTest, EveryPlaceComesBack) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([this, t] {
      for (int i = 0; i < 20'000; ++i) {
        Admission::Ticket ticket;
        const std::string institution = absl::StrCat("H", (t + i) % 3);
        if (door_.Enter(institution, 1'000, kNoDeadline, ticket)) {
          ticket.Hold(static_cast<size_t>(i % 77));
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(door_.under_way(), 0);
  EXPECT_EQ(door_.held_bytes(), 0);
  EXPECT_EQ(door_.institutions(), 0);
  EXPECT_EQ(Flood("H1", 1000), kLimit);
}

}  // namespace
}  // namespace onestop::server
