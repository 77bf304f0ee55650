// Whether two servers settle alike: the same requests to both, and the receipts
// compared.
#ifndef ONESTOP_BENCH_AGREE_H_
#define ONESTOP_BENCH_AGREE_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

namespace onestop::bench {

struct AgreeOptions {
  std::string server;  // HOST:PORT
  std::string other;   // HOST:PORT; empty: only `server` is asked
  int count = 200;     // settles
  uint64_t persons = 0;
};

struct Agreement {
  int64_t request_bytes = 0;  // mean
  int64_t reply_bytes = 0;    // mean
  std::string typical_reply;  // the one whose size is nearest the mean
};

// Sends each settle to both, one after the other, and then once more, as after
// a lost reply. INTERNAL, with what differs, unless both settle with receipts
// that are equal but for the time of booking, and repeat them byte for byte.
absl::StatusOr<Agreement> Agree(const AgreeOptions& options);

}  // namespace onestop::bench

#endif  // ONESTOP_BENCH_AGREE_H_
