// The gRPC side of the command: one channel, deadlines, retries that are safe,
// errors with their details.
#ifndef ONESTOP_CLI_CLIENT_H_
#define ONESTOP_CLI_CLIENT_H_

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "onestop/v1/registry.grpc.pb.h"
#include "onestop/v1/settlement.grpc.pb.h"

namespace onestop::cli {

inline constexpr char kDefaultServer[] = "127.0.0.1:50051";

// Where the server is and how long to wait for it.
struct ServerOptions {
  std::string server = kDefaultServer;
  double deadline_seconds = 10;
};

// Not thread-safe. Every call has the options' deadline over all its tries:
// while the server is away or busy (UNAVAILABLE, ABORTED) the same request is
// sent again, which is safe because each of ours is idempotent.
class Client {
 public:
  explicit Client(const ServerOptions& options);

  template <typename Response, typename Stub, typename Request>
  absl::StatusOr<Response> Call(
      Stub& stub,
      grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                   Response*),
      const Request& request) {
    Response response;
    const absl::Status status = Retry([&](grpc::ClientContext& context) {
      response.Clear();
      return (stub.*method)(&context, request, &response);
    });
    if (!status.ok()) return status;
    return response;
  }

  ::onestop::v1::SettlementService::Stub& settlement() { return *settlement_; }
  ::onestop::v1::RegistryService::Stub& registry() { return *registry_; }
  ::grpc::health::v1::Health::Stub& health() { return *health_; }

  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }
  // DEADLINE_EXCEEDED when an answer has been awaited since then for as long as
  // the options allow.
  absl::Status CheckSilence(std::chrono::steady_clock::time_point since) const;

  // Waits before a call is sent again, not longer than until the server is
  // back. A thread that only slept would not see it: nobody else reads the
  // channel's sockets.
  void Rest(std::chrono::milliseconds at_most) const;
  // Tries until the deadline while the server is away or busy: the same request
  // each time, which must be safe to repeat.
  using Try = std::function<grpc::Status(grpc::ClientContext&)>;
  absl::Status Retry(const Try& call) const;

  // Prepares a context for one call that is tried once.
  void Prepare(grpc::ClientContext& context) const;
  // A gRPC status with its google.rpc.Status details; OK stays OK.
  static absl::Status ToStatus(const grpc::Status& status);
  // Whether the same request, sent again, may be answered.
  static bool MayComeBack(absl::StatusCode code);

 private:
  const ServerOptions options_;
  const std::shared_ptr<grpc::Channel> channel_;
  const std::unique_ptr<::onestop::v1::SettlementService::Stub> settlement_;
  const std::unique_ptr<::onestop::v1::RegistryService::Stub> registry_;
  const std::unique_ptr<::grpc::health::v1::Health::Stub> health_;
};

// PERSON_UNKNOWN or INSTITUTION_UNKNOWN when the server does not know the one
// that a list was asked of: it is empty, as that of one without settlements.
absl::Status CheckKnown(Client& client, const std::string& person_id,
                        const std::string& institution_id);

}  // namespace onestop::cli

#endif  // ONESTOP_CLI_CLIENT_H_
