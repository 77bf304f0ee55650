// The ceiling: Settle answered at once with fixed bytes, over the same kind of
// server as onestopd's (completion queue and call thread, raw bytes).
#ifndef ONESTOP_BENCH_ECHO_H_
#define ONESTOP_BENCH_ECHO_H_

#include <grpcpp/grpcpp.h>
#include <grpcpp/support/async_unary_call.h>

#include <string>
#include <utility>

#include "onestop/v1/settlement.grpc.pb.h"
#include "server/call_thread.h"
#include "server/raw_bytes.h"

namespace onestop::bench {

using EchoBase = ::onestop::v1::SettlementService::WithRawMethod_Settle<
    ::onestop::v1::SettlementService::Service>;

class Echo final : public EchoBase {
 public:
  explicit Echo(std::string reply) : reply_(std::move(reply)) {}

  // Calls are taken and answered by this thread, from its start on.
  void AwaitCalls(server::CallThread& thread) {
    for (int i = 0; i < kAwaited; ++i) new EchoCall(*this, thread);
  }

 private:
  static constexpr int kAwaited = 4;  // as SettlementServiceImpl's

  // Deletes itself when it was answered.
  class EchoCall final : public server::CallEvent {
   public:
    EchoCall(Echo& echo, server::CallThread& thread)
        : echo_(echo), thread_(thread), writer_(&context_) {
      grpc::ServerCompletionQueue* const queue = &thread.queue();
      echo.RequestSettle(&context_, &request_, &writer_, queue, queue, Event());
    }

    void Ended(bool ok) override {
      if (arrived_ || !ok) {
        delete this;
        return;
      }
      arrived_ = true;
      new EchoCall(echo_, thread_);
      // Copied, as onestopd's answers are.
      response_ = server::BytesOf(echo_.reply_);
      writer_.Finish(response_, grpc::Status::OK, Event());
    }

   private:
    server::CallEvent* Event() { return this; }

    Echo& echo_;
    server::CallThread& thread_;
    bool arrived_ = false;
    grpc::ServerContext context_;
    grpc::ByteBuffer request_;
    grpc::ByteBuffer response_;
    grpc::ServerAsyncResponseWriter<grpc::ByteBuffer> writer_;
  };

  const std::string reply_;
};

}  // namespace onestop::bench

#endif  // ONESTOP_BENCH_ECHO_H_
