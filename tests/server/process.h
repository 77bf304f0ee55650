// Real processes for tests: a server of its own, commands beside it, signals.
#ifndef ONESTOP_TESTS_SERVER_PROCESS_H_
#define ONESTOP_TESTS_SERVER_PROCESS_H_

#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

extern char** environ;

namespace onestop::testing {

inline constexpr std::chrono::seconds kStartPatience{60};

inline std::string Binary(const std::string& name) {
  return absl::StrCat(std::getenv("ONESTOP_BINARY_DIR"), "/", name);
}

inline pid_t Spawn(const std::vector<std::string>& command) {
  std::vector<char*> argv;
  for (const std::string& word : command) {
    argv.push_back(const_cast<char*>(word.c_str()));
  }
  argv.push_back(nullptr);
  pid_t pid = 0;
  const int error =
      posix_spawn(&pid, argv[0], nullptr, nullptr, argv.data(), environ);
  EXPECT_EQ(error, 0) << command[0];
  return pid;
}

// The exit code; -1 when a signal ended it.
inline int Wait(pid_t pid) {
  int status = 0;
  EXPECT_EQ(waitpid(pid, &status, 0), pid);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

// One onestopd, killed with this object if it still runs.
class Daemon {
 public:
  // Port 0: any.
  explicit Daemon(const std::string& conninfo, int port = 0)
      : ready_file_(
            absl::StrCat(::testing::TempDir(), "/onestopd-ready-", getpid())) {
    std::remove(ready_file_.c_str());
    pid_ = Spawn({Binary("onestopd"), "--database", conninfo, "--listen",
                  absl::StrCat("127.0.0.1:", port), "--metrics-address",
                  "127.0.0.1:0", "--insecure", "--allow-assumed", "--today",
                  "2025-03-20", "--log-level", "warn", "--ready-file",
                  ready_file_});
    const auto until = std::chrono::steady_clock::now() + kStartPatience;
    while (port_ == 0 && std::chrono::steady_clock::now() < until) {
      std::ifstream file(ready_file_);
      std::stringstream text;
      text << file.rdbuf();
      std::sscanf(text.str().c_str(), "{\"port\": %d", &port_);
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    EXPECT_NE(port_, 0) << "onestopd did not start";
  }
  ~Daemon() {
    if (pid_ != 0) Stop(SIGKILL);
    std::remove(ready_file_.c_str());
  }

  int port() const { return port_; }
  int Stop(int signal) {
    kill(pid_, signal);
    return Wait(std::exchange(pid_, 0));
  }

 private:
  const std::string ready_file_;
  pid_t pid_ = 0;
  int port_ = 0;
};

}  // namespace onestop::testing

#endif  // ONESTOP_TESTS_SERVER_PROCESS_H_
