// The thread of a completion queue, without calls.
#include "server/call_thread.h"

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "absl/synchronization/notification.h"

namespace onestop::server {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// Says when it is sent, once.
class Handed final : public AnsweredCall {
 public:
  explicit Handed(std::function<void()> sent) : sent_(std::move(sent)) {}
  void Send() override {
    sent_();
    delete this;
  }

 private:
  const std::function<void()> sent_;
};

class CallThreadTest : public ::testing::Test {
 protected:
  CallThreadTest() {
    grpc::ServerBuilder builder;
    thread_ = std::make_unique<CallThread>(builder.AddCompletionQueue());
    server_ = builder.BuildAndStart();
  }
  ~CallThreadTest() override {
    server_->Shutdown();
    thread_->Shutdown();
  }

  void HandOver(std::function<void()> sent) {
    thread_->HandOver(new Handed(std::move(sent)));
  }

  // From when one call is sent to when another one is that is handed over a
  // moment later.
  steady_clock::duration UntilTheNext(bool gathering) {
    std::array<steady_clock::time_point, 2> at;
    std::array<absl::Notification, 2> sent;
    for (size_t i = 0; i < at.size(); ++i) {
      HandOver([this, gathering, &at = at[i], &sent = sent[i]] {
        if (gathering) thread_->LetGather();
        at = steady_clock::now();
        sent.Notify();
      });
      sent[i].WaitForNotification();
      std::this_thread::sleep_for(milliseconds(1));
    }
    return at[1] - at[0];
  }
  // In order.
  std::vector<steady_clock::duration> Times(bool gathering) {
    std::vector<steady_clock::duration> times;
    for (int i = 0; i < 25; ++i) times.push_back(UntilTheNext(gathering));
    std::sort(times.begin(), times.end());
    return times;
  }

  std::unique_ptr<CallThread> thread_;
  std::unique_ptr<grpc::Server> server_;
};

TEST_F(CallThreadTest, SendsInTheOrderHandedOver) {
  std::vector<int> sent;
  absl::Notification all;
  for (int i = 0; i < 100; ++i) {
    HandOver([&sent, &all, i] {
      sent.push_back(i);
      if (i == 99) all.Notify();
    });
  }
  thread_->Start();
  all.WaitForNotification();
  EXPECT_EQ(sent.size(), 100u);
  EXPECT_TRUE(std::is_sorted(sent.begin(), sent.end()));
}

TEST_F(CallThreadTest, WaitsForMoreOnlyWhereItIsToldTo) {
  thread_->Start();
  // Others may keep the machine busy.
  EXPECT_LT(Times(false).front(), CallThread::kGathering);
  const auto gathering = Times(true);
  EXPECT_GE(gathering[gathering.size() / 2], CallThread::kGathering);
}

}  // namespace
}  // namespace onestop::server
