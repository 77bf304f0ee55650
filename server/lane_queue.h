// The bounded lock-free queue in front of a lane.
#ifndef ONESTOP_SERVER_LANE_QUEUE_H_
#define ONESTOP_SERVER_LANE_QUEUE_H_

#include <concurrentqueue/blockingconcurrentqueue.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "base/limits.h"
#include "server/lane_request.h"
#include "server/snapshot.h"

namespace onestop::server {

// A request, or a new snapshot.
struct LaneItem {
  LaneRequest* request = nullptr;
  SnapshotPtr snapshot;
};

struct LaneQueueTraits : moodycamel::ConcurrentQueueDefaultTraits {
  // A lane that waits sleeps soon: the cores belong to the others.
  static const int MAX_SEMA_SPINS = 100;
};

// Many producers, one consumer. The order of one producer's items holds. One
// counter bounds the queue and closes it: it counts places that are taken, and
// closing adds kClosed to it, so that whoever got a place before the closing is
// seen by the consumer and whoever comes later is refused.
class LaneQueue {
 public:
  enum class PushResult { kPushed, kFull, kClosed };

  explicit LaneQueue(size_t capacity = limits::kMaxLaneQueue)
      : capacity_(static_cast<int64_t>(capacity)), items_(capacity) {}

  // After kPushed the request belongs to the lane until it answers.
  PushResult Push(LaneRequest* request) {
    const int64_t taken = taken_.fetch_add(1, std::memory_order_acq_rel);
    if (taken >= capacity_) {
      taken_.fetch_sub(1, std::memory_order_acq_rel);
      return taken >= kClosed ? PushResult::kClosed : PushResult::kFull;
    }
    items_.enqueue(LaneItem{request, nullptr});
    return PushResult::kPushed;
  }

  // Messages of the server itself are never refused.
  void PushSnapshot(SnapshotPtr snapshot) {
    taken_.fetch_add(1, std::memory_order_acq_rel);
    items_.enqueue(LaneItem{nullptr, std::move(snapshot)});
  }

  // Refuses requests from now on; called once.
  void Close() { taken_.fetch_add(kClosed, std::memory_order_acq_rel); }
  bool closed() const { return Taken() >= kClosed; }
  // Places taken: what waits, and what is being pushed this moment.
  size_t depth() const { return static_cast<size_t>(Taken() % kClosed); }

  // Consumer only.
  template <typename Iterator>
  size_t Pop(Iterator out, size_t most) {
    return Popped(items_.try_dequeue_bulk(out, most));
  }
  template <typename Iterator>
  size_t WaitAndPop(Iterator out, size_t most, std::chrono::microseconds wait) {
    return Popped(items_.wait_dequeue_bulk_timed(out, most, wait));
  }

 private:
  static constexpr int64_t kClosed = int64_t{1} << 40;

  int64_t Taken() const { return taken_.load(std::memory_order_acquire); }
  size_t Popped(size_t count) {
    if (count > 0) {
      taken_.fetch_sub(static_cast<int64_t>(count), std::memory_order_acq_rel);
    }
    return count;
  }

  const int64_t capacity_;
  std::atomic<int64_t> taken_{0};
  moodycamel::BlockingConcurrentQueue<LaneItem, LaneQueueTraits> items_;
};

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_LANE_QUEUE_H_
