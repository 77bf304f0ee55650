// The lane's step: take, gather, decide, write, answer; and what is done when
// a version moved, the store is down or a commit's reply was lost.
#include "server/lane.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <thread>
#include <utility>

#include "base/error.h"
#include "base/limits.h"
#include "base/status_macros.h"

namespace onestop::server {
namespace {

using storage::Gathered;
using storage::GatherKeys;

Rpc RpcOf(const LaneRequest& request) {
  switch (request.kind) {
    case LaneRequest::Kind::kQuote:
      return Rpc::kQuote;
    case LaneRequest::Kind::kSettle:
      return Rpc::kSettle;
    case LaneRequest::Kind::kReverse:
      return Rpc::kReverse;
  }
  return Rpc::kSettle;
}

// That requests cost more than was known is learnt from batches of this size
// on: in smaller ones the round trips are most of it. That they cost less is
// learnt from any.
constexpr size_t kTellingBatch = 64;
// Before any was seen: 5,000 under way.
constexpr int64_t kFirstRequestNs = 100'000;

bool NeedsLocks(const Pending& pending) {
  return pending.tries >= limits::kMaxOptimisticTries;
}

absl::Status ConflictError() {
  return MakeError(absl::StatusCode::kAborted, "CONFLICT",
                   "Others kept changing the same person's ledger while this "
                   "was decided; nothing was written. Send it again.");
}

absl::Status CommitUnknownError() {
  return MakeError(absl::StatusCode::kUnavailable, "COMMIT_UNKNOWN",
                   "The database's answer to the commit was lost and could not "
                   "be looked up in time. Send the same request again: it is "
                   "booked at most once.");
}

absl::Status DeadlineError() {
  return MakeError(absl::StatusCode::kDeadlineExceeded, "DEADLINE_EXCEEDED",
                   "The call's deadline passed before it was decided; nothing "
                   "was written.");
}

// What a request that may have been written can still be told: these come from
// the record itself.
bool KnownFromRecord(const absl::Status& refusal) {
  const std::string reason = ErrorReason(refusal);
  return reason == domain::refusal::kRequestReversed ||
         reason == domain::refusal::kRequestIdReused;
}

}  // namespace

Lane::Lane(LaneQueue& queue, storage::Store& store, SnapshotPtr snapshot,
           NanoClock clock)
    : queue_(queue),
      store_(store),
      snapshot_(std::move(snapshot)),
      clock_(std::move(clock)),
      popped_(limits::kMaxBatch) {
  stats_.catalog_revision.Set(
      static_cast<uint64_t>(snapshot_->catalog.revision()));
  stats_.request_ns.Set(kFirstRequestNs);
}

bool Lane::Step(domain::Moment now) {
  now_ = now;
  stats_.busy.Set(1);
  if (inbox_.size() < limits::kMaxBatch) {
    const size_t count =
        queue_.Pop(popped_.begin(), limits::kMaxBatch - inbox_.size());
    for (size_t i = 0; i < count; ++i) Accept(popped_[i]);
  }
  const bool worked = !Idle();
  Batch batch = TakeBatch();
  if (!batch.empty()) RunBatch(std::move(batch));
  stats_.busy.Set(0);
  return worked;
}

void Lane::Await(std::chrono::milliseconds at_most) {
  if (store_is_down_ && !deferred_.empty()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(kLookUpPauseMs));
    return;
  }
  if (!Idle()) return;
  const size_t count =
      queue_.WaitAndPop(popped_.begin(), limits::kMaxBatch, at_most);
  for (size_t i = 0; i < count; ++i) Accept(popped_[i]);
}

void Lane::Accept(LaneItem& item) {
  if (item.snapshot != nullptr) {
    snapshot_ = std::move(item.snapshot);
    stats_.snapshots.Add(1);
    stats_.catalog_revision.Set(
        static_cast<uint64_t>(snapshot_->catalog.revision()));
    return;
  }
  Pending pending;
  pending.request = item.request;
  pending.alone = item.request->has_replacement;
  inbox_.push_back(std::move(pending));
}

// What was put off goes first, so that a person's claims keep their order; what
// needs locks goes without what arrived since.
Batch Lane::TakeBatch() {
  const bool locked =
      std::any_of(deferred_.begin(), deferred_.end(), NeedsLocks);
  Batch batch;
  while (batch.size() < limits::kMaxBatch) {
    std::deque<Pending>& from = deferred_.empty() ? inbox_ : deferred_;
    if (from.empty() || (locked && &from == &inbox_)) break;
    Pending& next = from.front();
    if (next.alone && !batch.empty()) break;
    if (next.request->deadline_ms <= now_.now_ms) {
      Refuse(next, DeadlineError());
      from.pop_front();
      continue;
    }
    batch.push_back(std::move(next));
    from.pop_front();
    if (batch.back().alone) break;
  }
  return batch;
}

