// Keeps the snapshot of policy, catalog and closed years up to date: after an
// import on this replica at once, after one on another within two seconds.
#ifndef ONESTOP_SERVER_SNAPSHOT_SOURCE_H_
#define ONESTOP_SERVER_SNAPSHOT_SOURCE_H_

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "domain/policy.h"
#include "server/snapshot.h"
#include "storage/store.h"

namespace onestop::server {

// Thread-safe.
class SnapshotSource {
 public:
  using Listener = std::function<void(const SnapshotPtr&)>;
  using StorageListener = std::function<void(bool reachable)>;

  // Loads the first snapshot; `store` is the watcher's own from then on.
  static absl::StatusOr<std::unique_ptr<SnapshotSource>> Open(
      std::shared_ptr<const domain::Policy> policy,
      std::unique_ptr<storage::Store> store);
  ~SnapshotSource();
  SnapshotSource(const SnapshotSource&) = delete;
  SnapshotSource& operator=(const SnapshotSource&) = delete;

  SnapshotPtr Current() const;

  // Tells `listener` of every new snapshot, and watches the database from now
  // on. Called once.
  void Watch(Listener listener);
  // Tells `listener` when the database went away and when it came back, on the
  // watcher's thread, which looks every second.
  void WatchStorage(StorageListener listener);
  void Stop();

  // Loads a new snapshot through `store` if the database has one.
  absl::Status Refresh(storage::Store& store);

 private:
  SnapshotSource(SnapshotPtr first, std::unique_ptr<storage::Store> store);

  void Run();
  void Tell(const absl::Status& storage);
  void DropRetired();

  std::unique_ptr<storage::Store> store_;
  std::mutex refresh_mutex_;  // one refresh at a time
  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable stopping_;
  bool stop_ = false;
  StorageListener storage_listener_;
  Listener listener_;
  SnapshotPtr current_;
  // Replaced, but perhaps still used by a lane; freed by the watcher, so that
  // no lane pays for freeing a catalog.
  std::vector<SnapshotPtr> retired_;
  std::thread thread_;
};

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_SNAPSHOT_SOURCE_H_
