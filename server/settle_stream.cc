// Flow control of a stream of settles, without a lock.
#include "server/settle_stream.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "base/status_macros.h"
#include "server/errors.h"
#include "server/raw_bytes.h"
#include "wire/stream.h"

namespace onestop::server {

void StreamItem::Answer(absl::StatusOr<std::string> answer) {
  result_ = answer.ok() ? wire::StreamSettled(index_, *answer)
                        : wire::StreamRefused(index_, answer.status());
  if (!answer.ok()) LogIfDefect(answer.status());
  Hold(result_.size());
  stream_.Deliver(this);
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
  pb::SettleStreamRequest request;
  const size_t length = incoming_.Length();
  const absl::Status parsed = ParseBytes(incoming_, request);
  incoming_.Clear();  // Not kept until the next message comes.
  ONESTOP_RETURN_IF_ERROR(parsed);
  ONESTOP_RETURN_IF_ERROR(wire::CheckStreamRequest(request));
  unanswered_.fetch_add(request.items_size());
  const size_t bytes = length / static_cast<size_t>(request.items_size());
  for (const pb::SettleStreamItem& item : request.items()) Submit(item, bytes);
  return absl::OkStatus();
}

void SettleStream::Submit(const pb::SettleStreamItem& item, size_t bytes) {
  auto* request = new StreamItem(*this, parts_.live, item.index());
  request->deadline_ms = deadline_ms_;
  request->arrived_ns = MonotonicNanos();
  request->Hold(bytes);
  absl::Status taken =
      parts_.admission.Enter(item.settle().claim().institution_id(), bytes,
                             deadline_ms_, request->ticket)
          ? request->ReadSettle(item.settle())
          : OverloadedError();
  if (taken.ok()) taken = parts_.lanes.Submit(request, producer_);
  if (taken.ok()) return;
  parts_.stats.Count(Rpc::kSettle, OutcomeIndexOf(taken),
                     MonotonicNanos() - request->arrived_ns);
  request->Answer(taken);
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
// writing side may answer this item and end the stream at any moment.
void SettleStream::Deliver(StreamItem* item) {
  AnsweredLink* newest = answered_.load(std::memory_order_relaxed);
  do {
    item->next = newest;
  } while (!answered_.compare_exchange_weak(
      newest, item, std::memory_order_release, std::memory_order_relaxed));
  if (newest == nullptr) WriteAnswers();
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