void Lane::RunBatch(Batch batch) {
  const size_t size = batch.size();
  stats_.batch.Observe(size);
  const int64_t start = clock_();
  Work(std::move(batch));
  if (!storage_.ok()) return;  // It was not the work that took so long.
  const int64_t request_ns = (clock_() - start) / static_cast<int64_t>(size);
  if (size >= kTellingBatch ||
      request_ns < static_cast<int64_t>(stats_.request_ns.Get())) {
    LearnCost(request_ns);
  }
}

// A quarter of the new to three of the old, so that one pause of the database
// does not close the door.
void Lane::LearnCost(int64_t request_ns) {
  const auto known = static_cast<int64_t>(stats_.request_ns.Get());
  const int64_t seen = std::clamp<int64_t>(request_ns, 1, 4 * known);
  stats_.request_ns.Set(static_cast<uint64_t>(known + (seen - known) / 4));
}

void Lane::Work(Batch batch) {
  const bool locked = std::any_of(batch.begin(), batch.end(), NeedsLocks);
  auto gathered = locked ? GatherRowsLocked(batch) : GatherRows(batch);
  if (!gathered.ok()) return Fail(batch, gathered.status());
  Gathered rows = *std::move(gathered);
  while (RunRound(batch, rows) == RoundEnd::kAgain) {
  }
}

// Decides the batch on `rows`; kAgain: what is left of it, on the new `rows`.
Lane::RoundEnd Lane::RunRound(Batch& batch, Gathered& rows) {
  domain::Book book(*snapshot_->policy, snapshot_->catalog, now_);
  for (domain::Person& person : rows.persons) book.AddPerson(std::move(person));
  for (auto& [key, row] : rows.ledger) book.AddLedger(key, std::move(row));
  for (auto& record : rows.settlements) book.AddSettlement(std::move(record));
  for (const int32_t year : snapshot_->closed_years) book.CloseYear(year);
  bool quotes = false;
  for (Pending& pending : batch) {
    Decide(*snapshot_, book, pending);
    if (pending.request->kind != LaneRequest::Kind::kQuote) continue;
    Answer(pending);
    quotes = true;
  }
  if (quotes) {
    std::erase_if(batch, [](const Pending& pending) {
      return pending.request == nullptr;
    });
  }
  return WriteRound(batch, book, rows);
}

Lane::RoundEnd Lane::WriteRound(Batch& batch, const domain::Book& book,
                                Gathered& rows) {
  storage::WriteBatch write;
  if (!batch.empty() && !batch.front().discard) {
    write.ledger = book.LedgerWrites();
    for (const auto& record : book.records()) {
      write.settlements.push_back(&record);
    }
  }
  if (write.ledger.empty() && write.settlements.empty()) {
    Release();
    AnswerAll(batch);
    return RoundEnd::kDone;
  }
  const int64_t start = clock_();
  const auto outcome = store_.Write(write);
  locked_ = false;
  stats_.commit.Observe(static_cast<uint64_t>(clock_() - start));
  if (!outcome.ok()) {
    if (ErrorReason(outcome.status()) == "COMMIT_UNKNOWN") {
      CommitUnknown(batch);
    } else {
      Fail(batch, outcome.status());
    }
    return RoundEnd::kDone;
  }
  Reached();
  if (*outcome == storage::WriteOutcome::kConflict) {
    return SplitMoved(batch, book, rows);
  }
  stats_.records.Add(write.settlements.size());
  AnswerAll(batch);
  return RoundEnd::kDone;
}

// After a conflict: the requests connected with what moved wait for the next
// step; the others are decided again at once, on the rows as they are now.
Lane::RoundEnd Lane::SplitMoved(Batch& batch, const domain::Book& book,
                                Gathered& rows) {
  stats_.conflicts.Add(1);
  for (Pending& pending : batch) {
    if (++pending.tries >= limits::kMaxTries) Refuse(pending, ConflictError());
  }
  std::erase_if(
      batch, [](const Pending& pending) { return pending.request == nullptr; });
  if (batch.empty()) return RoundEnd::kDone;
  auto fresh = GatherRows(batch);
  if (!fresh.ok()) {
    Fail(batch, fresh.status());
    return RoundEnd::kDone;
  }
  Batch moved = TakeConnected(batch, MovedPersons(book, *fresh));
  const bool again = !batch.empty() && !moved.empty() &&
                     std::none_of(batch.begin(), batch.end(), NeedsLocks);
  Defer(moved);
  if (!again) {
    Defer(batch);
    return RoundEnd::kDone;
  }
  rows = *std::move(fresh);
  return RoundEnd::kAgain;
}

