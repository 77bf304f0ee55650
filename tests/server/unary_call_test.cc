// Calls on gRPC's core, asked by gRPC's own client.
#include "server/unary_call.h"

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "server/joined_sends.h"
#include "server/lane_request.h"
#include "server/raw_bytes.h"
#include "server/raw_service.h"

namespace onestop::server {
namespace {

constexpr char kMethod[] = "/any.Service/Method";

class OneMethod final : public RawService {
 public:
  OneMethod() : method_(AddAwaited(kMethod)) {}
  CallSource Source(grpc::Server& server) { return SourceOf(*method_, server); }

 private:
  const AwaitedMethod* const method_;
};

class Event final : public CallEvent {
 public:
  void Ended(bool) override {}
};

// The events of a queue, one after the other, on the test's thread.
class UnaryCallTest : public ::testing::Test {
 protected:
  UnaryCallTest() {
    grpc::ServerBuilder builder;
    builder.RegisterService(&service_);
    queue_ = builder.AddCompletionQueue();
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                             &port);
    server_ = builder.BuildAndStart();
    source_ = service_.Source(*server_);
    channel_ = grpc::CreateChannel(absl::StrCat("127.0.0.1:", port),
                                   grpc::InsecureChannelCredentials());
    NextCall();
  }
  ~UnaryCallTest() override {
    call_.reset();
    Stop();
    answers_.Shutdown();
    Drain(answers_);
  }

  void Stop() {
    server_->Shutdown();
    queue_->Shutdown();
    Drain(*queue_);
  }
  static void Drain(grpc::CompletionQueue& queue) {
    void* tag = nullptr;
    bool ok = false;
    while (queue.Next(&tag, &ok)) {
    }
  }

  void NextCall() {
    call_.emplace();
    asking_.emplace();
  }

  // The client's part.
  void Ask(const std::string& request) {
    asked_ = grpc::GenericStub(channel_).PrepareUnaryCall(
        &*asking_, kMethod, BytesOf(request), &answers_);
    asked_->StartCall();
    asked_->Finish(&answer_, &status_, this);
  }
  void AwaitAnswer() {
    void* tag = nullptr;
    bool ok = false;
    ASSERT_TRUE(answers_.Next(&tag, &ok));
  }
  std::string AnswerText() {
    const auto slice = SliceOf(answer_);
    return slice.ok() ? std::string(ViewOf(*slice)) : "unreadable";
  }

  // The server's part: whether the event that ended was fine.
  bool End(CallEvent& event) {
    void* tag = nullptr;
    bool ok = false;
    EXPECT_TRUE(queue_->Next(&tag, &ok));
    EXPECT_EQ(tag, &event);
    return ok;
  }
  std::string Arrive(const std::string& request) {
    EXPECT_TRUE(call_->Await(source_, *queue_, arrived_));
    Ask(request);
    EXPECT_TRUE(End(arrived_));
    const auto message = call_->TakeRequest();
    return message ? std::string(ViewOf(*message)) : "unreadable";
  }

  OneMethod service_;
  std::unique_ptr<grpc::ServerCompletionQueue> queue_;
  std::unique_ptr<grpc::Server> server_;
  CallSource source_;
  std::optional<UnaryCall> call_;
  Event arrived_;
  Event sent_;

