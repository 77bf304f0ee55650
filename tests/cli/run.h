// Runs the command in this process and catches what it says.
#ifndef ONESTOP_TESTS_CLI_RUN_H_
#define ONESTOP_TESTS_CLI_RUN_H_

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "cli/verbs.h"

namespace onestop::cli {

struct Ran {
  int code = -1;
  std::string out;
  std::string err;
};

inline Ran RunOnestop(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "onestop");
  std::vector<const char*> argv;
  for (const std::string& argument : arguments) {
    argv.push_back(argument.c_str());
  }
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  Ran ran;
  ran.code = RunCommand(static_cast<int>(argv.size()), argv.data());
  ran.out = ::testing::internal::GetCapturedStdout();
  ran.err = ::testing::internal::GetCapturedStderr();
  return ran;
}

inline std::string Contents(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// A file of this test alone, gone with it.
class ScratchFile {
 public:
  explicit ScratchFile(const std::string& text) {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    static int number = 0;
    std::string name = test->name();
    std::replace(name.begin(), name.end(), '/', '.');  // of a parameter
    path_ = (std::filesystem::temp_directory_path() /
             (name + "." + std::to_string(::getpid()) + "." +
              std::to_string(++number)))
                .string();
    std::ofstream(path_) << text;
  }
  ~ScratchFile() { std::filesystem::remove(path_); }
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace onestop::cli

#endif  // ONESTOP_TESTS_CLI_RUN_H_
