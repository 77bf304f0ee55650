// SettleStream over gRPC: order, refusals, bounds, half-close, loss of the
// caller, draining.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "tests/server/server_fixture.h"

namespace onestop::server {
namespace {

using testing::ClaimRow;
using testing::Client;
using ::testing::ElementsAre;
using testing::SettleRow;

constexpr char kStreamMethod[] = "/onestop.v1.SettlementService/SettleStream";

using Stream =
    grpc::ClientReaderWriter<pb::SettleStreamRequest, pb::SettleStreamResponse>;

void AddItem(int64_t index, const pb::SettleRequest& settle,
             pb::SettleStreamRequest& message) {
  pb::SettleStreamItem& item = *message.add_items();
  item.set_index(index);
  *item.mutable_settle() = settle;
}

class StreamTest : public ServerTest {
 protected:
  std::unique_ptr<Stream> Open() {
    return client_->settlement->SettleStream(&context_);
  }

  // Half-closes, reads every answer until the stream ends, by index.
  std::map<int64_t, pb::SettleStreamResult> Rest(Stream& stream) {
    stream.WritesDone();
    std::map<int64_t, pb::SettleStreamResult> results;
    pb::SettleStreamResponse response;
    while (stream.Read(&response)) {
      for (const auto& result : response.results()) {
        EXPECT_TRUE(results.emplace(result.index(), result).second)
            << "answered twice: " << result.index();
        order_.push_back(result.index());
      }
    }
    end_ = stream.Finish();
    return results;
  }

  static std::string Reason(const pb::SettleStreamResult& result) {
    if (result.has_settle()) return "SETTLED";
    return ErrorReason(wire::FromRpcStatus(result.error()));
  }

