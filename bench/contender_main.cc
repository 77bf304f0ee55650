// bench_contender: the servers that onestopd is measured against, echo and
// naive.
#include <CLI/CLI.hpp>
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "bench/contender.h"
#include "bench/echo.h"
#include "bench/naive_service.h"
#include "bench/naive_settler.h"
#include "bench/world.h"
#include "server/config.h"
#include "server/policy_source.h"
#include "server/run.h"
#include "server/server.h"
#include "storage/pg_store.h"

namespace {

using onestop::bench::NaiveSettler;

struct Options {
  std::string ready_file;
  std::string reply_file;  // echo
  std::string database;    // naive
  int threads = 16;        // naive
};

int Fail(const std::string& what) {
  std::cerr << "bench_contender: " << what << "\n";
  return 1;
}

int ServeEcho(const Options& options) {
  std::ifstream file(options.reply_file, std::ios::binary);
  std::string reply{std::istreambuf_iterator<char>(file), {}};
  if (reply.empty()) return Fail("cannot read " + options.reply_file);
  onestop::bench::Echo echo(std::move(reply));
  return onestop::bench::ServeContender(
      echo, options.ready_file,
      [&echo](grpc::Server& server, onestop::server::CallThread& thread) {
        echo.AwaitCalls(server, thread);
      });
}

int ServeNaive(const Options& options) {
  onestop::server::Config config;
  config.allow_assumed = true;
  config.today = onestop::domain::ParseDay(onestop::bench::kToday);
  const auto loaded = onestop::server::LoadPolicy(config);
  if (!loaded.ok()) return Fail(std::string(loaded.status().message()));
  onestop::storage::PgOptions store_options;
  store_options.url = options.database;
  onestop::storage::PgStore store(store_options);
  // Beside the settlements, so that they can be verified.
  const absl::Status kept =
      store.PutPolicy(loaded->policy->revision(), loaded->files);
  if (!kept.ok()) return Fail(std::string(kept.message()));
  const auto catalog = store.LoadCatalog(std::nullopt);
  if (!catalog.ok()) return Fail(std::string(catalog.status().message()));
  std::vector<std::unique_ptr<NaiveSettler>> settlers;
  for (int i = 0; i < options.threads; ++i) {
    settlers.push_back(std::make_unique<NaiveSettler>(
        options.database, *loaded->policy, *catalog,
        onestop::server::MakeClock(config)));
  }
  onestop::bench::NaiveService naive(std::move(settlers));
  return onestop::bench::ServeContender(naive, options.ready_file);
}

int Run(int argc, char** argv) {
  CLI::App app("bench_contender: what onestopd is measured against.",
               "bench_contender");
  app.require_subcommand(1);
  app.fallthrough();  // --ready-file may stand behind the subcommand.
  Options options;
  app.add_option("--ready-file", options.ready_file,
                 "file that gets the port as JSON once calls are served")
      ->required();
  CLI::App* echo =
      app.add_subcommand("echo", "answer every Settle with the same bytes");
  echo->add_option("--reply-file", options.reply_file, "these bytes")
      ->required();
  CLI::App* naive =
      app.add_subcommand("naive", "settle with one transaction a call");
  naive->add_option("--database", options.database, "PostgreSQL, filled")
      ->required();
  naive->add_option("--threads", options.threads, "with a connection each")
      ->check(CLI::Range(1, 100));
  CLI11_PARSE(app, argc, argv);
  // Before any thread: all of them leave the signals to the main one.
  onestop::server::BlockSignals();
  // As onestopd.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  return *echo ? ServeEcho(options) : ServeNaive(options);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return Run(argc, argv);
  } catch (const std::exception& error) {
    return Fail(error.what());
  }
}
