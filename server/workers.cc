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
    Job job;
    if (queue_.WaitAndPop(&job, 1, kIdleWait) == 1) {
      job(store);
    } else if (closed && queue_.depth() == 0) {
      return;
    }
  }
}

absl::Status Workers::Submit(Job job) {
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

void Workers::Drain() {
  if (!queue_.closed()) queue_.Close();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

}  // namespace onestop::server
