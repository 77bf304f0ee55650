// The batch side: one thread with a connection of its own, which keeps the
// projection of settlements up to date and runs what compares and sums it up,
// one job after the other; a long one step by step, by turns with the others.
// So a batch takes its share and never the window's.
#ifndef ONESTOP_SERVER_BATCH_THREAD_H_
#define ONESTOP_SERVER_BATCH_THREAD_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string_view>
#include <thread>

#include "absl/status/status.h"
#include "server/bounded_queue.h"
#include "server/stats.h"
#include "storage/books.h"

namespace onestop::server {

// What compared rows came to, for the label `result`.
inline constexpr std::array<std::string_view, 6> kRowResults = {
    "matched",        "only_in_ledger", "only_in_books",
    "amounts_differ", "other_day",      "twice_in_books",
};

// How the closing of a month ended, for the label `outcome`.
enum class ClosingEnd : uint8_t {
  kClosed,
  kClosedBefore,  // answered as it is
  kRefused,       // nothing was cut
  kCutShort,      // the month stays cut; the same closing goes on
  kBroken,        // the same, but somebody has to look into it first
};
inline constexpr std::array<std::string_view, 5> kClosingEnds = {
    "closed", "closed_before", "refused", "cut_short", "broken"};

// Written by the batch thread, read by any.
struct BatchStats {
  Cell reconciliations;                       // sent to their end
  std::array<Cell, kRowResults.size()> rows;  // of these
  std::array<Cell, kClosingEnds.size()> closings;
  ClosingHistogram closing;  // of those closed, ns
  Cell filled_at;  // Unix seconds: the projection held all that was settled
};

// Thread-safe but for Drain, which is called once.
class BatchThread {
 public:
  // Runs on the batch thread; the books are that thread's.
  using Job = std::function<void(storage::Books&)>;

  explicit BatchThread(std::unique_ptr<storage::Books> books);
  ~BatchThread();
  BatchThread(const BatchThread&) = delete;
  BatchThread& operator=(const BatchThread&) = delete;

  // OVERLOADED, DRAINING (UNAVAILABLE): the job will not run.
  absl::Status Submit(Job job);
  // Runs the next step of a job, after one of the jobs that wait: called by the
  // job itself. DRAINING: the step will not run.
  absl::Status GoOn(Job step);
  // Refuses what comes from now on, runs all that was accepted, ends the
  // thread.
  void Drain();

  bool draining() const { return queue_.closed(); }
  // Jobs and steps that wait.
  size_t depth() const {
    return queue_.depth() + steps_.load(std::memory_order_relaxed);
  }
  BatchStats& stats() { return stats_; }
  const BatchStats& stats() const { return stats_; }

 private:
  void Run();
  // A piece of the projection, when one is due.
  void FillIfDue();

  BoundedQueue<Job> queue_;
  std::deque<Job> going_on_;       // of the thread alone
  std::atomic<size_t> steps_ = 0;  // in it
  const std::unique_ptr<storage::Books> books_;
  BatchStats stats_;
  std::chrono::steady_clock::time_point fill_at_;
  absl::Status filled_;  // of the last piece; logged when it changes
  std::thread thread_;
};

// Brings the projection forward until it holds everything that is committed
// now. BOOK_BEHIND (UNAVAILABLE) when a transaction that began before keeps
// running, or when there is too much to bring in; says which.
absl::Status WaitForBooks(storage::Books& books);

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_BATCH_THREAD_H_
