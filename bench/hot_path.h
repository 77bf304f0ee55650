// Lanes on PostgreSQL, settling the mix with everything between the decoding
// of a request and its answer counted: locks and allocations.
#ifndef ONESTOP_BENCH_HOT_PATH_H_
#define ONESTOP_BENCH_HOT_PATH_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "bench/hot_section.h"

namespace onestop::bench {

struct HotPathOptions {
  std::string database;  // as PgOptions::url; holds the world and nothing else
  uint64_t persons = 0;  // of the world
  int64_t settles = 0;   // each settles another claim
  int lanes = 2;         // threads of their own
  uint32_t run = 1;      // of request ids
  // Called with each reading of a lane's clock, within what is counted: at
  // least once a settle.
  std::function<void()> planted;
};

// Sums over all threads.
struct HotPathCounts {
  int64_t settled = 0;
  std::map<std::string, int64_t> refused;  // by reason
  int64_t batches = 0;
  HotCounts decoding;  // from a request's bytes, by the door, to the queue
  // All of Lane::Step but the calls of the replies: libpq is within, for a
  // connection that is open and not encrypted takes no lock either.
  HotCounts lanes;
};

// Settles a few batches first that are not counted: connections are opened and
// statements prepared by then.
absl::StatusOr<HotPathCounts> RunHotPath(const HotPathOptions& options);

}  // namespace onestop::bench

#endif  // ONESTOP_BENCH_HOT_PATH_H_
