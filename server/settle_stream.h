// SettleStream: reads messages of settles, hands each settle to its lane, and
// writes the answers as they come.
#ifndef ONESTOP_SERVER_SETTLE_STREAM_H_
#define ONESTOP_SERVER_SETTLE_STREAM_H_

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/live_calls.h"
#include "server/rendered_request.h"
#include "server/service_parts.h"
#include "server/stall_watch.h"
#include "wire/stream.h"

namespace onestop::server {

class SettleStream;

// What is linked in the list of answers.
struct AnsweredLink {
  AnsweredLink* next = nullptr;
};

// One settle of a stream. Owned by its lane until it is answered, then by the
// stream.
class StreamItem final : public RenderedRequest, public AnsweredLink {
 public:
  StreamItem(SettleStream& stream, LiveCalls& live, int64_t index)
      : stream_(stream), live_(live), index_(index) {}

  void Answer(absl::StatusOr<std::string> answer) override;
  // The framed result (wire/stream.h) of one that no lane answers.
  void SetResult(std::string result);

  // What it holds of the server's memory, from now on.
  void Hold(size_t bytes);

  int64_t index() const { return index_; }
  // Once answered.
  const std::string& result() const { return result_; }

 private:
  SettleStream& stream_;
  const LiveCalls::Guard live_;
  const int64_t index_;
  int64_t held_bytes_ = 0;
  std::string result_;
};

// Deletes itself when gRPC is done with it.
//
// One thread at a time reads: gRPC's, from OnReadDone to the next StartRead.
// One thread at a time writes: whoever puts an answer on the empty list, until
// OnWriteDone finds nothing more. Neither waits for the other, and lanes wait
// for neither. The stream ends when reading has ended and everything read is
// answered.
class SettleStream final
    : public grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  SettleStream(grpc::CallbackServerContext& context, const ServiceParts& parts);

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnDone() override { delete this; }

  // Answered items, linked from the newest to the oldest; they are the stream's
  // from then on.
  void Deliver(AnsweredLink* newest, AnsweredLink* oldest);

 private:
  // The reading side.
  absl::Status TakeMessage();
  void Submit(const wire::StreamAsk& ask);
  // `refusal`: a serialized google.rpc.Status. Kept until DeliverRefused.
  void Refuse(StreamItem* item, std::string_view refusal);
  void DeliverRefused();
  void ReadOn();
  void EndReading(const absl::Status& status);

  // The writing side.
  void WriteAnswers();

  friend class StreamItem;

  bool HasRoom() const;
  // Starts the read that was put off for want of room, if there is room now.
  void ResumeReading();

  const ServiceParts parts_;
  const int64_t deadline_ms_;
  // Keeps a person's settles in the order sent, whichever of gRPC's threads
  // brings a message.
  Lanes::Producer producer_;
  grpc::ByteBuffer incoming_;
  // Of the message that is being read, from the newest to the first.
  StreamItem* refused_ = nullptr;
  StreamItem* first_refused_ = nullptr;
  grpc::Status end_;  // set before reading ends

  // Settles that were read and whose answers have not left, and 1 as long as
  // the reading side may bring more.
  std::atomic<int> unanswered_{1};
  std::atomic<int64_t> held_bytes_{0};  // by them
  std::atomic<bool> waits_for_room_{false};

  // What was answered, the newest first; ends with nullptr when nobody writes,
  // with &writer_ when somebody does.
  std::atomic<AnsweredLink*> answered_{nullptr};
  AnsweredLink writer_;
  // Of the writing side.
  StallWatch stall_watch_;
  std::deque<std::unique_ptr<StreamItem>> ready_;     // in the order answered
  std::vector<std::unique_ptr<StreamItem>> leaving_;  // in the message written
  grpc::ByteBuffer outgoing_;
};

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_SETTLE_STREAM_H_
