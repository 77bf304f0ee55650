// A small pool for what does not go through lanes: look-ups, registrations and
// imports. Each thread has a store of its own.
#ifndef ONESTOP_SERVER_WORKERS_H_
#define ONESTOP_SERVER_WORKERS_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "server/bounded_queue.h"
#include "storage/store.h"

namespace onestop::server {

// Thread-safe but for Drain, which is called once.
class Workers {
 public:
  // Runs on a worker's thread; the store is that thread's.
  using Job = std::function<void(storage::Store&)>;

  // One thread for each store.
  explicit Workers(std::vector<std::unique_ptr<storage::Store>> stores);
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  // `bytes` is what the job holds of the server's memory until it has run.
  // OVERLOADED, DRAINING (UNAVAILABLE): the job will not run.
  absl::Status Submit(size_t bytes, Job job);
  // Refuses what comes from now on, runs all that was accepted, ends the
  // threads.
  void Drain();

  bool draining() const { return queue_.closed(); }
  size_t depth() const { return queue_.depth(); }
  int64_t held_bytes() const { return held_bytes_.load(); }

 private:
  struct Waiting {
    int64_t bytes = 0;
    Job job;
  };

  void Run(storage::Store& store);

  BoundedQueue<Waiting> queue_;
  std::atomic<int64_t> held_bytes_{0};
  std::vector<std::unique_ptr<storage::Store>> stores_;
  std::vector<std::thread> threads_;
};

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_WORKERS_H_
