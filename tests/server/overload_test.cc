// A server whose lane does not keep up: what waited too long, what is refused.
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "server/call_thread.h"
#include "server/log.h"
#include "server/server.h"
#include "storage/mem_books.h"
#include "storage/mem_store.h"
#include "tests/server/server_world.h"

namespace onestop::server {
namespace {

using testing::ClaimRow;
using testing::Client;
using testing::SettleRow;

// A store that keeps a lane waiting until it is let go.
class GatedStore final : public storage::MemStore {
 public:
  struct Gate {
    std::atomic<bool> closed{false};
    std::atomic<bool> reached{false};  // while it was closed
  };

  GatedStore(storage::MemDatabase& database, Gate& gate)
      : MemStore(database), gate_(gate) {}
  absl::StatusOr<storage::Gathered> Gather(
      const storage::GatherKeys& keys) override {
    while (gate_.closed) {
      gate_.reached = true;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return MemStore::Gather(keys);
  }

 private:
  Gate& gate_;
};

// A server with one lane, whose store may keep it waiting.
class GatedTest : public ::testing::Test {
 protected:
  GatedTest() {
    StartLog("off");
    Config config = testing::TestConfig();
    config.lanes = 1;
    auto server = Server::Start(
        config, testing::TestPolicy(),
        [this] { return std::make_unique<GatedStore>(database_, gate_); },
        [this] {
          return std::make_unique<storage::MemBooks>(database_,
                                                     reconciliations_);
        });
    EXPECT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    client_ = std::make_unique<Client>(server_->port());
    testing::LoadWorld(*client_);
  }
  ~GatedTest() override { gate_.closed = false; }

  static pb::QuoteRequest QuoteRow() {
    pb::QuoteRequest quote;
    *quote.mutable_claim() = ClaimRow("E0", 100);
    return quote;
  }
  // So far, of all methods.
  double Answers(const std::string& outcome) {
    double answers = 0;
    for (const auto& family : server_->metrics().Collect()) {
      if (family.name != "onestop_requests_total") continue;
      for (const auto& metric : family.metric) {
        for (const auto& label : metric.label) {
          if (label.value == outcome) answers += metric.counter.value;
        }
      }
    }
    return answers;
  }

  storage::MemDatabase database_;
  storage::MemReconciliations reconciliations_;
  GatedStore::Gate gate_;
  std::unique_ptr<Server> server_;
  std::unique_ptr<Client> client_;
};

TEST_F(GatedTest, WhatWaitedTooLongIsNotSettled) {
  gate_.closed = true;
  std::thread first(
      [this] { EXPECT_TRUE(client_->Settle(SettleRow("1", "E0", 100)).ok()); });
  // The lane takes the first one alone.
  while (!gate_.reached) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() +
                       std::chrono::milliseconds(100));
  pb::SettleResponse response;
  const auto late = client_->settlement->Settle(
      &context, SettleRow("2", "E0", 100), &response);
  EXPECT_EQ(late.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  gate_.closed = false;
  first.join();
  EXPECT_TRUE(client_->Settle(SettleRow("3", "E0", 100)).ok());
  storage::MemStore store(database_);
  const auto history = store.ReadHistory("E0");
  ASSERT_TRUE(history.ok());
  EXPECT_EQ(history->settlements.size(), 2);
}

// While the lane waits, a call that would be decided too late is refused; the
// next one is taken together with what came meanwhile.
TEST_F(GatedTest, RefusedCallsGather) {
  constexpr int kWaiting = 4'000;  // of 5,000 that half a second is thought for
  const std::chrono::milliseconds soon(300);
  struct Call {
    grpc::ClientContext context;
    pb::QuoteResponse response;
    grpc::Status status;
    std::unique_ptr<grpc::ClientAsyncResponseReader<pb::QuoteResponse>> reader;
  };
  const pb::QuoteRequest quote = QuoteRow();
  gate_.closed = true;
  grpc::CompletionQueue queue;
  std::vector<Call> calls(kWaiting);
  for (Call& call : calls) {
    call.reader = client_->settlement->AsyncQuote(&call.context, quote, &queue);
    call.reader->Finish(&call.response, &call.status, &call);
  }
  const auto ask = [&] {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + soon);
    pb::QuoteResponse response;
    return client_->settlement->Quote(&context, quote, &response);
  };
  std::array<std::chrono::steady_clock::duration, 9> times;
  for (auto& time : times) {
    std::chrono::steady_clock::time_point begin;
    grpc::Status answer;
    // At first there is room, and a busy machine may be late.
    do {
      begin = std::chrono::steady_clock::now();
      answer = ask();
    } while (answer.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED);
    time = std::chrono::steady_clock::now() - begin;
    EXPECT_EQ(ErrorReason(Client::ToStatus(answer)), "OVERLOADED");
  }
  std::sort(times.begin(), times.end());
  EXPECT_GE(times[times.size() / 2], CallThread::kGathering / 2);
  gate_.closed = false;
  for (int answered = 0; answered < kWaiting; ++answered) {
    void* event = nullptr;
    bool ok = false;
    ASSERT_TRUE(queue.Next(&event, &ok));
  }
}

// Given up as soon as sent: mostly before the server has read it. Such a call
// has no message, and is not one that was malformed.
TEST_F(GatedTest, WhatIsGivenUpIsNotCalledMalformed) {
  constexpr int kMostCalls = 20'000;
  const pb::QuoteRequest quote = QuoteRow();
  for (int i = 0; i < kMostCalls && Answers("DEADLINE_EXCEEDED") == 0; ++i) {
    grpc::ClientContext context;
    grpc::CompletionQueue queue;
    pb::QuoteResponse response;
    grpc::Status status;
    auto reader = client_->settlement->AsyncQuote(&context, quote, &queue);
    reader->Finish(&response, &status, this);
    std::this_thread::sleep_for(std::chrono::microseconds(i % 100));
    context.TryCancel();
    void* event = nullptr;
    bool ok = false;
    ASSERT_TRUE(queue.Next(&event, &ok));
  }
  EXPECT_EQ(Answers("MALFORMED_REQUEST"), 0);
  EXPECT_GT(Answers("DEADLINE_EXCEEDED"), 0);
}

}  // namespace
}  // namespace onestop::server
