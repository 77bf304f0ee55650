// `onestop health`: whether a server serves, for health checks and scripts.
#include <memory>

#include "cli/exit_code.h"
#include "cli/text.h"
#include "cli/verbs.h"
#include "grpc/health/v1/health.grpc.pb.h"

namespace onestop::cli {
namespace {

struct HealthOptions {
  ServerOptions server;
  OutputOptions output;
};

// One try: who asks wants to know how it is now.
int RunHealth(const HealthOptions& options) {
  Client client(options.server);
  grpc::ClientContext context;
  client.Prepare(context);
  grpc::health::v1::HealthCheckResponse response;
  const grpc::Status status = client.health().Check(&context, {}, &response);
  if (!status.ok()) return Fail(Client::ToStatus(status), options.output);
  Print(response, options.output, [&](Language) {
    return Cat(grpc::health::v1::HealthCheckResponse::ServingStatus_Name(
                   response.status()),
               "\n");
  });
  return response.status() == grpc::health::v1::HealthCheckResponse::SERVING
             ? kExitOk
             : kExitRefused;
}

}  // namespace

void AddHealth(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<HealthOptions>();
  CLI::App* verb = app.add_subcommand("health",
                                      "Whether a server serves: 0 it does, 1 "
                                      "it drains or its database is away, "
                                      "3 no answer");
  AddServerOptions(*verb, options->server);
  AddOutputOptions(*verb, options->output);
  verb->callback([options, &chosen] {
    chosen = [options] { return RunHealth(*options); };
  });
}

}  // namespace onestop::cli
