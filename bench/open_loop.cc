// Sends unary calls each at its time and takes their answers, on one thread;
// over streams what is due every half millisecond.
#include "bench/open_loop.h"

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <sys/prctl.h>

#include <algorithm>
#include <atomic>
#include <deque>
#include <mutex>
#include <optional>
#include <random>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/mutex.h"
#include "base/status_macros.h"
#include "bench/closed_loop.h"
#include "bench/replies.h"
#include "bench/settle_messages.h"
#include "server/raw_bytes.h"

namespace onestop::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::microseconds kTick{500};  // of streams
// Of unary calls: how long an answer may lie there.
constexpr std::chrono::microseconds kNap{50};
// Calls that are sent before answers are looked at, and the other way round.
constexpr int kMostInOneGo = 32;
constexpr int64_t kMostUnderWay = 50'000;
constexpr int kStreams = 8;
constexpr size_t kMostMessagesWaiting = 256;  // of one stream

// What all calls share.
class OpenRun {
 public:
  OpenRun(const OpenLoadOptions& options,
          std::shared_ptr<grpc::Channel> channel, OpenLoadResult& result)
      : options(options),
        id(std::random_device()()),
        requests(Call::kSettle, options.persons, id, options.selection),
        random(id),
        stub(std::move(channel)),
        begin(Clock::now()),
        window_begin(begin + options.warmup),
        window_end(window_begin + options.window),
        result_(result) {}

  Clock::time_point Due(int64_t serial) const {
    return begin + std::chrono::nanoseconds(static_cast<int64_t>(
                       static_cast<double>(serial) * 1e9 / options.rate));
  }
  // One settle was answered; `fault` is empty when it was settled.
  void Answered(int64_t serial, const std::string& fault) {
    const Clock::time_point now = Clock::now();
    under_way.fetch_sub(1);
    if (!fault.empty()) {
      const std::lock_guard<std::mutex> lock(mutex_);
      ++result_.refused[fault];
    } else if (now >= window_begin && now < window_end) {
      result_.latency->Record((now - Due(serial)) /
                              std::chrono::nanoseconds(1));
    }
  }

  const OpenLoadOptions& options;
  const uint32_t id;
  const Requests requests;
  std::mt19937_64 random;  // of the sending thread
  grpc::GenericStub stub;
  const Clock::time_point begin;
  const Clock::time_point window_begin;
  const Clock::time_point window_end;
  std::atomic<int64_t> under_way{0};

 private:
  OpenLoadResult& result_;
  std::mutex mutex_;
};

// One unary call; deletes itself when it is answered.
class OneCall {
 public:
  static void Send(OpenRun& run, grpc::CompletionQueue& queue, int64_t serial) {
    auto* call = new OneCall(run, serial);
    static const std::string kMethod = "/onestop.v1.SettlementService/Settle";
    call->reader_ = run.stub.PrepareUnaryCall(&call->context_, kMethod,
                                              call->request_, &queue);
    call->reader_->StartCall();
    call->reader_->Finish(&call->reply_, &call->status_, call);
  }
  // Whether an answer was there.
  static bool TakeOne(grpc::CompletionQueue& queue) {
    void* call = nullptr;
    bool ok = false;
    const auto now = gpr_inf_past(GPR_CLOCK_MONOTONIC);
    if (queue.AsyncNext(&call, &ok, now) != grpc::CompletionQueue::GOT_EVENT) {
      return false;
    }
    static_cast<OneCall*>(call)->Done();
    return true;
  }

 private:
  OneCall(OpenRun& run, int64_t serial)
      : run_(run),
        serial_(serial),
        request_(server::BytesOf(
            run.requests.Next(static_cast<uint64_t>(serial), run.random))) {
    context_.set_deadline(std::chrono::system_clock::now() +
                          run.options.deadline);
  }
  void Done() {
    run_.Answered(serial_, FaultOf(Call::kSettle, status_, reply_));
    delete this;
  }

  OpenRun& run_;
  const int64_t serial_;
  grpc::ClientContext context_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer reply_;
  grpc::Status status_;
  std::unique_ptr<grpc::GenericClientAsyncResponseReader> reader_;
};

