// Whether gRPC finds the program's functions that leave out texts about errors.
#include "server/no_error_texts.h"

#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>

namespace onestop::server {
namespace {

// A call that arrived at a server of its own and waits for an answer.
class RefusedCallTest : public ::testing::Test {
 protected:
  RefusedCallTest() {
    grpc::ServerBuilder builder;
    builder.RegisterAsyncGenericService(&service_);
    arrivals_ = builder.AddCompletionQueue();
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                             &port);
    server_ = builder.BuildAndStart();
    call_.emplace();
    service_.RequestCall(&call_->context, &call_->writer, arrivals_.get(),
                         arrivals_.get(), this);
    const auto channel =
        grpc::CreateChannel("127.0.0.1:" + std::to_string(port),
                            grpc::InsecureChannelCredentials());
    asked_ = grpc::GenericStub(channel).PrepareUnaryCall(
        &asking_, "/any/Method", grpc::ByteBuffer(), &answers_);
    asked_->StartCall();
    asked_->Finish(&answer_, &status_, this);
    Await(*arrivals_);
  }
  ~RefusedCallTest() override {
    server_->Shutdown();
    arrivals_->Shutdown();
    answers_.Shutdown();
    Drain(*arrivals_);
    Drain(answers_);
  }

  void Refuse() {
    call_->writer.Finish(
        grpc::Status(grpc::StatusCode::UNAVAILABLE, "busy", "details"), this);
  }
  // Deletes the call once its answer has left.
  void Delete() { call_.reset(); }

  static void Await(grpc::CompletionQueue& queue) {
    void* event = nullptr;
    bool ok = false;
    ASSERT_TRUE(queue.Next(&event, &ok));
    ASSERT_TRUE(ok);
  }
  static void Drain(grpc::CompletionQueue& queue) {
    void* event = nullptr;
    bool ok = false;
    while (queue.Next(&event, &ok)) {
    }
  }

  struct Call {
    grpc::GenericServerContext context;
    grpc::GenericServerAsyncReaderWriter writer{&context};
  };

  grpc::AsyncGenericService service_;
  std::unique_ptr<grpc::ServerCompletionQueue> arrivals_;
  std::unique_ptr<grpc::Server> server_;
  std::optional<Call> call_;
  grpc::CompletionQueue answers_;
  grpc::ClientContext asking_;
  std::unique_ptr<grpc::GenericClientAsyncResponseReader> asked_;
  grpc::ByteBuffer answer_;
  grpc::Status status_;
};

TEST_F(RefusedCallTest, IsSentAndDeletedWithoutTexts) {
  {
    const NoErrorTexts scope;
    Refuse();
    // Its time, the place in gRPC's source, the message.
    EXPECT_GE(scope.left_out(), 3) << "a function of gRPC's is not found";
  }
  Await(*arrivals_);
  Await(answers_);
  {
    const NoErrorTexts scope;
    Delete();
    EXPECT_GE(scope.left_out(), 1) << "StatusToString is not found";
  }
  EXPECT_EQ(status_.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(status_.error_message(), "busy");
  EXPECT_EQ(status_.error_details(), "details");
}

TEST_F(RefusedCallTest, IsDescribedByGrpcOtherwise) {
  Refuse();
  Await(*arrivals_);
  Await(answers_);
  Delete();
  const NoErrorTexts scope;
  EXPECT_EQ(scope.left_out(), 0);
  EXPECT_EQ(status_.error_message(), "busy");
}

}  // namespace
}  // namespace onestop::server
