// Drives the calls by gRPC's callback API, on raw bytes, over one connection.
#include "bench/closed_loop.h"

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <mutex>
#include <optional>
#include <random>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/blocking_counter.h"
#include "base/status_macros.h"
#include "bench/replies.h"
#include "server/raw_bytes.h"

namespace onestop::bench {
namespace {

using Clock = std::chrono::steady_clock;

// What all slots share.
struct Run {
  Run(const LoadOptions& options,
      const std::vector<std::shared_ptr<grpc::Channel>>& channels,
      Histogram& into)
      : id(std::random_device()()),
        call(options.call),
        requests(options.call, options.persons, id, options.selection),
        latency(into),
        ended(options.outstanding) {
    for (const auto& channel : channels) {
      stubs.push_back(std::make_unique<grpc::GenericStub>(channel));
    }
  }

  void CountError(const std::string& reason) {
    const std::lock_guard<std::mutex> lock(mutex);
    ++errors[reason];
  }

  const uint32_t id;
  const Call call;
  const Requests requests;
  std::vector<std::unique_ptr<grpc::GenericStub>> stubs;  // one a server
  Clock::time_point window_begin;
  Clock::time_point window_end;
  Histogram& latency;
  absl::BlockingCounter ended;  // slots that send no more
  std::mutex mutex;
  std::map<std::string, int64_t> errors;  // guarded by mutex
};

const std::string& MethodOf(Call call) {
  static const std::string kSettlePath = "/onestop.v1.SettlementService/Settle";
  static const std::string kQuotePath = "/onestop.v1.SettlementService/Quote";
  return call == Call::kQuote ? kQuotePath : kSettlePath;
}

// One place of those outstanding: sends a call, and the next when it is
// answered. The callbacks of one slot never overlap.
class Slot {
 public:
  Slot(Run& run, uint64_t number)
      : run_(run),
        stub_(*run.stubs[number % run.stubs.size()]),
        serial_(number << 32),
        random_(uint64_t{run.id} << 32 | number) {}

  void Send() {
    context_.emplace();
    context_->set_deadline(std::chrono::system_clock::now() + kPatience);
    request_ = server::BytesOf(run_.requests.Next(serial_++, random_));
    reply_.Clear();
    sent_ = Clock::now();
    stub_.UnaryCall(&*context_, MethodOf(run_.call), {}, &request_, &reply_,
                    [this](const grpc::Status& status) { Done(status); });
  }

 private:
  void Done(const grpc::Status& status) {
    const Clock::time_point now = Clock::now();
    const std::string fault = FaultOf(run_.call, status, reply_);
    if (!fault.empty()) {
      run_.CountError(fault);
    } else if (now >= run_.window_begin && now < run_.window_end) {
      run_.latency.Record((now - sent_) / std::chrono::nanoseconds(1));
    }
    if (now < run_.window_end) {
      Send();
    } else {
      run_.ended.DecrementCount();
    }
  }

  Run& run_;
  grpc::GenericStub& stub_;
  uint64_t serial_;
  std::mt19937_64 random_;
  std::optional<grpc::ClientContext> context_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer reply_;
  Clock::time_point sent_;
};

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::Channel>> ConnectTo(
    const std::string& server, const grpc::ChannelArguments& arguments) {
  auto channel = grpc::CreateCustomChannel(
      server, grpc::InsecureChannelCredentials(), arguments);
  if (channel->WaitForConnected(std::chrono::system_clock::now() + kPatience)) {
    return channel;
  }
  return absl::UnavailableError(absl::StrCat("nobody serves gRPC on ", server));
}

absl::StatusOr<LoadResult> RunClosedLoop(const LoadOptions& options) {
  std::vector<std::shared_ptr<grpc::Channel>> channels;
  for (const std::string& server : {options.server, options.also}) {
    if (server.empty()) continue;
    ONESTOP_ASSIGN_OR_RETURN(auto channel, ConnectTo(server));
    channels.push_back(std::move(channel));
  }
  LoadResult result;
  Run run(options, channels, *result.latency);
  run.window_begin = Clock::now() + options.warmup;
  run.window_end = run.window_begin + options.window;
  std::vector<std::unique_ptr<Slot>> slots;
  for (int number = 0; number < options.outstanding; ++number) {
    slots.push_back(std::make_unique<Slot>(run, number));
    slots.back()->Send();
  }
  run.ended.Wait();
  result.seconds =
      std::chrono::duration<double>(run.window_end - run.window_begin).count();
  result.calls = run.latency.count();
  result.errors = std::move(run.errors);
  return result;
}

}  // namespace onestop::bench
