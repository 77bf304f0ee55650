// Announces the ports and waits for signals.
#include "server/run.h"

#include <pthread.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "server/log.h"

namespace onestop::server {
namespace {

constexpr int kStoppedHard = 1;

sigset_t Signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

// "host" of "host:port".
std::string HostOf(const std::string& address) {
  return address.substr(0, address.rfind(':'));
}

}  // namespace

void BlockSignals() {
  const sigset_t signals = Signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

absl::Status Announce(const Config& config, const Server& server) {
  std::printf("onestopd serves gRPC on %s:%d", HostOf(config.listen).c_str(),
              server.port());
  if (server.metrics_port() != 0) {
    std::printf(", metrics on http://%s:%d/metrics",
                HostOf(config.metrics_address).c_str(), server.metrics_port());
  }
  std::printf("\n");
  std::fflush(stdout);
  LogInfo("serving", absl::StrCat("port=", server.port(),
                                  " metrics_port=", server.metrics_port()));
  if (config.ready_file.empty()) return absl::OkStatus();
  const std::string unfinished = config.ready_file + ".new";
  std::ofstream file(unfinished);
  file << "{\"port\": " << server.port()
       << ", \"metrics_port\": " << server.metrics_port()
       << ", \"pid\": " << getpid() << "}\n";
  file.close();
  if (file.good() &&
      std::rename(unfinished.c_str(), config.ready_file.c_str()) == 0) {
    return absl::OkStatus();
  }
  return MakeError(
      absl::StatusCode::kFailedPrecondition, "READY_FILE_FAILED",
      absl::StrCat("--ready-file: cannot write '", config.ready_file, "'."));
}

int ServeUntilSignal(const Config& config, Server& server) {
  const sigset_t signals = Signals();
  int signal = 0;
  sigwait(&signals, &signal);
  LogInfo("draining", absl::StrCat("signal=", signal,
                                   " at_most_seconds=", config.drain_seconds));
  std::atomic<bool> drained{false};
  std::thread drain([&server, &drained] {
    server.Drain();
    drained = true;
  });
  const auto until = std::chrono::steady_clock::now() +
                     std::chrono::seconds(config.drain_seconds);
  const timespec pause{0, 20'000'000};
  while (!drained) {
    const bool second = sigtimedwait(&signals, nullptr, &pause) > 0;
    if (!second && std::chrono::steady_clock::now() < until) continue;
    LogWarning("stopped_at_once",
               second ? "reason=second_signal" : "reason=drain_seconds_over");
    std::_Exit(kStoppedHard);
  }
  drain.join();
  LogInfo("stopped");
  return 0;
}

}  // namespace onestop::server
