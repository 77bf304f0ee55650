// Writes down every operation and every attempt at it, from many threads.
#ifndef ONESTOP_TESTS_CHAOS_DRIVER_JOURNAL_H_
#define ONESTOP_TESTS_CHAOS_DRIVER_JOURNAL_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "tests/chaos/driver/requests.h"
#include "tests/history/history.h"

namespace onestop::chaos {

// What came of one attempt.
struct Answer {
  absl::Status status;
  std::string bytes;      // of an OK answer
  bool transient = true;  // it may be sent again; so before any attempt
  bool ok() const { return !transient && status.ok(); }
};

// Thread-safe.
class Journal {
 public:
  using Id = size_t;

  Id Add(Request request);
  // The request does not change once it was added.
  Request RequestOf(Id id) const;

  // An attempt begins; its number.
  size_t Begin(Id id, const std::string& where);
  // It ends; whether it may be sent again is found out here.
  Answer End(Id id, size_t attempt, absl::Status status, std::string bytes);

  // The operations of which it is not known whether they are booked, or that
  // were put off.
  std::vector<Id> Open() const;
  // How often each answer was given: "OK", a reason, or gRPC's own code.
  std::map<std::string, int64_t> Counts() const;
  // The longest that an answer took, in milliseconds.
  int64_t SlowestMs() const;

  // Once nothing is sent any more.
  const std::vector<history::Operation>& operations() const {
    return operations_;
  }
  // One line an attempt.
  std::string ToText() const;

 private:
  mutable std::mutex mutex_;
  std::vector<history::Operation> operations_;
  std::vector<Request> requests_;  // their `ask` has been moved out
};

}  // namespace onestop::chaos

#endif  // ONESTOP_TESTS_CHAOS_DRIVER_JOURNAL_H_
