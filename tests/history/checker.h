// Judges a history by what the store holds in the end: nothing acknowledged is
// lost, nothing is booked twice or in part, and every answer was true.
#ifndef ONESTOP_TESTS_HISTORY_CHECKER_H_
#define ONESTOP_TESTS_HISTORY_CHECKER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "cli/verify.h"
#include "storage/store.h"
#include "tests/history/history.h"

namespace onestop::history {

struct CheckOptions {
  // cli::WireVerifyOptions() with the number of differences wanted.
  cli::VerifyOptions verify;
  // Postings that were there before the history began: true for those that
  // need no operation. Empty: every posting needs one.
  std::function<bool(const storage::Posting&)> from_before;
  size_t max_problems = 20;  // sentences kept; all are counted
};

struct Verdict {
  int64_t operations = 0;
  // Attempts, each in one of the three below.
  int64_t calls = 0;
  int64_t acknowledged = 0;
  int64_t refused = 0;
  int64_t unknown = 0;
  // Operations of which, after all attempts, it is still not known whether they
  // are booked.
  int64_t never_known = 0;

  int64_t lost = 0;
  int64_t doubled = 0;
  int64_t half = 0;
  int64_t differing = 0;  // requests whose retries were answered otherwise
  int64_t broken = 0;     // any other promise that was not kept
  std::vector<std::string> problems;
  cli::VerifyReport verify;

  bool ok() const {
    return lost + doubled + half + differing + broken == 0 && verify.ok();
  }
};

// What is promised and looked for:
//  - an acknowledged settlement, reversal, registration, change or posting is
//    in the store, once, with the acknowledged bytes; a retry got the same
//    bytes;
//  - an attempt that was refused wrote nothing, and nothing is in the store
//    that no operation asked for;
//  - a reversal and its replacement are both there or neither;
//  - REQUEST_REVERSED and REQUEST_ID_REUSED are told when, and only when, they
//    are true: a closed id never settles, of two claims under one id one is
//    booked;
//  - what was answered before another request of the same person was sent comes
//    before it in the order of the ledger's versions, and a settle read the
//    registrations that were acknowledged before it was sent;
//  - no counter is below zero, none that only settlements move is over its cap;
//  - the ledger is the sum of its movements, every receipt what the engine
//    gives for the rows that it read, in the order of versions
//    (cli::VerifyDatabase).
//
// Nothing may write to the store meanwhile. Errors are the store's.
absl::StatusOr<Verdict> Check(absl::Span<const Operation> operations,
                              storage::Store& store,
                              const CheckOptions& options);

}  // namespace onestop::history

#endif  // ONESTOP_TESTS_HISTORY_CHECKER_H_
