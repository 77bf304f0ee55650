// A bounded, closable, lock-free queue: moodycamel's with one counter beside
// it.
#ifndef ONESTOP_SERVER_BOUNDED_QUEUE_H_
#define ONESTOP_SERVER_BOUNDED_QUEUE_H_

#include <concurrentqueue/blockingconcurrentqueue.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace onestop::server {

struct BoundedQueueTraits : moodycamel::ConcurrentQueueDefaultTraits {
  // Who waits sleeps soon: the cores belong to the others.
  static const int MAX_SEMA_SPINS = 100;
};

// How long an idle consumer sleeps before it looks whether the queue is closed.
inline constexpr std::chrono::milliseconds kIdleWait{100};

enum class PushResult { kPushed, kFull, kClosed };

// Any number of producers and consumers; the order of what one thread, or one
// Producer, pushes holds. The counter counts places that are taken, and closing
// adds kClosed to it, so that whoever got a place before the closing is seen by
// the consumers and whoever comes later is refused.
template <typename T>
class BoundedQueue {
 public:
  explicit BoundedQueue(size_t capacity)
      : capacity_(static_cast<int64_t>(capacity)), items_(capacity) {}

  // What is pushed through one of these keeps its order, whichever threads
  // push, one at a time. The queue outlives it.
  using Producer = moodycamel::ProducerToken;
  Producer NewProducer() { return Producer(items_); }

  // `item` is untouched unless kPushed.
  PushResult Push(T&& item, Producer* producer = nullptr) {
    const int64_t taken = taken_.fetch_add(1, std::memory_order_acq_rel);
    if (taken >= capacity_) {
      taken_.fetch_sub(1, std::memory_order_acq_rel);
      return taken >= kClosed ? PushResult::kClosed : PushResult::kFull;
    }
    if (producer == nullptr) {
      items_.enqueue(std::move(item));
    } else {
      items_.enqueue(*producer, std::move(item));
    }
    return PushResult::kPushed;
  }

  // For messages of the server itself: never refused.
  void PushAlways(T&& item) {
    taken_.fetch_add(1, std::memory_order_acq_rel);
    items_.enqueue(std::move(item));
  }

  // Refuses from now on; called once.
  void Close() { taken_.fetch_add(kClosed, std::memory_order_acq_rel); }
  bool closed() const { return Taken() >= kClosed; }
  // Places taken: what waits, and what is being pushed this moment.
  size_t depth() const { return static_cast<size_t>(Taken() % kClosed); }

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
  moodycamel::BlockingConcurrentQueue<T, BoundedQueueTraits> items_;
};

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_BOUNDED_QUEUE_H_
