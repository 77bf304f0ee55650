// onestopd: reads its configuration, serves, and drains when it is told to.
#include <iostream>
#include <memory>

#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "server/config.h"
#include "server/log.h"
#include "server/policy_source.h"
#include "server/run.h"
#include "server/server.h"
#include "storage/pg_books.h"
#include "storage/pg_check.h"
#include "storage/pg_store.h"

namespace {

using onestop::server::Config;

constexpr int kWrongValue = 2;  // as ParseConfig's

int Fail(const absl::Status& status, int code = 1) {
  std::cerr << "onestopd: " << status.message() << "\n";
  return code;
}

int Serve(const Config& config) {
  const auto policy = onestop::server::LoadPolicy(config);
  if (!policy.ok()) return Fail(policy.status());
  onestop::storage::PgOptions database;
  database.url = config.database;
  const absl::Status usable = onestop::storage::CheckDatabase(database);
  if (absl::IsInvalidArgument(usable)) return Fail(usable, kWrongValue);
  if (!usable.ok()) return Fail(usable);
  const auto server = onestop::server::Server::Start(
      config, *policy,
      [&database] {
        return std::make_unique<onestop::storage::PgStore>(database);
      },
      [&database] {
        return std::make_unique<onestop::storage::PgBooks>(database);
      });
  if (!server.ok()) return Fail(server.status());
  const absl::Status announced = onestop::server::Announce(config, **server);
  if (!announced.ok()) return Fail(announced);
  return onestop::server::ServeUntilSignal(config, **server);
}

}  // namespace

int main(int argc, char** argv) {
  const auto parsed = onestop::server::ParseConfig(argc, argv);
  if (!parsed.config) {
    (parsed.exit_code == 0 ? std::cout : std::cerr) << parsed.text;
    return parsed.exit_code;
  }
  // Before any thread: all of them leave the signals to the main one.
  onestop::server::BlockSignals();
  // Debian's Abseil looks for lock cycles at each of gRPC's locks, which are
  // not ours to mend.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  onestop::server::StartLog(parsed.config->log_level);
  return Serve(*parsed.config);
}
