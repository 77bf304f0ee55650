// The storage batch alone: the gather and the write of full batches of real
// settlements, without gRPC and without deciding anything.
#ifndef ONESTOP_BENCH_STORAGE_BATCH_H_
#define ONESTOP_BENCH_STORAGE_BATCH_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "bench/closed_loop.h"

namespace onestop::bench {

struct BatchOptions {
  std::string database;  // filled with the world
  int lanes = 1;         // each with a connection and persons of its own
  // Settlements of a batch; fewer where there are too few persons.
  int batch = 0;
  std::chrono::milliseconds warmup{1'000};  // written, but not counted
  std::chrono::milliseconds window{3'000};
  uint64_t persons = 0;
};

// Counts settlements that were committed in the window; the latency is that of
// a gather and a write, of a batch each. Errors are counted a settlement, by
// reason, CONFLICT among them; a lane ends with its first one.
absl::StatusOr<LoadResult> RunBatches(const BatchOptions& options);

}  // namespace onestop::bench

#endif  // ONESTOP_BENCH_STORAGE_BATCH_H_
