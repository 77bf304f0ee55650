// The ceiling: Settle answered at once with fixed bytes, over the same kind of
// server as onestopd's (call thread, calls of gRPC's core, raw bytes).
#ifndef ONESTOP_BENCH_ECHO_H_
#define ONESTOP_BENCH_ECHO_H_

#include <grpcpp/grpcpp.h>

#include <string>
#include <utility>

#include "server/call_thread.h"
#include "server/raw_service.h"
#include "server/unary_call.h"

namespace onestop::bench {

class Echo final : public server::RawService {
 public:
  explicit Echo(std::string reply)
      : settle_(AddAwaited("/onestop.v1.SettlementService/Settle")),
        reply_(std::move(reply)) {}

  // Calls are taken and answered by this thread, from its start on.
  void AwaitCalls(grpc::Server& server, server::CallThread& thread) {
    const server::CallSource source = SourceOf(*settle_, server);
    for (int i = 0; i < kAwaited; ++i) EchoCall::Await(*this, source, thread);
  }

 private:
  static constexpr int kAwaited = 4;  // as SettlementServiceImpl's

  // Deletes itself when it was answered.
  class EchoCall final : public server::CallEvent {
   public:
    static void Await(const Echo& echo, const server::CallSource& source,
                      server::CallThread& thread) {
      auto* call = new EchoCall(echo, source, thread);
      if (!call->call_.Await(source, thread.queue(), *call)) delete call;
    }

    void Ended(bool ok) override {
      if (!arrived_ && ok) {
        arrived_ = true;
        Await(echo_, source_, thread_);
        if (call_.Answer(echo_.reply_, *this)) return;
      }
      delete this;
    }

   private:
    EchoCall(const Echo& echo, const server::CallSource& source,
             server::CallThread& thread)
        : echo_(echo), source_(source), thread_(thread) {}

    const Echo& echo_;
    const server::CallSource source_;
    server::CallThread& thread_;
    bool arrived_ = false;
    server::UnaryCall call_;
  };

  const AwaitedMethod* const settle_;
  const std::string reply_;
};

}  // namespace onestop::bench

#endif  // ONESTOP_BENCH_ECHO_H_
