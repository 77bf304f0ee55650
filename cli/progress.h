// How far a long run has come, on standard error: a line that is drawn over on
// a terminal, a new line every few seconds elsewhere.
#ifndef ONESTOP_CLI_PROGRESS_H_
#define ONESTOP_CLI_PROGRESS_H_

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace onestop::cli {

struct ProgressState {
  int64_t rows = 0;
  int64_t refused = 0;
  int64_t bytes = 0;        // of the file, done
  int64_t total_bytes = 0;  // 0: not known
};

// "persons  [====      ]  42 %  42000 rows  9800 rows/s  0 refused"; without
// the bar where the whole is not known.
std::string ProgressLine(std::string_view name, const ProgressState& state,
                         std::chrono::milliseconds elapsed);

// Not thread-safe.
class Progress {
 public:
  enum class Mode { kQuiet, kLines, kTerminal };

  // kTerminal or kLines, by what standard error is.
  static Mode ModeOfStderr();

  Progress(Mode mode, std::string name);

  // Draws when it is time to.
  void Update(const ProgressState& state);
  // Makes room for other text on standard error.
  void Clear();
  // The last state, left standing.
  void Finish(const ProgressState& state);

 private:
  using Clock = std::chrono::steady_clock;
  void Draw(const ProgressState& state);

  const Mode mode_;
  const std::string name_;
  const Clock::time_point begin_ = Clock::now();
  Clock::time_point last_drawn_ = begin_;
  bool drawn_ = false;
};

}  // namespace onestop::cli

#endif  // ONESTOP_CLI_PROGRESS_H_
