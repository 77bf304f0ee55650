// A unary call that the worker pool answers.
#ifndef ONESTOP_SERVER_WORKER_CALL_H_
#define ONESTOP_SERVER_WORKER_CALL_H_

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "base/error.h"
#include "server/errors.h"
#include "server/lanes.h"
#include "server/live_calls.h"
#include "server/log.h"
#include "server/raw_bytes.h"
#include "server/service_parts.h"
#include "server/shared_stats.h"
#include "server/workers.h"

namespace onestop::server {

// Deletes itself when gRPC is done with it.
class WorkerCall final : public grpc::ServerUnaryReactor {
 public:
  // `response` and `stats` live until the call is done. `answered` is the
  // outcome that an OK answer counts as.
  WorkerCall(const grpc::CallbackServerContext& context, Rpc rpc,
             std::string_view answered, grpc::ByteBuffer* response,
             SharedStats& stats, LiveCalls& live)
      : context_(context),
        live_(live),
        rpc_(rpc),
        answered_(OutcomeIndex(answered)),
        response_(response),
        stats_(stats),
        deadline_ms_(DeadlineMs(context)),
        arrived_ns_(MonotonicNanos()) {}

  // Runs `work(store)`, which gives the answer's bytes, on the thread that
  // `submit(job)` hands it to: a worker, or the batch thread with its books.
  template <typename Submit, typename Work>
  void Start(Submit submit, Work work) {
    const absl::Status taken =
        submit([this, work = std::move(work)](auto& store) {
          if (Expired()) {
            return Answer(MakeError(absl::StatusCode::kDeadlineExceeded,
                                    "DEADLINE_EXCEEDED",
                                    "The call's deadline passed before its "
                                    "turn came; nothing was written."));
          }
          Answer(work(store));
        });
    if (!taken.ok()) Answer(taken);
  }

  void Answer(absl::StatusOr<std::string> answer) {
    stats_.Count(rpc_,
                 answer.ok() ? answered_ : OutcomeIndexOf(answer.status()),
                 MonotonicNanos() - arrived_ns_);
    if (!answer.ok()) {
      if (absl::IsInternal(answer.status())) {
        LogDefect(Name(rpc_), answer.status(), "", "");
      }
      return Finish(ToGrpcStatus(answer.status()));
    }
    *response_ = BytesOf(*answer);
    Finish(grpc::Status::OK);
  }

  // Of a call that is worked out bit by bit: whether somebody still waits for
  // its answer. DEADLINE_EXCEEDED, CANCELLED.
  absl::Status StillAwaited() const {
    if (Expired()) {
      return MakeError(absl::StatusCode::kDeadlineExceeded, "DEADLINE_EXCEEDED",
                       "The call's deadline passed before its end.");
    }
    if (context_.IsCancelled()) return absl::CancelledError("caller gone");
    return absl::OkStatus();
  }

  void OnDone() override { delete this; }

 private:
  bool Expired() const {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return deadline_ms_ <= now / std::chrono::milliseconds(1);
  }

  const grpc::CallbackServerContext& context_;
  const LiveCalls::Guard live_;
  const Rpc rpc_;
  const size_t answered_;
  grpc::ByteBuffer* const response_;
  SharedStats& stats_;
  const int64_t deadline_ms_;
  const int64_t arrived_ns_;
};

// The message, parsed and checked with `from_proto`.
template <typename Message, typename Ask>
absl::StatusOr<Ask> ReadAsk(const grpc::ByteBuffer& request,
                            absl::StatusOr<Ask> (*from_proto)(const Message&)) {
  Message message;
  const absl::Status parsed = ParseBytes(request, message);
  if (!parsed.ok()) return parsed;
  return from_proto(message);
}

// A whole unary method: parses the message, checks it with `from_proto`, and
// has the thread that `submit(job)` hands it to run `work(store, ask)`, which
// gives the answer's bytes.
template <typename Submit, typename Message, typename Ask, typename Work>
grpc::ServerUnaryReactor* AnswerBy(
    Submit submit, const ServiceParts& parts, Rpc rpc,
    std::string_view answered, const grpc::CallbackServerContext& context,
    const grpc::ByteBuffer& request, grpc::ByteBuffer* response,
    absl::StatusOr<Ask> (*from_proto)(const Message&), Work work) {
  auto* call =
      new WorkerCall(context, rpc, answered, response, parts.stats, parts.live);
  auto ask = ReadAsk(request, from_proto);
  if (!ask.ok()) {
    call->Answer(ask.status());
    return call;
  }
  call->Start(submit, [ask = *std::move(ask), work = std::move(work)](
                          auto& store) { return work(store, ask); });
  return call;
}

// The same by a worker.
template <typename Message, typename Ask, typename Work>
grpc::ServerUnaryReactor* AnswerByWorker(
    const ServiceParts& parts, Rpc rpc, std::string_view answered,
    const grpc::CallbackServerContext& context, const grpc::ByteBuffer& request,
    grpc::ByteBuffer* response,
    absl::StatusOr<Ask> (*from_proto)(const Message&), Work work) {
  const auto submit = [&](Workers::Job job) {
    return parts.workers.Submit(request.Length(), std::move(job));
  };
  return AnswerBy(submit, parts, rpc, answered, context, request, response,
                  from_proto, std::move(work));
}

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_WORKER_CALL_H_
