// Puts onestopd together: opens the stores, serves, and drains.
#include "server/server.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>

#include <algorithm>
#include <cstdint>
#include <exception>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "server/log.h"
#include "server/no_polling.h"

namespace onestop::server {
namespace {

constexpr int64_t kMsPerDay = 86'400'000;
constexpr int64_t kBeijingMs = 8 * 3'600'000;  // UTC+8

constexpr int kMsPerSecond = 1'000;
constexpr int kMinPingMs = 10'000;
constexpr int kMaxStreams = 4'096;  // a connection
// On two cores a second one was worse (docs/performance.md); on more than four
// this has not been measured.
constexpr unsigned kCoresPerCallThread = 4;
// After everything is answered: until the answers have left.
constexpr std::chrono::seconds kFlush{2};
constexpr std::chrono::milliseconds kFlushPoll{2};
// Then what is still open, such as a stream that sends nothing, is cancelled.
constexpr std::chrono::milliseconds kGoodbye{50};

absl::Status ListenFailed(const std::string& what, const std::string& where) {
  return MakeError(absl::StatusCode::kUnavailable, "LISTEN_FAILED",
                   absl::StrCat("Cannot serve ", what, " on ", where,
                                ": the address is taken or not this "
                                "machine's. Choose another one."));
}

std::vector<std::unique_ptr<storage::Store>> MakeStores(
    int count, const StoreFactory& new_store) {
  std::vector<std::unique_ptr<storage::Store>> stores;
  for (int i = 0; i < count; ++i) stores.push_back(new_store());
  return stores;
}

unsigned CallThreadCount() {
  return std::max(1U,
                  std::thread::hardware_concurrency() / kCoresPerCallThread);
}

void Limit(const Config& config, grpc::ServerBuilder& builder) {
  const int stall_ms = config.stall_seconds * kMsPerSecond;
  builder.SetMaxReceiveMessageSize(limits::kMaxMessageBytes);
  builder.SetMaxSendMessageSize(limits::kMaxMessageBytes);
  grpc::ResourceQuota quota("onestop");
  quota.Resize(limits::kGrpcHeldBytes);
  builder.SetResourceQuota(quota);
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kMaxStreams);
  // A timer for each call; lanes and workers look at the clock themselves.
  builder.AddChannelArgument(GRPC_ARG_ENABLE_DEADLINE_CHECKS, 0);
  // Who does not speak: no greeting, no answer to a ping.
  builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, stall_ms);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, stall_ms);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, stall_ms);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(
      GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, kMinPingMs);
}

}  // namespace

WallClock MakeClock(const Config& config) {
  return [today = config.today] {
    const int64_t now_ms = std::chrono::system_clock::now().time_since_epoch() /
                           std::chrono::milliseconds(1);
    domain::Moment moment;
    moment.now_ms = now_ms;
    moment.today = today.value_or(
        domain::Day{static_cast<int32_t>((now_ms + kBeijingMs) / kMsPerDay)});
    return moment;
  };
}

absl::StatusOr<std::unique_ptr<Server>> Server::Start(
    const Config& config, const LoadedPolicy& policy,
    const StoreFactory& new_store, const storage::BooksFactory& new_books) {
  std::unique_ptr<Server> server(new Server);
  ONESTOP_RETURN_IF_ERROR(server->Open(config, policy, new_store, new_books));
  ONESTOP_RETURN_IF_ERROR(server->Expose(config));
  ONESTOP_RETURN_IF_ERROR(server->Listen(config));
  return server;
}

Server::~Server() { Drain(); }

ServiceParts Server::Parts() {
  return {*admission_, *lanes_, *workers_, *batch_,         *snapshots_,
          stats_,      live_,   clock_,    stream_patience_};
}

