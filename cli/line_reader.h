// A file line by line, however long it is, with the number of each line.
#ifndef ONESTOP_CLI_LINE_READER_H_
#define ONESTOP_CLI_LINE_READER_H_

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <deque>
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

// Not thread-safe. Holds a line and a buffer, never the file.
class LineReader {
 public:
  // "-" is standard input. INVALID_ARGUMENT names the file and says why it
  // cannot be read.
  static absl::StatusOr<std::unique_ptr<LineReader>> Open(
      const std::string& path);

  // Reads an open file, which it closes; `name` is for errors.
  static std::unique_ptr<LineReader> Of(std::string name, std::FILE* file);

  // False: the file has ended. INVALID_ARGUMENT: reading failed.
  absl::StatusOr<bool> Next(Line& line);
  // `line` is the next one again; of several the last returned comes first.
  void Return(Line line) { returned_.push_front(std::move(line)); }

  // Of a regular file; 0: not known.
  int64_t file_bytes() const { return file_bytes_; }

 private:
  struct CloseFile {
    void operator()(std::FILE* file) const {
      if (file != stdin) std::fclose(file);
    }
  };

  LineReader(std::string name, std::FILE* file);
  // Appends up to and with the next line end; false when there is none in the
  // buffer.
  bool TakeFromBuffer(Line& line);

  const std::string name_;
  const std::unique_ptr<std::FILE, CloseFile> file_;
  int64_t file_bytes_ = 0;
  int64_t next_number_ = 1;
  int64_t taken_ = 0;
  std::string buffer_;
  size_t at_ = 0;
  std::deque<Line> returned_;
};

}  // namespace onestop::cli

#endif  // ONESTOP_CLI_LINE_READER_H_
