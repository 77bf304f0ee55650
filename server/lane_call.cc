// From a call's arrival to its lane, and from the lane back to the caller.
#include "server/lane_call.h"

#include <utility>

#include "server/errors.h"
#include "server/no_error_texts.h"
#include "server/raw_bytes.h"

namespace onestop::server {
namespace {

// The cheapest way out: under overload most calls go it.
const grpc::Status& Overloaded() {
  static const grpc::Status kStatus = ToGrpcStatus(OverloadedError());
  return kStatus;
}

}  // namespace

void LaneCall::Await(const LaneMethod& method, const ServiceParts& parts,
                     CallThread& thread) {
  auto* call = new LaneCall(method, parts, thread);
  method.await(&call->context_, &call->request_, &call->writer_,
               &thread.queue(), call->Event());
}

void LaneCall::Ended(bool ok) {
  if (!arrived_ && ok) {
    arrived_ = true;
    Await(method_, parts_, thread_);
    return Take();
  }
  const NoErrorTexts of_this_call;
  delete this;  // Sent, or the server shuts down.
}

void LaneCall::Take() {
  static const size_t kOverloaded = OutcomeIndex("OVERLOADED");
  live_.emplace(parts_.live);
  deadline_ms = DeadlineMs(context_);
  arrived_ns = MonotonicNanos();
  const auto message = SliceOf(request_);
  request_.Clear();
  if (!message.ok()) return Refuse(message.status());
  const std::string_view bytes = ViewOf(*message);
  if (!parts_.admission.Enter(method_.sender_of(bytes), bytes.size(),
                              deadline_ms, ticket)) {
    parts_.stats.Count(method_.rpc, kOverloaded, MonotonicNanos() - arrived_ns);
    return SendError(Overloaded());
  }
  absl::Status taken = (this->*method_.parse)(bytes);
  if (taken.ok()) taken = parts_.lanes.Submit(this);
  if (!taken.ok()) Refuse(taken);
}

void LaneCall::Refuse(const absl::Status& refusal) {
  parts_.stats.Count(method_.rpc, OutcomeIndexOf(refusal),
                     MonotonicNanos() - arrived_ns);
  answer_ = refusal;
  Send();
}

void LaneCall::Answer(absl::StatusOr<std::string> answer) {
  answer_ = std::move(answer);
  thread_.HandOver(this);
}

void LaneCall::Send() {
  if (!answer_.ok()) {
    LogIfDefect(answer_.status());
    return SendError(ToGrpcStatus(answer_.status()));
  }
  ticket.Hold(answer_->size());
  response_ = BytesOf(*answer_);
  writer_.Finish(response_, grpc::Status::OK, Event());
}

void LaneCall::SendError(const grpc::Status& error) {
  const NoErrorTexts of_this_call;
  writer_.FinishWithError(error, Event());
}

}  // namespace onestop::server