  grpc::ClientContext context_;
  std::vector<int64_t> order_;  // of the answers
  grpc::Status end_;
};

TEST_P(StreamTest, ARefusalDoesNotEndTheStream) {
  auto stream = Open();
  pb::SettleStreamRequest message;
  AddItem(10, SettleRow("a", "E0", 5'000), message);
  AddItem(11, SettleRow("b", "nobody", 5'000), message);
  pb::SettleRequest malformed = SettleRow("c", "E1", 0);
  malformed.mutable_claim()->set_encounter_id("");
  AddItem(12, malformed, message);
  pb::SettleStreamItem& garbage = *message.add_items();
  garbage.set_index(14);
  garbage.GetReflection()->MutableUnknownFields(&garbage)->AddLengthDelimited(
      pb::SettleStreamItem::kSettleFieldNumber, "\xff\xff not a settle");
  ASSERT_TRUE(stream->Write(message));
  message.Clear();
  AddItem(13, SettleRow("d", "E2", 5'000), message);
  ASSERT_TRUE(stream->Write(message));
  const auto results = Rest(*stream);
  ASSERT_TRUE(end_.ok()) << Client::ToStatus(end_);
  ASSERT_EQ(results.size(), 5u);
  EXPECT_EQ(Reason(results.at(10)), "SETTLED");
  EXPECT_EQ(Reason(results.at(11)), "PERSON_UNKNOWN");
  EXPECT_EQ(Reason(results.at(12)), "MALFORMED_REQUEST");
  EXPECT_EQ(Reason(results.at(13)), "SETTLED");
  EXPECT_EQ(Reason(results.at(14)), "MALFORMED_REQUEST");
  EXPECT_EQ(FieldViolations(wire::FromRpcStatus(results.at(12).error())).size(),
            2u);
}

TEST_P(StreamTest, AnswersWhatSettleAnswersByteForByte) {
  auto stream = Open();
  pb::SettleStreamRequest message;
  AddItem(0, SettleRow("a", "E0", 5'000), message);
  ASSERT_TRUE(stream->Write(message));
  const auto results = Rest(*stream);
  ASSERT_TRUE(end_.ok());
  const auto unary = client_->Settle(SettleRow("a", "E0", 5'000));
  ASSERT_TRUE(unary.ok()) << unary.status();
  EXPECT_EQ(results.at(0).settle().SerializeAsString(), *unary);
}

// Each claim finds what the one before left: the deductible of one encounter
// is paid by the first alone.
TEST_P(StreamTest, DecidesAPersonsClaimsInTheOrderSent) {
  auto stream = Open();
  constexpr int kMessages = 60;
  constexpr int kEach = 4;
  std::thread writer([&] {
    for (int m = 0; m < kMessages; ++m) {
      pb::SettleStreamRequest message;
      for (int i = 0; i < kEach; ++i) {
        const int number = m * kEach + i;
        AddItem(number, SettleRow(absl::StrCat("s", number), "E0", 1'000),
                message);
      }
      ASSERT_TRUE(stream->Write(message));
    }
    stream->WritesDone();
  });
  std::map<int64_t, int64_t> seen;
  pb::SettleStreamResponse response;
  while (stream->Read(&response)) {
    for (const auto& result : response.results()) {
      ASSERT_TRUE(result.has_settle()) << result.DebugString();
      for (const auto& movement : result.settle().receipt().movements()) {
        if (movement.counter().find("dedc/") == 0) {
          seen[result.index()] = movement.before_fen();
        }
      }
    }
  }
  writer.join();
  ASSERT_TRUE(stream->Finish().ok());
  // 40 yuan of deductible at level 2: the first four pay ten each.
  ASSERT_GE(seen.size(), 4u);
  for (int64_t i = 0; i < 4; ++i) EXPECT_EQ(seen.at(i), i * 1'000) << i;
}

TEST_P(StreamTest, AMessageOutOfBoundsEndsTheStreamAfterItsAnswers) {
  auto stream = Open();
  pb::SettleStreamRequest message;
  AddItem(1, SettleRow("a", "E0", 5'000), message);
  ASSERT_TRUE(stream->Write(message));
  message.Clear();
  for (int i = 0; i <= limits::kMaxStreamItems; ++i) {
    AddItem(100 + i, SettleRow(absl::StrCat("x", i), "E1", 5'000), message);
  }
  ASSERT_TRUE(stream->Write(message));
  const auto results = Rest(*stream);
  EXPECT_EQ(results.size(), 1u);
  const absl::Status status = Client::ToStatus(end_);
  EXPECT_EQ(ErrorReason(status), "MALFORMED_REQUEST");
  ASSERT_EQ(FieldViolations(status).size(), 1u);
  EXPECT_EQ(FieldViolations(status)[0].field, "items");
}

TEST_P(StreamTest, BytesThatAreNotTheMessageEndTheStream) {
  grpc::ClientContext context;
  grpc::CompletionQueue queue;
  auto call = client_->generic().PrepareCall(&context, kStreamMethod, &queue);
  void* tag = nullptr;
  bool ok = false;
  call->StartCall(this);
  ASSERT_TRUE(queue.Next(&tag, &ok));
  const grpc::ByteBuffer bytes = BytesOf("\xff\xff\xff not a message");
  call->Write(bytes, this);
  ASSERT_TRUE(queue.Next(&tag, &ok));
  grpc::Status status;
  call->Finish(&status, this);
  ASSERT_TRUE(queue.Next(&tag, &ok));
  EXPECT_EQ(ErrorReason(Client::ToStatus(status)), "MALFORMED_REQUEST");
}

// Who never reads is not read either: the server holds at most so many.
TEST_P(StreamTest, StopsReadingWhatItCannotAnswer) {
  constexpr int kMessages = 400;
  constexpr int kEach = 50;
  auto stream = Open();
  std::atomic<int> written{0};
  // So long that no window holds all of them; refused at once.
  pb::SettleRequest malformed;
  malformed.set_request_id(std::string(2'000, 'x'));
  std::thread writer([&] {
    for (int i = 0; i < kMessages; ++i) {
      pb::SettleStreamRequest message;
      for (int k = 0; k < kEach; ++k)
        AddItem(i * kEach + k, malformed, message);
      if (!stream->Write(message)) return;
      ++written;
    }
    stream->WritesDone();
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  EXPECT_LT(written.load(), kMessages);
  // A reader at last: everything is answered.
  int answers = 0;
  pb::SettleStreamResponse response;
  while (stream->Read(&response)) answers += response.results_size();
  writer.join();
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_EQ(answers, kMessages * kEach);
}

TEST_P(StreamTest, ACallerThatLeavesTakesNothingWithIt) {
  {
    auto stream = Open();
    pb::SettleStreamRequest message;
    for (int i = 0; i < 100; ++i) {
      AddItem(i, SettleRow(absl::StrCat("s", i), "E0", 1'000), message);
    }
    ASSERT_TRUE(stream->Write(message));
    context_.TryCancel();
    stream->Finish();
  }
  // The server serves on, and a retry finds what was booked.
  for (int i = 0; i < 100; ++i) {
    const auto again =
        client_->Settle(SettleRow(absl::StrCat("s", i), "E0", 1'000));
    ASSERT_TRUE(again.ok()) << again.status();
  }
}

TEST_P(StreamTest, DrainAnswersWhatWasRead) {
  auto stream = Open();
  pb::SettleStreamRequest message;
  for (int i = 0; i < 200; ++i) {
    AddItem(i,
            SettleRow(absl::StrCat("s", i), absl::StrCat("E", i % 10), 1'000),
            message);
  }
  ASSERT_TRUE(stream->Write(message));
  pb::SettleStreamResponse response;
  ASSERT_TRUE(stream->Read(&response));  // It was read, so all of it was.
  size_t answers = static_cast<size_t>(response.results_size());
  std::thread drain([this] { server_->Drain(); });
  while (stream->Read(&response)) {
    answers += static_cast<size_t>(response.results_size());
  }
  drain.join();
  EXPECT_EQ(answers, 200u);
}

INSTANTIATE_TEST_SUITE_P(Stores, StreamTest,
                         ::testing::Values("memory", "postgres"),
                         [](const auto& suite) { return suite.param; });

}  // namespace
}  // namespace onestop::server
