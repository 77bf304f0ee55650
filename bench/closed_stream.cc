// The closed loop over SettleStream: a message that is answered wholly sends
// the next one on its stream.
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <deque>
#include <mutex>
#include <random>
#include <utility>
#include <vector>

#include "absl/synchronization/blocking_counter.h"
#include "base/status_macros.h"
#include "bench/closed_loop.h"
#include "bench/replies.h"
#include "bench/settle_messages.h"
#include "server/raw_bytes.h"

namespace onestop::bench {
namespace {

using Clock = std::chrono::steady_clock;

// What all streams share.
struct StreamRun {
  StreamRun(const LoadOptions& options, std::shared_ptr<grpc::Channel> channel,
            Histogram& into)
      : id(std::random_device()()),
        requests(Call::kSettle, options.persons, id),
        stub(std::move(channel)),
        latency(into),
        window_begin(Clock::now() + options.warmup),
        window_end(window_begin + options.window),
        patience_end(std::chrono::system_clock::now() + options.warmup +
                     options.window + kPatience),
        ended(options.streams) {}

  void CountErrors(const std::string& reason, int64_t count) {
    const std::lock_guard<std::mutex> lock(mutex);
    errors[reason] += count;
  }

  const uint32_t id;
  const Requests requests;
  grpc::GenericStub stub;
  Histogram& latency;
  const Clock::time_point window_begin;
  const Clock::time_point window_end;
  const std::chrono::system_clock::time_point patience_end;
  absl::BlockingCounter ended;  // streams
  std::mutex mutex;
  std::map<std::string, int64_t> errors;  // guarded by mutex
};

// One stream with a fixed number of messages on their way. gRPC calls
// OnReadDone and OnWriteDone one after the other each, but beside each other.
class LoadStream final
    : public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  LoadStream(StreamRun& run, uint64_t number, int messages)
      : run_(run),
        serial_(number << 32),
        random_(uint64_t{run.id} << 32 | number),
        messages_(static_cast<size_t>(messages)),
        under_way_(messages) {
    context_.set_deadline(run.patience_end);
    static const std::string kMethod =
        "/onestop.v1.SettlementService/SettleStream";
    run.stub.PrepareBidiStreamingCall(&context_, kMethod, {}, this);
    for (size_t message = 0; message < messages_.size(); ++message) {
      Send(message);
    }
    StartRead(&incoming_);
    StartCall();
  }

  void OnReadDone(bool ok) override {
    if (!ok) return;
    const Clock::time_point now = Clock::now();
    const bool read = ReadResults(
        incoming_, [this, now](int64_t index, const std::string& fault) {
          Answered(index, fault, now);
        });
    if (!read) {
      run_.CountErrors("BROKEN_MESSAGE", 1);
      context_.TryCancel();
    }
    StartRead(&incoming_);
  }

  void OnWriteDone(bool ok) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    to_write_.pop_front();
    if (!ok) return;
    if (!to_write_.empty()) return StartWrite(&to_write_.front());
    if (closing_) StartWritesDone();
  }

  void OnDone(const grpc::Status& status) override {
    int64_t unanswered = 0;
    for (const Message& message : messages_) unanswered += message.unanswered;
    if (unanswered > 0) {
      run_.CountErrors(
          status.ok() ? "NOT_ANSWERED" : FaultOf(Call::kSettle, status, {}),
          unanswered);
    }
    run_.ended.DecrementCount();
  }

 private:
  struct Message {
    Clock::time_point sent;
    int unanswered = 0;  // of its items
  };

  void Send(size_t number) {
    Message& message = messages_[number];
    message.unanswered = kItemsOfAMessage;
    std::string bytes;
    const auto first = static_cast<int64_t>(number) * kItemsOfAMessage;
    for (int64_t index = first; index < first + kItemsOfAMessage; ++index) {
      AppendItem(index, run_.requests.Next(serial_++, random_), bytes);
    }
    message.sent = Clock::now();
    const std::lock_guard<std::mutex> lock(mutex_);
    to_write_.push_back(server::BytesOf(bytes));
    if (to_write_.size() == 1) StartWrite(&to_write_.front());
  }

  void Answered(int64_t index, const std::string& fault,
                Clock::time_point now) {
    const auto number = static_cast<size_t>(index / kItemsOfAMessage);
    if (number >= messages_.size() || messages_[number].unanswered == 0) {
      return run_.CountErrors("ANSWERED_TWICE", 1);
    }
    Message& message = messages_[number];
    if (!fault.empty()) {
      run_.CountErrors(fault, 1);
    } else if (now >= run_.window_begin && now < run_.window_end) {
      run_.latency.Record((now - message.sent) / std::chrono::nanoseconds(1));
    }
    if (--message.unanswered > 0) return;
    if (now < run_.window_end) return Send(number);
    if (--under_way_ == 0) Close();
  }

  void Close() {
    const std::lock_guard<std::mutex> lock(mutex_);
    closing_ = true;
    if (to_write_.empty()) StartWritesDone();
  }

  StreamRun& run_;
  uint64_t serial_;
  std::mt19937_64 random_;
  std::vector<Message> messages_;
  int under_way_;  // messages
  grpc::ClientContext context_;
  grpc::ByteBuffer incoming_;
  std::mutex mutex_;
  // Guarded by mutex_; the first one is being written.
  std::deque<grpc::ByteBuffer> to_write_;
  bool closing_ = false;  // guarded by mutex_
};

}  // namespace

absl::StatusOr<LoadResult> RunClosedStreams(const LoadOptions& options) {
  ONESTOP_ASSIGN_OR_RETURN(const auto channel, ConnectTo(options.server));
  LoadResult result;
  StreamRun run(options, channel, *result.latency);
  std::vector<std::unique_ptr<LoadStream>> streams;
  for (int number = 0; number < options.streams; ++number) {
    // As evenly as it goes, the first streams the rest.
    const int messages =
        options.outstanding / options.streams +
        (number < options.outstanding % options.streams ? 1 : 0);
    streams.push_back(std::make_unique<LoadStream>(
        run, static_cast<uint64_t>(number), messages));
  }
  run.ended.Wait();
  result.seconds =
      std::chrono::duration<double>(run.window_end - run.window_begin).count();
  result.calls = run.latency.count();
  result.errors = std::move(run.errors);
  return result;
}

}  // namespace onestop::bench
