// The servers of a run as clients reach them: one call, one answer.
#ifndef ONESTOP_TESTS_CHAOS_DRIVER_REPLICAS_H_
#define ONESTOP_TESTS_CHAOS_DRIVER_REPLICAS_H_

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "tests/chaos/driver/journal.h"
#include "tests/chaos/driver/requests.h"

namespace onestop::chaos {

// Thread-safe.
class Replicas {
 public:
  // Each HOST:PORT.
  explicit Replicas(const std::vector<std::string>& addresses);
  ~Replicas();

  size_t count() const { return replicas_.size(); }
  // Sends the operation to one replica, once, and writes both down.
  Answer Send(Journal& journal, Journal::Id id, size_t replica,
              std::chrono::milliseconds patience) const;

 private:
  struct Replica;
  std::vector<std::unique_ptr<Replica>> replicas_;
};

}  // namespace onestop::chaos

#endif  // ONESTOP_TESTS_CHAOS_DRIVER_REPLICAS_H_