absl::StatusOr<Gathered> Lane::GatherRows(Batch& batch) {
  const GatherKeys keys = KeysOf(batch);
  ONESTOP_ASSIGN_OR_RETURN(Gathered gathered, TimedGather(keys, false));
  GatherKeys more;
  more.ledger = RowsOfReversals(batch, keys, gathered);
  if (more.ledger.empty()) return gathered;
  ONESTOP_ASSIGN_OR_RETURN(Gathered added, TimedGather(more, false));
  std::move(added.ledger.begin(), added.ledger.end(),
            std::back_inserter(gathered.ledger));
  return gathered;
}

// All locks are taken by one call, in order of key; so the rows of reversals
// are learnt first, and once more if a target appeared in between.
absl::StatusOr<Gathered> Lane::GatherRowsLocked(Batch& batch) {
  GatherKeys keys = KeysOf(batch);
  ONESTOP_ASSIGN_OR_RETURN(Gathered gathered, TimedGather(keys, false));
  for (int i = 0; i < limits::kMaxOptimisticTries; ++i) {
    for (auto& key : RowsOfReversals(batch, keys, gathered)) {
      keys.ledger.push_back(std::move(key));
    }
    ONESTOP_ASSIGN_OR_RETURN(gathered, TimedGather(keys, true));
    if (RowsOfReversals(batch, keys, gathered).empty()) return gathered;
    Release();
  }
  return ConflictError();
}

absl::StatusOr<Gathered> Lane::TimedGather(const GatherKeys& keys,
                                           bool locked) {
  const int64_t start = clock_();
  if (locked) {
    stats_.locked_gathers.Add(1);
    locked_ = true;
  }
  auto gathered = locked ? store_.GatherLocked(keys) : store_.Gather(keys);
  stats_.gather.Observe(static_cast<uint64_t>(clock_() - start));
  if (gathered.ok()) Reached();
  return gathered;
}

void Lane::Reached() {
  store_is_down_ = false;
  storage_ = absl::OkStatus();
}

void Lane::Release() {
  if (locked_) store_.Release();
  locked_ = false;
}

// Nobody knows whether the batch was written: the next step gathers and decides
// it again, so that what was written answers from its record.
void Lane::CommitUnknown(Batch& batch) {
  stats_.commit_unknown.Add(1);
  store_is_down_ = true;
  storage_ = CommitUnknownError();
  for (Pending& pending : batch) {
    if (pending.wrote && !pending.maybe_written) {
      pending.maybe_written = true;
      pending.unknown_since_ms = now_.now_ms;
    }
    if (++pending.tries >= limits::kMaxTries) {
      Refuse(pending, CommitUnknownError());
    }
  }
  std::erase_if(
      batch, [](const Pending& pending) { return pending.request == nullptr; });
  Defer(batch);
}

// The store failed; nothing of this round was written. A batch with a row that
// cannot be stored or read is taken apart, so that only its owner is refused.
void Lane::Fail(Batch& batch, const absl::Status& error) {
  Release();
  stats_.storage_errors.Add(1);
  store_is_down_ = absl::IsUnavailable(error);
  storage_ = error;
  if (!store_is_down_ && batch.size() > 1) {
    for (Pending& pending : batch) pending.alone = true;
    return Defer(batch);
  }
  Batch kept;
  for (Pending& pending : batch) {
    const bool look_again = store_is_down_ && pending.maybe_written &&
                            now_.now_ms - pending.unknown_since_ms < kLookUpMs;
    if (look_again) {
      kept.push_back(std::move(pending));
    } else {
      Refuse(pending, error);
    }
  }
  Defer(kept);
}

void Lane::Defer(Batch& batch) {
  stats_.deferred.Add(batch.size());
  deferred_.insert(deferred_.begin(), std::make_move_iterator(batch.begin()),
                   std::make_move_iterator(batch.end()));
  batch.clear();
}

void Lane::Refuse(Pending& pending, absl::Status refusal) {
  pending.outcome = OutcomeIndexOf(refusal);
  pending.answer = std::move(refusal);
  Answer(pending);
}

void Lane::Answer(Pending& pending) {
  LaneRequest& request = *pending.request;
  pending.request = nullptr;
  // A write that seemed lost may still arrive after it was not found: only
  // what the record itself says is certain, and "nothing was written" is not.
  const bool says_unwritten =
      !pending.answer.ok() ? !KnownFromRecord(pending.answer.status())
                           : pending.outcome == OutcomeIndex("QUOTE_STALE");
  if (pending.maybe_written && says_unwritten) {
    pending.answer = CommitUnknownError();
    pending.outcome = OutcomeIndexOf(pending.answer.status());
  }
  stats_.calls.Count(RpcOf(request), pending.outcome,
                     clock_() - request.arrived_ns);
  request.Answer(std::move(pending.answer));
}

void Lane::AnswerAll(Batch& batch) {
  for (Pending& pending : batch) Answer(pending);
  batch.clear();
}

}  // namespace onestop::server
