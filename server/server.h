// The whole server, put together: stores, snapshot, lanes, workers, services,
// gRPC and metrics; how it starts and how it drains.
#ifndef ONESTOP_SERVER_SERVER_H_
#define ONESTOP_SERVER_SERVER_H_

#include <grpcpp/grpcpp.h>
#include <prometheus/exposer.h>

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/batch_thread.h"
#include "server/call_thread.h"
#include "server/clearing_service.h"
#include "server/config.h"
#include "server/lanes.h"
#include "server/live_calls.h"
#include "server/metrics.h"
#include "server/policy_source.h"
#include "server/reconciliation_service.h"
#include "server/registry_service.h"
#include "server/settlement_service.h"
#include "server/shared_stats.h"
#include "server/snapshot_source.h"
#include "server/workers.h"
#include "storage/books.h"
#include "storage/store.h"

namespace onestop::server {

// Makes one more handle on the same data; each is used by one thread.
using StoreFactory = std::function<std::unique_ptr<storage::Store>()>;

// Started and drained by one thread.
class Server {
 public:
  // Serves when it returns; health then says NOT_SERVING as long as the
  // database is away. STORAGE_UNAVAILABLE when the database cannot be read;
  // LISTEN_FAILED (UNAVAILABLE) when an address is taken.
  static absl::StatusOr<std::unique_ptr<Server>> Start(
      const Config& config, const LoadedPolicy& policy,
      const StoreFactory& new_store, const storage::BooksFactory& new_books);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  int port() const { return port_; }
  int metrics_port() const;  // 0: metrics are not served
  const MetricsCollector& metrics() const { return *metrics_; }
  SnapshotSource& snapshots() { return *snapshots_; }

  // Health says NOT_SERVING, new requests are refused with DRAINING, everything
  // that was accepted is answered, then the connections are closed. Safe to
  // call twice.
  void Drain();

 private:
  Server() = default;

  absl::Status Open(const Config& config, const LoadedPolicy& policy,
                    const StoreFactory& new_store,
                    const storage::BooksFactory& new_books);
  absl::Status Listen(const Config& config);
  absl::Status Expose(const Config& config);
  ServiceParts Parts();

  WallClock clock_;
  SharedStats stats_;
  LiveCalls live_;
  std::unique_ptr<SnapshotSource> snapshots_;
  std::unique_ptr<Lanes> lanes_;
  std::unique_ptr<Admission> admission_;
  std::chrono::milliseconds stream_patience_{0};
  std::unique_ptr<Workers> workers_;
  std::unique_ptr<BatchThread> batch_;
  std::unique_ptr<SettlementServiceImpl> settlement_;
  std::unique_ptr<RegistryServiceImpl> registry_;
  std::unique_ptr<ReconciliationServiceImpl> reconciliation_;
  std::unique_ptr<ClearingServiceImpl> clearing_;
  std::shared_ptr<MetricsCollector> metrics_;
  std::unique_ptr<prometheus::Exposer> exposer_;
  // Shut down after the server, gone before it.
  std::unique_ptr<grpc::Server> server_;
  std::vector<std::unique_ptr<CallThread>> call_threads_;
  int port_ = 0;
  bool drained_ = false;
};

// What a decision is dated by: the configured day, or the day at UTC+8.
WallClock MakeClock(const Config& config);

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_SERVER_H_
