// One bidirectional call over a completion queue: who feeds it also reads its
// answers, on one thread that never waits for the server alone.
#ifndef ONESTOP_CLI_STREAM_CALL_H_
#define ONESTOP_CLI_STREAM_CALL_H_

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace onestop::cli {

// Not thread-safe.
template <typename Request, typename Response>
class StreamCall {
 public:
  using Stream = grpc::ClientAsyncReaderWriter<Request, Response>;
  using Prepare = std::function<std::unique_ptr<Stream>(
      grpc::ClientContext*, grpc::CompletionQueue*)>;
  // Takes an answer; not OK: it does not fit what was sent.
  using Take = std::function<absl::Status(const Response&)>;

  StreamCall(const Prepare& prepare, Take take)
      : take_(std::move(take)), stream_(prepare(&context_, &queue_)) {
    stream_->StartCall(TagOf(kStarted));
  }
  ~StreamCall() {
    queue_.Shutdown();
    void* tag = nullptr;
    bool ok = false;
    while (queue_.Next(&tag, &ok)) {
    }
  }
  StreamCall(const StreamCall&) = delete;
  StreamCall& operator=(const StreamCall&) = delete;

  // One thing is written at a time.
  bool may_write() const { return may_write_; }
  void Write(const Request& request) {
    may_write_ = false;
    stream_->Write(request, TagOf(kWritten));
  }
  void HalfClose() {
    may_write_ = false;
    stream_->WritesDone(TagOf(kHalfClosed));
  }
  // The call still has to be waited for until it is finished, which then needs
  // nothing of the server.
  void Cancel() { context_.TryCancel(); }

  bool finished() const { return finished_; }
  const grpc::Status& status() const { return status_; }  // once finished

  // Waits at most that long; false: nothing happened. An error is what `take`
  // says of an answer.
  absl::StatusOr<bool> Wait(std::chrono::milliseconds at_most) {
    void* tag = nullptr;
    bool ok = false;
    const auto next =
        queue_.AsyncNext(&tag, &ok, std::chrono::system_clock::now() + at_most);
    if (next != grpc::CompletionQueue::GOT_EVENT) return false;
    const absl::Status taken =
        OnEvent(static_cast<int>(reinterpret_cast<intptr_t>(tag)), ok);
    if (!taken.ok()) return taken;
    return true;
  }

 private:
  enum Event : int { kStarted = 1, kWritten, kRead, kHalfClosed, kFinished };

  static void* TagOf(Event event) {
    return reinterpret_cast<void*>(static_cast<intptr_t>(event));
  }

  absl::Status OnEvent(int event, bool ok) {
    absl::Status taken;
    switch (event) {
      case kRead:
        if (!ok) {
          stream_->Finish(&status_, TagOf(kFinished));
          break;
        }
        taken = take_(incoming_);
        stream_->Read(&incoming_, TagOf(kRead));
        break;
      case kStarted:
        stream_->Read(&incoming_, TagOf(kRead));
        may_write_ = ok;
        break;
      case kWritten:
        may_write_ = ok;
        break;
      case kFinished:
        finished_ = true;
        break;
      default:
        break;
    }
    return taken;
  }

  const Take take_;
  grpc::ClientContext context_;
  grpc::CompletionQueue queue_;
  const std::unique_ptr<Stream> stream_;
  Response incoming_;
  grpc::Status status_;
  bool may_write_ = false;
  bool finished_ = false;
};

}  // namespace onestop::cli

#endif  // ONESTOP_CLI_STREAM_CALL_H_
