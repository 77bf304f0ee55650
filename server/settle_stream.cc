// Flow control of a stream of settles, without a lock.
#include "server/settle_stream.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "base/status_macros.h"
#include "server/errors.h"
#include "server/raw_bytes.h"
#include "wire/error.h"
#include "wire/sender.h"
#include "wire/stream.h"

namespace onestop::server {
namespace {

// The cheapest way out: under overload most settles go it.
std::string_view OverloadedBytes() {
  static const std::string kStatus = wire::ToRpcStatusBytes(OverloadedError());
  return kStatus;
}

}  // namespace

void StreamItem::Answer(absl::StatusOr<std::string> answer) {
  if (!answer.ok()) LogIfDefect(answer.status());
  SetResult(answer.ok() ? wire::StreamSettled(index_, *answer)
                        : wire::StreamRefused(
                              index_, wire::ToRpcStatusBytes(answer.status())));
  stream_.Deliver(this, this);
}

void StreamItem::SetResult(std::string result) {
  result_ = std::move(result);
  Hold(result_.size());
}

void StreamItem::Hold(size_t bytes) {
  ticket.Hold(bytes);
  const auto held = static_cast<int64_t>(bytes);
  stream_.held_bytes_.fetch_add(held - held_bytes_);
  held_bytes_ = held;
}

SettleStream::SettleStream(grpc::CallbackServerContext& context,
                           const ServiceParts& parts)
    : parts_(parts),
      deadline_ms_(DeadlineMs(context)),
      producer_(parts.lanes.NewProducer()),
      stall_watch_(context, parts.stream_patience) {
  StartRead(&incoming_);
}

void SettleStream::OnReadDone(bool ok) {
  if (!ok) return EndReading(absl::OkStatus());
  const absl::Status taken = TakeMessage();
  if (!taken.ok()) return EndReading(taken);
  ReadOn();
}

absl::Status SettleStream::TakeMessage() {
  const auto message = SliceOf(incoming_);
  incoming_.Clear();  // Not kept until the next message comes.
  ONESTOP_RETURN_IF_ERROR(message.status());
  ONESTOP_ASSIGN_OR_RETURN(const std::vector<wire::StreamAsk> asks,
                           wire::StreamAsksOf(ViewOf(*message)));
  unanswered_.fetch_add(static_cast<int>(asks.size()));
  for (const wire::StreamAsk& ask : asks) Submit(ask);
  DeliverRefused();
  return absl::OkStatus();
}

void SettleStream::Submit(const wire::StreamAsk& ask) {
  static const size_t kOverloaded = OutcomeIndex("OVERLOADED");
  auto* request = new StreamItem(*this, parts_.live, ask.index);
  request->deadline_ms = deadline_ms_;
  request->arrived_ns = MonotonicNanos();
  request->Hold(ask.settle.size());
  if (!parts_.admission.Enter(wire::SenderOfSettle(ask.settle),
                              ask.settle.size(), deadline_ms_,
                              request->ticket)) {
    parts_.stats.Count(Rpc::kSettle, kOverloaded,
                       MonotonicNanos() - request->arrived_ns);
    return Refuse(request, OverloadedBytes());
  }
  absl::Status taken = request->ParseSettle(ask.settle);
  if (taken.ok()) taken = parts_.lanes.Submit(request, producer_);
  if (taken.ok()) return;
  parts_.stats.Count(Rpc::kSettle, OutcomeIndexOf(taken),
                     MonotonicNanos() - request->arrived_ns);
  request->LogIfDefect(taken);
  Refuse(request, wire::ToRpcStatusBytes(taken));
}

void SettleStream::Refuse(StreamItem* item, std::string_view refusal) {
  item->SetResult(wire::StreamRefused(item->index(), refusal));
  item->next = refused_;
  refused_ = item;
  if (first_refused_ == nullptr) first_refused_ = item;
}

// Together, so that they leave in one message.
void SettleStream::DeliverRefused() {
  if (refused_ == nullptr) return;
  Deliver(std::exchange(refused_, nullptr),
          std::exchange(first_refused_, nullptr));
}

bool SettleStream::HasRoom() const {
  return unanswered_.load() - 1 + limits::kMaxStreamItems <=
             limits::kMaxStreamUnanswered &&
         held_bytes_.load() < limits::kMaxStreamHeldBytes;
}

void SettleStream::ReadOn() {
  if (HasRoom()) return StartRead(&incoming_);
  waits_for_room_.store(true);
  ResumeReading();  // The last answer may have left in between.
}

void SettleStream::ResumeReading() {
  if (HasRoom() && waits_for_room_.exchange(false)) StartRead(&incoming_);
}

void SettleStream::EndReading(const absl::Status& status) {
  end_ = ToGrpcStatus(status);
  if (unanswered_.fetch_sub(1) == 1) Finish(end_);
}

// After the exchange nothing of the stream is touched unless nobody wrote: the
// writing side may answer these items and end the stream at any moment.
void SettleStream::Deliver(AnsweredLink* newest, AnsweredLink* oldest) {
  AnsweredLink* before = answered_.load(std::memory_order_relaxed);
  do {
    oldest->next = before;
  } while (!answered_.compare_exchange_weak(
      before, newest, std::memory_order_release, std::memory_order_relaxed));
  if (before == nullptr) WriteAnswers();
}

void SettleStream::WriteAnswers() {
  AnsweredLink* link = answered_.exchange(&writer_, std::memory_order_acq_rel);
  const auto older = static_cast<ptrdiff_t>(ready_.size());
  for (; link != nullptr && link != &writer_; link = link->next) {
    ready_.emplace_back(static_cast<StreamItem*>(link));
  }
  std::reverse(ready_.begin() + older, ready_.end());
  size_t bytes = 0;
  std::vector<grpc::Slice> slices;
  while (!ready_.empty() && bytes < limits::kStreamAnswerBytes) {
    slices.emplace_back(ready_.front()->result());
    bytes += slices.back().size();
    leaving_.push_back(std::move(ready_.front()));
    ready_.pop_front();
  }
  outgoing_ = grpc::ByteBuffer(slices.data(), slices.size());
  stall_watch_.Started();
  StartWrite(&outgoing_);
}

// When the caller is gone nothing can be written, but everything that was read
// is still awaited: the lanes hold it.
void SettleStream::OnWriteDone(bool) {
  stall_watch_.Done();
  outgoing_.Clear();
  const int left = static_cast<int>(leaving_.size());
  for (const auto& item : leaving_) item->Hold(0);
  leaving_.clear();
  if (unanswered_.fetch_sub(left) == left) return Finish(end_);
  ResumeReading();
  AnsweredLink* nothing_new = &writer_;
  if (ready_.empty() &&
      answered_.compare_exchange_strong(nothing_new, nullptr)) {
    return;
  }
  WriteAnswers();
}

}  // namespace onestop::server
