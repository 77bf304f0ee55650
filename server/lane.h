// A lane: one owner of the claims of its persons. It is an object that is
// stepped; only its thread waits (docs/life-of-a-settle.md, steps 3 to 9).
#ifndef ONESTOP_SERVER_LANE_H_
#define ONESTOP_SERVER_LANE_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "domain/book.h"
#include "server/lane_batch.h"
#include "server/lane_queue.h"
#include "server/snapshot.h"
#include "server/stats.h"
#include "storage/store.h"

namespace onestop::server {

// Gather → decide → write. Takes everything that waits, gathers in one round
// trip the rows that the batch can touch, decides every request in the order of
// arrival on the batch's working copy, writes all of it in one transaction, and
// answers after the commit; quotes are answered as soon as they are decided.
//
// When a row's version has moved, nothing was written: the requests connected
// with the moved rows wait for the next step, the others are decided again on
// fresh rows. A request that met kMaxOptimisticTries conflicts is decided under
// row locks, one that met kMaxTries is refused (CONFLICT).
//
// When the commit's reply was lost, the batch is gathered and decided again:
// what was written answers from its record, the rest is settled then. If the
// store cannot tell in time, the answer is COMMIT_UNKNOWN.
//
// Used by one thread; the queue may be filled, and the stats read, by others.
class Lane {
 public:
  // The monotonic clock, in nanoseconds; measures, decides nothing.
  using NanoClock = std::function<int64_t()>;

  // Queue and store outlive the lane.
  Lane(LaneQueue& queue, storage::Store& store, SnapshotPtr snapshot,
       NanoClock clock);

  // Decides one batch; false when nothing waited. `now` is what the batch is
  // decided by.
  bool Step(domain::Moment now);
  // Waits until something may be done, at most so long.
  void Await(std::chrono::milliseconds at_most);
  // Nothing is taken and unanswered.
  bool Idle() const { return inbox_.empty() && deferred_.empty(); }

  const LaneStats& stats() const { return stats_; }
  // How the last call to the store ended; for the thread that steps.
  const absl::Status& storage() const { return storage_; }

  // How long a lost commit is looked for when the request has no deadline.
  static constexpr int64_t kLookUpMs = 10'000;
  // Between two attempts to reach a store that is down.
  static constexpr int64_t kLookUpPauseMs = 20;

 private:
  enum class RoundEnd { kDone, kAgain };

  void Accept(LaneItem& item);
  Batch TakeBatch();
  void RunBatch(Batch batch);
  void LearnCost(int64_t request_ns);
  void Work(Batch batch);
  RoundEnd RunRound(Batch& batch, storage::Gathered& rows);
  RoundEnd WriteRound(Batch& batch, const domain::Book& book,
                      storage::Gathered& rows);
  RoundEnd SplitMoved(Batch& batch, const domain::Book& book,
                      storage::Gathered& rows);
  absl::StatusOr<storage::Gathered> GatherRows(Batch& batch);
  absl::StatusOr<storage::Gathered> GatherRowsLocked(Batch& batch);
  absl::StatusOr<storage::Gathered> TimedGather(const storage::GatherKeys& keys,
                                                bool locked);
  void Reached();
  void Release();

  void CommitUnknown(Batch& batch);
  void Fail(Batch& batch, const absl::Status& error);
  void Defer(Batch& batch);
  void Refuse(Pending& pending, absl::Status refusal);
  void Answer(Pending& pending);
  void AnswerAll(Batch& batch);

  LaneQueue& queue_;
  storage::Store& store_;
  SnapshotPtr snapshot_;
  const NanoClock clock_;
  LaneStats stats_;
  domain::Moment now_;
  std::vector<LaneItem> popped_;  // buffer of kMaxBatch
  std::deque<Pending> inbox_;     // taken from the queue, not yet in a batch
  std::deque<Pending> deferred_;  // for the next step, before the inbox
  bool locked_ = false;           // the store holds row locks for us
  bool store_is_down_ = false;    // the last call did not reach it
  absl::Status storage_;          // how the last call to it ended
};

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_LANE_H_
