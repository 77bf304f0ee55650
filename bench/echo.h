// The ceiling: Settle answered at once with fixed bytes, over the same kind of
// server as onestopd's (callback API, raw bytes).
#ifndef ONESTOP_BENCH_ECHO_H_
#define ONESTOP_BENCH_ECHO_H_

#include <grpcpp/grpcpp.h>

#include <string>
#include <utility>

#include "onestop/v1/settlement.grpc.pb.h"
#include "server/raw_bytes.h"

namespace onestop::bench {

using EchoBase = ::onestop::v1::SettlementService::WithRawCallbackMethod_Settle<
    ::onestop::v1::SettlementService::Service>;

// Thread-safe.
class Echo final : public EchoBase {
 public:
  explicit Echo(std::string reply) : reply_(std::move(reply)) {}

  grpc::ServerUnaryReactor* Settle(grpc::CallbackServerContext* context,
                                   const grpc::ByteBuffer*,
                                   grpc::ByteBuffer* response) override {
    *response = server::BytesOf(reply_);  // Copied, as onestopd's answers are.
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

 private:
  const std::string reply_;
};

}  // namespace onestop::bench

#endif  // ONESTOP_BENCH_ECHO_H_
