// The lanes of a process: which one a person belongs to, their threads, and
// how they start, drain and stop.
#ifndef ONESTOP_SERVER_LANES_H_
#define ONESTOP_SERVER_LANES_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "base/limits.h"
#include "domain/book.h"
#include "server/lane.h"
#include "server/lane_queue.h"
#include "server/lane_request.h"
#include "server/snapshot.h"
#include "storage/store.h"

namespace onestop::server {

// What a decision is dated by; called from the lanes' threads.
using WallClock = std::function<domain::Moment()>;

// The monotonic clock, in nanoseconds.
int64_t MonotonicNanos();

// Refusals that anything in front of a bounded queue gives.
absl::Status OverloadedError();
absl::Status DrainingError();

// Thread-safe but for Drain, which is called once.
class Lanes {
 public:
  // One lane for each store, each with a thread of its own.
  Lanes(std::vector<std::unique_ptr<storage::Store>> stores,
        SnapshotPtr snapshot, WallClock clock);
  ~Lanes();
  Lanes(const Lanes&) = delete;
  Lanes& operator=(const Lanes&) = delete;

  // Keeps the order of the requests of a person that are submitted through it,
  // one after the other, by whichever threads. The lanes outlive it.
  using Producer = std::vector<LaneQueue::Producer>;  // one a lane
  Producer NewProducer();

  // Hands the request to its person's lane. OVERLOADED, DRAINING (UNAVAILABLE):
  // it stays the caller's.
  absl::Status Submit(LaneRequest* request);
  absl::Status Submit(LaneRequest* request, Producer& producer);
  // Every lane decides on it from its next batch on. Returns when all of them
  // have taken it, or after a second: what is submitted then finds it, whatever
  // thread submits. Called by one thread at a time.
  void Publish(const SnapshotPtr& snapshot);
  // Refuses what comes from now on, answers all that was accepted, ends the
  // threads.
  void Drain();

  // How many requests may be under way before the last of them waits longer
  // than limits::kMostWaitMs.
  int64_t Limit() const;

  size_t size() const { return lanes_.size(); }
  const LaneStats& stats(size_t lane) const;
  size_t depth(size_t lane) const;

 private:
  struct Running {
    explicit Running(std::unique_ptr<storage::Store> its_store)
        : queue(limits::kMaxLaneQueue), store(std::move(its_store)) {}
    LaneQueue queue;
    uint64_t published = 0;  // snapshots
    std::unique_ptr<storage::Store> store;
    std::unique_ptr<Lane> lane;
    std::thread thread;
  };

  void Run(Running& running) const;
  size_t LaneOf(const LaneRequest& request) const;
  absl::Status Push(LaneRequest* request, size_t lane,
                    LaneQueue::Producer* producer);

  const WallClock clock_;
  std::vector<std::unique_ptr<Running>> lanes_;
};

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_LANES_H_
