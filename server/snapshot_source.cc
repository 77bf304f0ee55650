// Polls the catalog's revision and the closed years, and publishes snapshots.
#include "server/snapshot_source.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <iterator>
#include <optional>
#include <utility>

#include "base/status_macros.h"
#include "server/log.h"

namespace onestop::server {
namespace {

constexpr std::chrono::seconds kPollEvery{1};

}  // namespace

absl::StatusOr<std::unique_ptr<SnapshotSource>> SnapshotSource::Open(
    std::shared_ptr<const domain::Policy> policy,
    std::unique_ptr<storage::Store> store) {
  auto first = std::make_shared<Snapshot>();
  first->policy = std::move(policy);
  ONESTOP_ASSIGN_OR_RETURN(first->catalog, store->LoadCatalog(std::nullopt));
  ONESTOP_ASSIGN_OR_RETURN(first->closed_years, store->ClosedYears());
  std::sort(first->closed_years.begin(), first->closed_years.end());
  return std::unique_ptr<SnapshotSource>(
      new SnapshotSource(std::move(first), std::move(store)));
}

SnapshotSource::SnapshotSource(SnapshotPtr first,
                               std::unique_ptr<storage::Store> store)
    : store_(std::move(store)), current_(std::move(first)) {}

SnapshotSource::~SnapshotSource() { Stop(); }

SnapshotPtr SnapshotSource::Current() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return current_;
}

void SnapshotSource::Watch(Listener listener) {
  listener_ = std::move(listener);
  thread_ = std::thread([this] { Run(); });
}

void SnapshotSource::WatchStorage(StorageListener listener) {
  const std::lock_guard<std::mutex> lock(mutex_);
  storage_listener_ = std::move(listener);
}

void SnapshotSource::Tell(const absl::Status& storage) {
  LogStorage(storage);
  StorageListener listener;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    listener = storage_listener_;
  }
  if (listener) listener(!absl::IsUnavailable(storage));
}

void SnapshotSource::Stop() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stop_ = true;
  }
  stopping_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void SnapshotSource::Run() {
  absl::StatusCode told = absl::StatusCode::kOk;
  std::unique_lock<std::mutex> lock(mutex_);
  while (!stopping_.wait_for(lock, kPollEvery, [this] { return stop_; })) {
    lock.unlock();
    const absl::Status status = Refresh(*store_);
    if (status.code() != told) Tell(status);
    told = status.code();
    DropRetired();
    lock.lock();
  }
}

absl::Status SnapshotSource::Refresh(storage::Store& store) {
  const std::lock_guard<std::mutex> one_at_a_time(refresh_mutex_);
  const SnapshotPtr current = Current();
  ONESTOP_ASSIGN_OR_RETURN(const int64_t revision, store.CatalogRevision());
  ONESTOP_ASSIGN_OR_RETURN(std::vector<int32_t> closed, store.ClosedYears());
  std::sort(closed.begin(), closed.end());
  if (revision == current->catalog.revision() &&
      closed == current->closed_years) {
    return absl::OkStatus();
  }
  auto next = std::make_shared<Snapshot>();
  next->policy = current->policy;
  ONESTOP_ASSIGN_OR_RETURN(next->catalog, store.LoadCatalog(std::nullopt));
  next->closed_years = std::move(closed);
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    retired_.push_back(std::move(current_));
    current_ = next;
  }
  if (listener_) listener_(next);
  LogSnapshot(*next);
  return absl::OkStatus();
}

void SnapshotSource::DropRetired() {
  std::vector<SnapshotPtr> unused;
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto in_use = std::partition(
      retired_.begin(), retired_.end(),
      [](const SnapshotPtr& old) { return old.use_count() > 1; });
  std::move(in_use, retired_.end(), std::back_inserter(unused));
  retired_.erase(in_use, retired_.end());
}

}  // namespace onestop::server
