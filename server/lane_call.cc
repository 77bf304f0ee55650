// From a call's arrival to its lane, and from the lane back to the caller.
#include "server/lane_call.h"

#include <utility>

#include "server/errors.h"
#include "server/raw_bytes.h"
#include "wire/error.h"

namespace onestop::server {
namespace {

// The cheapest ways out: under overload most calls go them.
const grpc::Status& Overloaded() {
  static const grpc::Status kStatus = ToGrpcStatus(OverloadedError());
  return kStatus;
}
const grpc::Status& Unread() {
  static const grpc::Status kStatus =
      ToGrpcStatus(wire::NotTheMessage("request"));
  return kStatus;
}

}  // namespace

void LaneCall::Await(const LaneMethod& method, const CallSource& source,
                     const ServiceParts& parts, CallThread& thread) {
  auto* call = new LaneCall(method, source, parts, thread);
  if (!call->call_.Await(source, thread.queue(), *call)) delete call;
}

void LaneCall::Ended(bool ok) {
  if (unread_) CountUnread();
  if (arrived_ || !ok) {  // Sent, or the server shuts down.
    delete this;
    return;
  }
  arrived_ = true;
  Await(method_, source_, parts_, thread_);
  Take();
}

void LaneCall::Take() {
  static const size_t kOverloaded = OutcomeIndex("OVERLOADED");
  live_.emplace(parts_.live);
  deadline_ms = call_.deadline_ms();
  arrived_ns = MonotonicNanos();
  const auto message = call_.TakeRequest();
  if (!message.has_value()) {
    unread_ = true;
    return SendError(Unread());
  }
  const std::string_view bytes = ViewOf(*message);
  if (!parts_.admission.Enter(method_.sender_of(bytes), bytes.size(),
                              deadline_ms, ticket)) {
    parts_.stats.Count(method_.rpc, kOverloaded, MonotonicNanos() - arrived_ns);
    thread_.LetGather();
    return SendError(Overloaded());
  }
  absl::Status taken = (this->*method_.parse)(bytes);
  if (taken.ok()) taken = parts_.lanes.Submit(this);
  if (!taken.ok()) Refuse(taken);
}

// The caller sent no message, or gave up before gRPC had read it.
void LaneCall::CountUnread() {
  static const size_t kGivenUp = OutcomeIndex("DEADLINE_EXCEEDED");
  static const size_t kMalformed = OutcomeIndex("MALFORMED_REQUEST");
  parts_.stats.Count(method_.rpc, call_.cancelled() ? kGivenUp : kMalformed,
                     MonotonicNanos() - arrived_ns);
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
  if (!call_.Answer(*answer_, *this)) delete this;
}

void LaneCall::SendError(const grpc::Status& error) {
  if (!call_.Refuse(error, *this)) delete this;
}

}  // namespace onestop::server