absl::Status Server::Open(const Config& config, const LoadedPolicy& policy,
                          const StoreFactory& new_store,
                          const storage::BooksFactory& new_books) {
  clock_ = MakeClock(config);
  auto store = new_store();
  ONESTOP_RETURN_IF_ERROR(
      store->PutPolicy(policy.policy->revision(), policy.files));
  ONESTOP_ASSIGN_OR_RETURN(
      snapshots_, SnapshotSource::Open(policy.policy, std::move(store)));
  lanes_ = std::make_unique<Lanes>(MakeStores(LaneCount(config), new_store),
                                   snapshots_->Current(), clock_);
  admission_ =
      std::make_unique<Admission>([&lanes = *lanes_] { return lanes.Limit(); });
  stream_patience_ = std::chrono::seconds(config.stall_seconds);
  workers_ = std::make_unique<Workers>(MakeStores(config.workers, new_store));
  batch_ = std::make_unique<BatchThread>(new_books());
  snapshots_->Watch(
      [this](const SnapshotPtr& snapshot) { lanes_->Publish(snapshot); });
  LogSnapshot(*snapshots_->Current());
  return absl::OkStatus();
}

absl::Status Server::Expose(const Config& config) {
  metrics_ = std::make_shared<MetricsCollector>(Parts());
  if (config.metrics_address == kNoMetrics) return absl::OkStatus();
  try {
    exposer_ = std::make_unique<prometheus::Exposer>(config.metrics_address, 1);
    exposer_->RegisterCollectable(metrics_);
  } catch (const std::exception&) {
    return ListenFailed("metrics", config.metrics_address);
  }
  return absl::OkStatus();
}

absl::Status Server::Listen(const Config& config) {
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  settlement_ = std::make_unique<SettlementServiceImpl>(Parts());
  registry_ = std::make_unique<RegistryServiceImpl>(Parts());
  reconciliation_ = std::make_unique<ReconciliationServiceImpl>(Parts());
  clearing_ = std::make_unique<ClearingServiceImpl>(Parts());
  grpc::ServerBuilder builder;
  Limit(config, builder);
  builder.AddListeningPort(config.listen, grpc::InsecureServerCredentials(),
                           &port_);
  builder.RegisterService(settlement_.get());
  builder.RegisterService(registry_.get());
  for (unsigned i = 0; i < CallThreadCount(); ++i) {
    call_threads_.push_back(
        std::make_unique<CallThread>(builder.AddCompletionQueue()));
  }
  builder.RegisterService(reconciliation_.get());
  builder.RegisterService(clearing_.get());
  {
    const NoPolling callbacks_do_not_poll;
    server_ = builder.BuildAndStart();
  }
  if (server_ == nullptr || port_ == 0) {
    return ListenFailed("gRPC", config.listen);
  }
  for (auto& thread : call_threads_) {
    settlement_->AwaitCalls(*server_, *thread);
    thread->Start();
  }
  grpc::HealthCheckServiceInterface* health = server_->GetHealthCheckService();
  health->SetServingStatus(true);
  snapshots_->WatchStorage(
      [health](bool reachable) { health->SetServingStatus(reachable); });
  return absl::OkStatus();
}

int Server::metrics_port() const {
  if (exposer_ == nullptr) return 0;
  const std::vector<int> ports = exposer_->GetListeningPorts();
  return ports.empty() ? 0 : ports.front();
}

void Server::Drain() {
  if (drained_) return;
  drained_ = true;
  if (server_ != nullptr) {
    // For good, whatever the watcher of the database says.
    server_->GetHealthCheckService()->Shutdown();
  }
  if (lanes_ != nullptr) lanes_->Drain();
  if (workers_ != nullptr) workers_->Drain();
  if (batch_ != nullptr) batch_->Drain();
  if (server_ != nullptr) {
    const auto until = std::chrono::steady_clock::now() + kFlush;
    while (live_.count() > 0 && std::chrono::steady_clock::now() < until) {
      std::this_thread::sleep_for(kFlushPoll);
    }
    server_->Shutdown(std::chrono::system_clock::now() + kGoodbye);
    server_->Wait();
  }
  for (auto& thread : call_threads_) thread->Shutdown();
  if (snapshots_ != nullptr) snapshots_->Stop();
}

}  // namespace onestop::server
