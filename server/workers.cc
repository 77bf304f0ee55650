// Runs jobs on threads that each own a store.
#include "server/workers.h"

#include <utility>

#include "base/limits.h"
#include "server/lanes.h"

namespace onestop::server {

Workers::Workers(std::vector<std::unique_ptr<storage::Store>> stores)
    : queue_(limits::kMaxWorkerQueue), stores_(std::move(stores)) {
  for (auto& store : stores_) {
    threads_.emplace_back([this, &owned = *store] { Run(owned); });
  }
}

Workers::~Workers() { Drain(); }

void Workers::Run(storage::Store& store) {
  while (true) {
    // Closed is read first: what was pushed before the closing is then seen.
    const bool closed = queue_.closed();
    Waiting next;
    if (queue_.WaitAndPop(&next, 1, kIdleWait) == 1) {
      next.job(store);
      held_bytes_.fetch_sub(next.bytes);
    } else if (closed && queue_.depth() == 0) {
      return;
    }
  }
}

absl::Status Workers::Submit(size_t bytes, Job job) {
  const auto more = static_cast<int64_t>(bytes);
  const bool fits =
      held_bytes_.fetch_add(more) + more <= limits::kWorkerHeldBytes;
  const PushResult pushed =
      fits ? queue_.Push({more, std::move(job)}) : PushResult::kFull;
  if (pushed == PushResult::kPushed) return absl::OkStatus();
  held_bytes_.fetch_sub(more);
  return pushed == PushResult::kClosed ? DrainingError() : OverloadedError();
}

void Workers::Drain() {
  if (!queue_.closed()) queue_.Close();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

}  // namespace onestop::server
