// `onestop health`: whether a server serves, for health checks and scripts.
#include <iostream>
#include <memory>

#include "cli/exit_code.h"
#include "cli/verbs.h"
#include "grpc/health/v1/health.grpc.pb.h"

namespace onestop::cli {
namespace {

namespace pb = ::grpc::health::v1;

// One try: who asks wants to know how it is now.
int Run(const ServerOptions& options) {
  Client client(options);
  grpc::ClientContext context;
  client.Prepare(context);
  pb::HealthCheckResponse response;
  const grpc::Status status = client.health().Check(&context, {}, &response);
  if (!status.ok()) return Fail(Client::ToStatus(status), OutputOptions());
  std::cout << pb::HealthCheckResponse::ServingStatus_Name(response.status())
            << std::endl;
  return response.status() == pb::HealthCheckResponse::SERVING ? kExitOk
                                                               : kExitRefused;
}

}  // namespace

void AddHealth(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<ServerOptions>();
  CLI::App* verb = app.add_subcommand(
      "health", "Whether a server serves: 0 it does, 1 it drains, 3 no answer");
  AddServerOptions(*verb, *options);
  verb->callback(
      [options, &chosen] { chosen = [options] { return Run(*options); }; });
}

}  // namespace onestop::cli