// One stream of settles. Filled and closed by the sending thread.
class OneStream final
    : public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  OneStream(OpenRun& run, absl::BlockingCounter& ended)
      : run_(run), ended_(ended) {
    context_.set_deadline(std::chrono::system_clock::now() +
                          run.options.warmup + run.options.window + kPatience);
    static const std::string kMethod =
        "/onestop.v1.SettlementService/SettleStream";
    run.stub.PrepareBidiStreamingCall(&context_, kMethod, {}, this);
    StartRead(&incoming_);
    AddHold();  // for the writes from outside
    StartCall();
  }

  // False: it holds too many already.
  bool Add(int64_t serial) {
    if (items_ == 0 && Waiting() >= kMostMessagesWaiting) return false;
    AppendItem(serial,
               run_.requests.Next(static_cast<uint64_t>(serial), run_.random),
               filling_);
    if (++items_ == kItemsOfAMessage) Flush();
    return true;
  }
  void Flush() {
    if (items_ == 0) return;
    const std::lock_guard<std::mutex> lock(mutex_);
    waiting_.push_back(server::BytesOf(filling_));
    filling_.clear();
    items_ = 0;
    if (waiting_.size() == 1) StartWrite(&waiting_.front());
  }
  void Close() {
    Flush();
    const std::lock_guard<std::mutex> lock(mutex_);
    closing_ = true;
    if (waiting_.empty()) StartWritesDone();
    RemoveHold();
  }

  void OnWriteDone(bool ok) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    waiting_.pop_front();
    if (!ok) return;
    if (!waiting_.empty()) return StartWrite(&waiting_.front());
    if (closing_) StartWritesDone();
  }
  void OnReadDone(bool ok) override {
    if (!ok) return;
    const bool parsed = ReadResults(
        incoming_, [this](int64_t serial, const std::string& fault) {
          run_.Answered(serial, fault);
        });
    if (parsed) StartRead(&incoming_);
  }
  void OnDone(const grpc::Status&) override { ended_.DecrementCount(); }

 private:
  size_t Waiting() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return waiting_.size();
  }

  OpenRun& run_;
  absl::BlockingCounter& ended_;
  grpc::ClientContext context_;
  grpc::ByteBuffer incoming_;
  std::string filling_;  // the message that items are added to
  int items_ = 0;
  std::mutex mutex_;
  std::deque<grpc::ByteBuffer> waiting_;  // the first one is being written
  bool closing_ = false;
};

// Every settle whose time has come, until the window ends: `send` takes its
// serial number and says whether it was sent; `rest` is called in between with
// the time of the next one, and comes back soon if that is past.
template <typename Send, typename Rest>
void SendWhatIsDue(OpenRun& run, OpenLoadResult& result, Send send, Rest rest) {
  // Else the kernel wakes us up to 50 µs late.
  prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
  for (int64_t serial = 0; Clock::now() < run.window_end;) {
    Clock::time_point now;
    for (int sent = 0;
         sent < kMostInOneGo && run.Due(serial) <= (now = Clock::now()) &&
         run.Due(serial) < run.window_end;
         ++serial, ++sent) {
      if (run.Due(serial) >= run.window_begin) {
        ++result.offered;
        result.lateness->Record((now - run.Due(serial)) /
                                std::chrono::nanoseconds(1));
      }
      run.under_way.fetch_add(1);
      if (run.under_way.load() > kMostUnderWay || !send(serial)) {
        run.under_way.fetch_sub(1);
        ++result.not_sent;
      }
    }
    rest(run.Due(serial));
  }
}

void RunUnary(OpenRun& run, OpenLoadResult& result) {
  grpc::CompletionQueue queue;
  SendWhatIsDue(
      run, result,
      [&run, &queue](int64_t serial) {
        OneCall::Send(run, queue, serial);
        return true;
      },
      [&queue](Clock::time_point next) {
        int taken = 0;
        while (taken < kMostInOneGo && OneCall::TakeOne(queue)) ++taken;
        if (taken == kMostInOneGo) return;  // There may be more.
        std::this_thread::sleep_until(std::min(next, Clock::now() + kNap));
      });
  // Every call has a deadline.
  while (run.under_way.load() > 0) {
    if (!OneCall::TakeOne(queue)) std::this_thread::sleep_for(kTick);
  }
  queue.Shutdown();
}

void RunStreams(OpenRun& run, OpenLoadResult& result) {
  absl::BlockingCounter ended(kStreams);
  std::vector<std::unique_ptr<OneStream>> streams;
  for (int i = 0; i < kStreams; ++i) {
    streams.push_back(std::make_unique<OneStream>(run, ended));
  }
  SendWhatIsDue(
      run, result,
      [&streams](int64_t serial) {
        // A message's worth to one stream, then to the next.
        const auto turn = static_cast<size_t>(serial / kItemsOfAMessage);
        return streams[turn % streams.size()]->Add(serial);
      },
      [&streams](Clock::time_point next) {
        for (auto& stream : streams) stream->Flush();
        std::this_thread::sleep_until(std::max(next, Clock::now() + kTick));
      });
  for (auto& stream : streams) stream->Close();
  ended.Wait();
}

}  // namespace

absl::StatusOr<OpenLoadResult> RunOpenLoop(const OpenLoadOptions& options) {
  // What holds the load back offers less than it says.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  grpc::ChannelArguments once;
  once.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  ONESTOP_ASSIGN_OR_RETURN(const auto channel, ConnectTo(options.server, once));
  OpenLoadResult result;
  OpenRun run(options, channel, result);
  options.stream ? RunStreams(run, result) : RunUnary(run, result);
  result.seconds =
      std::chrono::duration<double>(run.window_end - run.window_begin).count();
  result.good = result.latency->count();
  return result;
}

}  // namespace onestop::bench
