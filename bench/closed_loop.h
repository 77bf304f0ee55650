// Calls in a closed loop: a given number is always on its way, and each answer
// sends the next call.
#ifndef ONESTOP_BENCH_CLOSED_LOOP_H_
#define ONESTOP_BENCH_CLOSED_LOOP_H_

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "bench/histogram.h"
#include "bench/requests.h"

namespace onestop::bench {

// How long a server may take for a connection, or for a call.
inline constexpr std::chrono::seconds kPatience{10};

// UNAVAILABLE when the server cannot be reached.
absl::StatusOr<std::shared_ptr<grpc::Channel>> ConnectTo(
    const std::string& server, const grpc::ChannelArguments& arguments = {});

struct LoadOptions {
  std::string server;  // HOST:PORT
  std::string also;    // another one, for every second call; empty: none
  Selection selection;
  Call call = Call::kSettle;
  int outstanding = 64;  // calls, of RunClosedStreams messages
  int streams = 4;       // of RunClosedStreams; at most `outstanding`
  std::chrono::milliseconds warmup{1'000};  // sent, but not counted
  std::chrono::milliseconds window{3'000};  // answers in it are counted
  uint64_t persons = 0;
};

struct LoadResult {
  double seconds = 0;  // the window, as it was
  int64_t calls = 0;   // good answers in the window; of streams, each settle's
  // From the sending of a call (of streams, of its message) to its answer.
  std::unique_ptr<Histogram> latency = std::make_unique<Histogram>();
  // Every call that was not answered well, also outside the window, by reason.
  std::map<std::string, int64_t> errors;
};

// Ends after warm-up and window, and at most ten seconds later for the answers
// that are still due. UNAVAILABLE when the server cannot be reached.
absl::StatusOr<LoadResult> RunClosedLoop(const LoadOptions& options);

// The same over streams, kItemsOfAMessage settles a message: `call`, `also` and
// `selection` are not read. What is not answered when a stream ends is an error
// each.
absl::StatusOr<LoadResult> RunClosedStreams(const LoadOptions& options);

}  // namespace onestop::bench

#endif  // ONESTOP_BENCH_CLOSED_LOOP_H_
