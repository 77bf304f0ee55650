// Fills a database with the world by bulk load: the same rows as the store's
// own writes would leave, in seconds a million persons.
#ifndef ONESTOP_BENCH_FILL_H_
#define ONESTOP_BENCH_FILL_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"

namespace onestop::bench {

struct FillOptions {
  std::string url;  // an empty database with the schema deployed
  uint64_t persons = 0;
  // An opening posting for each counter, so that `onestop verify` finds where
  // the ledger comes from; three times the rows, none of which a settle reads.
  bool postings = false;
};

// The catalog; the persons 0 to `persons` − 1; and their ledger rows as a year
// leaves them: each person came 0 to 12 times before, and what those visits
// moved is in the rows, worked out by the shipped policy.
absl::Status FillDatabase(const FillOptions& options);

}  // namespace onestop::bench

#endif  // ONESTOP_BENCH_FILL_H_
