// A unary call that a lane answers.
#ifndef ONESTOP_SERVER_LANE_CALL_H_
#define ONESTOP_SERVER_LANE_CALL_H_

#include <grpcpp/grpcpp.h>

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "server/errors.h"
#include "server/lanes.h"
#include "server/live_calls.h"
#include "server/raw_bytes.h"
#include "server/rendered_request.h"

namespace onestop::server {

// Deletes itself when gRPC is done with it.
class LaneCall final : public grpc::ServerUnaryReactor, public RenderedRequest {
 public:
  // `response` lives until the call is done.
  LaneCall(const grpc::CallbackServerContext& context,
           grpc::ByteBuffer* response, LiveCalls& live)
      : live_(live), response_(response) {
    deadline_ms = DeadlineMs(context);
    arrived_ns = MonotonicNanos();
  }

  void Answer(absl::StatusOr<std::string> answer) override {
    if (!answer.ok()) {
      LogIfDefect(answer.status());
      return Finish(ToGrpcStatus(answer.status()));
    }
    ticket.Hold(answer->size());
    *response_ = BytesOf(*answer);
    Finish(grpc::Status::OK);
  }

  void OnDone() override { delete this; }

 private:
  const LiveCalls::Guard live_;
  grpc::ByteBuffer* const response_;
};

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_LANE_CALL_H_
