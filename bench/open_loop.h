// Calls in an open loop: they arrive at a rate, whether the server keeps up or
// not, so that queueing and refusals show.
#ifndef ONESTOP_BENCH_OPEN_LOOP_H_
#define ONESTOP_BENCH_OPEN_LOOP_H_

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "bench/histogram.h"
#include "bench/requests.h"

namespace onestop::bench {

struct OpenLoadOptions {
  std::string server;                       // HOST:PORT
  bool stream = false;                      // settles over streams, else unary
  double rate = 1'000;                      // settles that arrive in a second
  std::chrono::milliseconds warmup{1'000};  // sent, but not counted
  std::chrono::milliseconds window{3'000};  // answers in it are counted
  std::chrono::milliseconds deadline{2'000};  // of a unary call
  uint64_t persons = 0;
  Selection selection;
};

struct OpenLoadResult {
  double seconds = 0;    // the window, as it was
  int64_t offered = 0;   // that arrived in the window
  int64_t good = 0;      // settled in the window
  int64_t not_sent = 0;  // arrived, but the load generator held too many
  // From the arrival of a settle to its answer, of the good ones.
  std::unique_ptr<Histogram> latency = std::make_unique<Histogram>();
  // From when a settle was due to when it was sent: the generator's own part of
  // that, and how far a latency can be believed.
  std::unique_ptr<Histogram> lateness = std::make_unique<Histogram>();
  // Every other answer, also outside the window, by reason.
  std::map<std::string, int64_t> refused;
};

// Ends after warm-up and window, and at most ten seconds later for the answers
// that are still due. UNAVAILABLE when the server cannot be reached.
absl::StatusOr<OpenLoadResult> RunOpenLoop(const OpenLoadOptions& options);

}  // namespace onestop::bench

#endif  // ONESTOP_BENCH_OPEN_LOOP_H_
