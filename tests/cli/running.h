// The command as a process of its own: typed to, sent signals, waited for.
#ifndef ONESTOP_TESTS_CLI_RUNNING_H_
#define ONESTOP_TESTS_CLI_RUNNING_H_

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "tests/cli/run.h"
#include "tests/server/process.h"

namespace onestop::cli {

// Whether it came true in time.
inline bool Eventually(const std::function<bool()>& is_true) {
  const auto until =
      std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!is_true()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return true;
}

// Its standard input is a pipe that stays open until CloseInput.
class Running {
 public:
  // Its standard output is `output`, or else told by Wait.
  explicit Running(std::vector<std::string> arguments,
                   const char* output = nullptr) {
    arguments.insert(arguments.begin(), testing::Binary("onestop"));
    std::vector<char*> argv;
    for (std::string& word : arguments) argv.push_back(word.data());
    argv.push_back(nullptr);
    int input[2];
    EXPECT_EQ(pipe2(input, O_CLOEXEC), 0);
    input_ = input[1];
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, input[0], STDIN_FILENO);
    for (const auto& [number, path] :
         {std::pair(STDOUT_FILENO, output ? output : out_.path().c_str()),
          std::pair(STDERR_FILENO, err_.path().c_str())}) {
      posix_spawn_file_actions_addopen(&files, number, path, O_WRONLY | O_TRUNC,
                                       0);
    }
    EXPECT_EQ(
        posix_spawn(&pid_, argv[0], &files, nullptr, argv.data(), environ), 0)
        << argv[0];
    posix_spawn_file_actions_destroy(&files);
    close(input[0]);
  }
  ~Running() {
    if (pid_ != 0) Wait();
    CloseInput();
  }

  void Type(const std::string& text) {
    EXPECT_EQ(write(input_, text.data(), text.size()),
              static_cast<ssize_t>(text.size()));
  }
  void CloseInput() {
    if (input_ >= 0) close(input_);
    input_ = -1;
  }

  void Signal(int signal) const { kill(pid_, signal); }
  // Until Ctrl-C would not simply kill it.
  bool Listens() const {
    return Eventually([this] {
      const std::string status =
          Contents("/proc/" + std::to_string(pid_) + "/status");
      const size_t caught = status.find("SigCgt:");
      return caught != std::string::npos &&
             (std::stoull(status.substr(caught + 7), nullptr, 16) >>
                  (SIGINT - 1) &
              1) != 0;
    });
  }

  // Its exit code is -1 when a signal ended it, ours too: it was too slow.
  Ran Wait() {
    int status = 0;
    if (!Eventually([&] { return waitpid(pid_, &status, WNOHANG) == pid_; })) {
      ADD_FAILURE() << "it did not end";
      Signal(SIGKILL);
      waitpid(pid_, &status, 0);
    }
    pid_ = 0;
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, Contents(out_.path()),
            Contents(err_.path())};
  }

 private:
  const ScratchFile out_{""};
  const ScratchFile err_{""};
  int input_ = -1;
  pid_t pid_ = 0;
};

}  // namespace onestop::cli

#endif  // ONESTOP_TESTS_CLI_RUNNING_H_
