// A replica of the server without sockets and threads: a lane that is stepped,
// the writes of the registry, and a process that can be killed.
#ifndef ONESTOP_TESTS_SIMULATION_REPLICA_H_
#define ONESTOP_TESTS_SIMULATION_REPLICA_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/lane.h"
#include "server/rendered_request.h"
#include "tests/history/history.h"
#include "tests/simulation/fault_store.h"
#include "tests/simulation/setting.h"
#include "tests/simulation/world.h"

namespace onestop::simulation {

// Gets the answer: bytes, or the error; one without a reason when the
// connection broke.
using AnswerTo = std::function<void(absl::StatusOr<std::string>)>;

// What the lanes met, of all replicas together.
struct LaneTotals {
  uint64_t conflicts = 0;
  uint64_t lost_commits = 0;
  uint64_t locked_gathers = 0;
  uint64_t deferred = 0;

  friend LaneTotals operator+(const LaneTotals& a, const LaneTotals& b) {
    return {a.conflicts + b.conflicts, a.lost_commits + b.lost_commits,
            a.locked_gathers + b.locked_gathers, a.deferred + b.deferred};
  }
};

class Replica {
 public:
  Replica(Setting& setting, const World& world, std::string name);

  const std::string& name() const { return name_; }
  // What it decides by, at least; 0 when it is down.
  int64_t catalog_revision() const;
  bool KnowsClosed(int32_t year) const;

  // A message of the API arrives: a quote, settle or reversal goes to the lane,
  // the rest is done at once. `time_left_ms`: what is left to the deadline.
  void Arrive(const history::Ask& ask, const std::string& bytes,
              int64_t time_left_ms, AnswerTo answer);

  // Looks whether catalog or closed years have moved.
  void Refresh();
  // Each is false when there is no process to do it to.
  // SIGKILL: now, or as soon as the store call that it waits for returns.
  bool Kill();
  // SIGTERM: answers what it accepted, then another process takes its place.
  bool Drain();
  bool LoseConnection(int64_t for_ms);
  void MoveClock(int64_t by_ms) { clock_offset_ms_ = by_ms; }

  LaneTotals totals() const;

 private:
  struct Request;
  struct Process;

  void Start();
  void Die();
  void Break();
  void ScheduleStep(int64_t after_ms);
  void Step();
  void ToLane(const history::Ask& ask, const std::string& bytes,
              int64_t time_left_ms, AnswerTo answer);
  void ToWorker(const history::Ask& ask, const AnswerTo& answer);
  absl::StatusOr<std::string> Work(FaultStore& store, const history::Ask& ask,
                                   const server::Snapshot& snapshot);
  domain::Moment Now() const;
  LaneTotals OfProcess() const;

  Setting& setting_;
  const World& world_;
  const std::string name_;
  int64_t clock_offset_ms_ = 0;
  int generation_ = 0;
  std::shared_ptr<Process> process_;  // nullptr: down
  LaneTotals before_;                 // of processes that are gone
};

}  // namespace onestop::simulation

#endif  // ONESTOP_TESTS_SIMULATION_REPLICA_H_
