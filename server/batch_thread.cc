// The batch thread: jobs first, the projection between them.
#include "server/batch_thread.h"

#include <chrono>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "server/lanes.h"
#include "server/log.h"
#include "server/this_thread.h"

namespace onestop::server {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kFillEvery{1};
constexpr std::chrono::milliseconds kFillAgain{20};
constexpr std::chrono::seconds kLongestWait{10};

void LogFilled(const absl::Status& status) {
  if (status.ok()) return LogInfo("book_filled_again");
  std::string fields = absl::StrCat("reason=", ErrorReason(status));
  for (const auto& [name, value] : ErrorMetadataOf(status)) {
    absl::StrAppend(&fields, " ", name, "=", value);
  }
  LogWarning("book_not_filled", fields);
}

}  // namespace

BatchThread::BatchThread(std::unique_ptr<storage::Books> books)
    : queue_(limits::kMaxBatchJobs),
      books_(std::move(books)),
      thread_([this] { Run(); }) {}

BatchThread::~BatchThread() { Drain(); }

void BatchThread::Run() {
  NameThisThread("batch");
  LetOthersGoFirst();
  while (true) {
    // Closed is read first: what was pushed before the closing is then seen.
    const bool closed = queue_.closed();
    Job job;
    const size_t taken = going_on_.empty()
                             ? queue_.WaitAndPop(&job, 1, kIdleWait)
                             : queue_.Pop(&job, 1);
    if (taken == 1) job(*books_);
    if (!going_on_.empty()) {
      job = std::move(going_on_.front());
      going_on_.pop_front();
      steps_.store(going_on_.size(), std::memory_order_relaxed);
      job(*books_);
    } else if (taken == 0 && closed && queue_.depth() == 0) {
      return;
    }
    FillIfDue();
  }
}

void BatchThread::FillIfDue() {
  if (Clock::now() < fill_at_) return;
  const int64_t now = std::chrono::system_clock::now().time_since_epoch() /
                      std::chrono::seconds(1);
  const absl::StatusOr<bool> whole = books_->Fill();
  if (whole.status() != filled_) {
    filled_ = whole.status();
    LogFilled(filled_);
  }
  if (whole.ok() && *whole) stats_.filled_at.Set(static_cast<uint64_t>(now));
  // A piece that is not the last leaves the window room before the next.
  fill_at_ = Clock::now() +
             (whole.ok() && !*whole ? Clock::duration(kFillAgain) : kFillEvery);
}

absl::Status BatchThread::GoOn(Job step) {
  if (draining()) return DrainingError();
  going_on_.push_back(std::move(step));
  steps_.store(going_on_.size(), std::memory_order_relaxed);
  return absl::OkStatus();
}

absl::Status BatchThread::Submit(Job job) {
  if (steps_.load(std::memory_order_relaxed) >= limits::kMaxBatchJobs &&
      !draining()) {
    return OverloadedError();
  }
  switch (queue_.Push(std::move(job))) {
    case PushResult::kPushed:
      return absl::OkStatus();
    case PushResult::kFull:
      return OverloadedError();
    case PushResult::kClosed:
      break;
  }
  return DrainingError();
}

void BatchThread::Drain() {
  if (!queue_.closed()) queue_.Close();
  if (thread_.joinable()) thread_.join();
}

absl::Status WaitForBooks(storage::Books& books) {
  ONESTOP_ASSIGN_OR_RETURN(const int64_t wanted, books.Now());
  const Clock::time_point until = Clock::now() + kLongestWait;
  bool whole = false;  // all is in but what may still be running
  while (true) {
    ONESTOP_ASSIGN_OR_RETURN(const bool there, books.Reached(wanted));
    if (there) return absl::OkStatus();
    if (Clock::now() > until) break;
    ONESTOP_ASSIGN_OR_RETURN(whole, books.Fill());
    if (whole) std::this_thread::sleep_for(kFillAgain);
  }
  return MakeError(
      absl::StatusCode::kUnavailable, "BOOK_BEHIND",
      whole
          ? "A transaction that writes in the database keeps running, so that "
            "not everything that was settled can be counted yet; nothing was "
            "done. Send the same again."
          : "The projection of settlements is still being filled; nothing was "
            "done. Send the same again in some minutes.");
}

}  // namespace onestop::server