  std::shared_ptr<grpc::Channel> channel_;
  grpc::CompletionQueue answers_;
  std::optional<grpc::ClientContext> asking_;
  std::unique_ptr<grpc::GenericClientAsyncResponseReader> asked_;
  grpc::ByteBuffer answer_;
  grpc::Status status_;
};

TEST_F(UnaryCallTest, IsReadAndAnswered) {
  EXPECT_EQ(Arrive("how are you"), "how are you");
  EXPECT_EQ(call_->deadline_ms(), kNoDeadline);
  EXPECT_TRUE(call_->Answer("well", sent_));
  EXPECT_TRUE(End(sent_));
  AwaitAnswer();
  EXPECT_TRUE(status_.ok()) << status_.error_message();
  EXPECT_EQ(AnswerText(), "well");
  EXPECT_FALSE(call_->cancelled());
}

TEST_F(UnaryCallTest, MayBeEmptyBothWays) {
  EXPECT_EQ(Arrive(""), "");
  EXPECT_TRUE(call_->Answer("", sent_));
  EXPECT_TRUE(End(sent_));
  AwaitAnswer();
  EXPECT_TRUE(status_.ok()) << status_.error_message();
  EXPECT_EQ(AnswerText(), "");
}

TEST_F(UnaryCallTest, TakesALongMessageInOnePiece) {
  const std::string longer(300'000, 'x');  // more than one read of a socket
  EXPECT_EQ(Arrive(longer), longer);
  EXPECT_TRUE(call_->Answer(longer, sent_));
  EXPECT_TRUE(End(sent_));
  AwaitAnswer();
  EXPECT_EQ(AnswerText(), longer);
}

TEST_F(UnaryCallTest, TakesACompressedMessage) {
  asking_->set_compression_algorithm(GRPC_COMPRESS_GZIP);
  const std::string repeated(10'000, 'x');
  EXPECT_EQ(Arrive(repeated), repeated);
  EXPECT_TRUE(call_->Answer("well", sent_));
  EXPECT_TRUE(End(sent_));
  AwaitAnswer();
  EXPECT_EQ(AnswerText(), "well");
}

TEST_F(UnaryCallTest, IsRefusedWithWordsAndDetails) {
  Arrive("how are you");
  const grpc::Status busy(grpc::StatusCode::UNAVAILABLE, "忙 busy",
                          std::string("\0details", 8));
  EXPECT_TRUE(call_->Refuse(busy, sent_));
  EXPECT_TRUE(End(sent_));
  AwaitAnswer();
  EXPECT_EQ(status_.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(status_.error_message(), "忙 busy");
  EXPECT_EQ(status_.error_details(), std::string("\0details", 8));
}

// A connection that another of gRPC's threads is at work on is left to it, and
// the answer with it: rare, so one of a hundred answers is enough.
TEST_F(UnaryCallTest, LeavesWithWhatElseIsSent) {
  int kept = 0;
  for (int i = 0; i < 100 && kept == 0; ++i) {
    NextCall();
    Arrive("how are you");
    {
      const JoinedSends joined;
      EXPECT_TRUE(call_->Answer("well", sent_));
      kept = joined.kept();
    }
    EXPECT_TRUE(End(sent_));
    AwaitAnswer();
    EXPECT_EQ(AnswerText(), "well");
  }
  EXPECT_EQ(kept, 1) << "gRPC does not find our sendmsg";
}

TEST_F(UnaryCallTest, KnowsWhenTheCallerGivesUp) {
  const auto deadline =
      std::chrono::system_clock::now() + std::chrono::seconds(60);
  asking_->set_deadline(deadline);
  Arrive("how are you");
  const int64_t asked_ms =
      deadline.time_since_epoch() / std::chrono::milliseconds(1);
  EXPECT_NEAR(call_->deadline_ms(), asked_ms, 1'000);
  EXPECT_TRUE(call_->Answer("well", sent_));
  EXPECT_TRUE(End(sent_));
  AwaitAnswer();
}

TEST_F(UnaryCallTest, EndsWhenTheCallerIsGone) {
  Arrive("how are you");
  asking_->TryCancel();
  AwaitAnswer();
  EXPECT_EQ(status_.error_code(), grpc::StatusCode::CANCELLED);
  EXPECT_TRUE(call_->Answer("well", sent_));
  End(sent_);  // Whether it left depends on who was faster.
}

TEST_F(UnaryCallTest, IsCancelledWhenItGoesUnanswered) {
  Arrive("how are you");
  call_.reset();
  AwaitAnswer();
  EXPECT_EQ(status_.error_code(), grpc::StatusCode::CANCELLED);
}

TEST_F(UnaryCallTest, IsNotAwaitedBeyondTheServersEnd) {
  EXPECT_TRUE(call_->Await(source_, *queue_, arrived_));
  server_->Shutdown();
  EXPECT_FALSE(End(arrived_));
  queue_->Shutdown();
  Drain(*queue_);
  UnaryCall another;
  EXPECT_FALSE(another.Await(source_, *queue_, arrived_));
}

}  // namespace
}  // namespace onestop::server
