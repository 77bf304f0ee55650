// A file line by line, however long it is, with the number of each line.
#ifndef ONESTOP_CLI_LINE_READER_H_
#define ONESTOP_CLI_LINE_READER_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace onestop::cli {

// A row of an import's file may be this long.
inline constexpr size_t kMaxRowBytes = size_t{2} << 20;

struct Line {
  int64_t number = 0;     // from 1
  int64_t end = 0;        // bytes of the file up to the line's end
  std::string text;       // with its "\n", if it has one; without a BOM
  bool too_long = false;  // `text` is only its beginning
};

enum class NextLine {
  kLine,
  kEnd,  // of the file
  // A pipe or a terminal has not given all of it, or it is longer than a row
  // may be and does not end.
  kNotYet,
};

// Not thread-safe. Holds a line and a buffer, never the file.
class LineReader {
 public:
  // "-" is standard input. INVALID_ARGUMENT names the file and says why it
  // cannot be read.
  static absl::StatusOr<std::unique_ptr<LineReader>> Open(
      const std::string& path);

  // Reads an open file, which it closes unless it is standard input; `name` is
  // for errors.
  static std::unique_ptr<LineReader> Of(std::string name, int file);

  ~LineReader();
  LineReader(const LineReader&) = delete;
  LineReader& operator=(const LineReader&) = delete;

  // The next line if it is at hand. INVALID_ARGUMENT: reading failed.
  absl::StatusOr<NextLine> TryNext(Line& line);
  // Waits for it; false: the file has ended.
  absl::StatusOr<bool> Next(Line& line);
  // `line` is the next one again; of several the last returned comes first.
  void Return(Line line) { returned_.push_front(std::move(line)); }

  // Asked several times a second while Next waits; false ends the wait with
  // CANCELLED.
  void set_keep_waiting(std::function<bool()> keep_waiting) {
    keep_waiting_ = std::move(keep_waiting);
  }

  // Of a regular file; 0: not known.
  int64_t file_bytes() const { return file_bytes_; }

 private:
  LineReader(std::string name, int file);
  bool Readable(int wait_ms) const;
  // False: there is nothing to read yet.
  absl::StatusOr<bool> FillBuffer();
  // Appends up to and with the next line end; false when there is none in the
  // buffer.
  bool TakeFromBuffer(Line& line);

  const std::string name_;
  const int file_;
  std::function<bool()> keep_waiting_;
  int64_t file_bytes_ = 0;
  int64_t next_number_ = 1;
  int64_t taken_ = 0;
  std::string buffer_;
  size_t at_ = 0;
  bool at_end_ = false;
  Line part_;  // the beginning of a line whose end has not come
  int64_t part_begin_ = 0;
  std::deque<Line> returned_;
};

}  // namespace onestop::cli

#endif  // ONESTOP_CLI_LINE_READER_H_
