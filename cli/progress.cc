// Draws progress with carriage returns or as lines.
#include "cli/progress.h"

#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <utility>

#include "cli/text.h"

namespace onestop::cli {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kRedraw{100};
constexpr milliseconds kNewLine{5000};
constexpr int kBarCells = 24;
constexpr char kClearLine[] = "\r\033[K";

}  // namespace

std::string ProgressLine(std::string_view name, const ProgressState& state,
                         milliseconds elapsed) {
  std::string line = Cat(name, "  ");
  if (state.total_bytes > 0) {
    const int64_t done = std::min(state.bytes, state.total_bytes);
    const int64_t filled = done * kBarCells / state.total_bytes;
    Append(&line, "[", std::string(static_cast<size_t>(filled), '='),
           std::string(static_cast<size_t>(kBarCells - filled), ' '), "] ",
           PadLeft(Cat(done * 100 / state.total_bytes), 3), " %  ");
  }
  const int64_t ms = std::max<int64_t>(elapsed.count(), 1);
  Append(&line, state.rows, " rows  ", state.rows * 1000 / ms, " rows/s  ",
         state.refused, " refused");
  return line;
}

Progress::Mode Progress::ModeOfStderr() {
  return isatty(STDERR_FILENO) != 0 ? Mode::kTerminal : Mode::kLines;
}

Progress::Progress(Mode mode, std::string name)
    : mode_(mode), name_(std::move(name)) {}

void Progress::Draw(const ProgressState& state) {
  last_drawn_ = Clock::now();
  const std::string line = ProgressLine(
      name_, state,
      std::chrono::duration_cast<milliseconds>(last_drawn_ - begin_));
  if (mode_ == Mode::kTerminal) {
    std::cerr << kClearLine << line << std::flush;
    drawn_ = true;
  } else {
    std::cerr << line << '\n';
  }
}

void Progress::Update(const ProgressState& state) {
  if (mode_ == Mode::kQuiet) return;
  const milliseconds pause = mode_ == Mode::kTerminal ? kRedraw : kNewLine;
  if (Clock::now() - last_drawn_ >= pause) Draw(state);
}

void Progress::Clear() {
  if (drawn_) std::cerr << kClearLine;
  drawn_ = false;
}

void Progress::Finish(const ProgressState& state) {
  if (mode_ == Mode::kQuiet) return;
  Draw(state);
  if (drawn_) std::cerr << '\n';
  drawn_ = false;
}

}  // namespace onestop::cli
