// Cuts a file into lines, buffer by buffer.
#include "cli/line_reader.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/status_macros.h"
#include "cli/text.h"

namespace onestop::cli {
namespace {

constexpr size_t kBufferBytes = 64 << 10;
constexpr size_t kMostFills = kMaxRowBytes / kBufferBytes;
constexpr int kWaitMs = 100;
constexpr char kByteOrderMark[] = "\xEF\xBB\xBF";

absl::Status CannotRead(const std::string& name, int error) {
  return absl::InvalidArgumentError(
      Cat("cannot read ", name, ": ", std::strerror(error)));
}

}  // namespace

absl::StatusOr<std::unique_ptr<LineReader>> LineReader::Open(
    const std::string& path) {
  if (path == "-") return Of("standard input", STDIN_FILENO);
  // A named pipe is opened before anybody writes to it.
  const int file = open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (file < 0) return CannotRead(path, errno);
  return Of(path, file);
}

std::unique_ptr<LineReader> LineReader::Of(std::string name, int file) {
  return std::unique_ptr<LineReader>(new LineReader(std::move(name), file));
}

LineReader::LineReader(std::string name, int file)
    : name_(std::move(name)), file_(file) {
  struct stat status = {};
  if (fstat(file_, &status) == 0 && S_ISREG(status.st_mode)) {
    file_bytes_ = status.st_size;
  }
}

LineReader::~LineReader() {
  if (file_ != STDIN_FILENO) close(file_);
}

bool LineReader::Readable(int wait_ms) const {
  pollfd polled = {file_, POLLIN, 0};
  return poll(&polled, 1, wait_ms) > 0;
}

absl::StatusOr<bool> LineReader::FillBuffer() {
  if (!Readable(0)) return false;
  buffer_.resize(kBufferBytes);
  at_ = 0;
  const ssize_t size = read(file_, buffer_.data(), kBufferBytes);
  const int error = errno;
  buffer_.resize(size < 0 ? 0 : static_cast<size_t>(size));
  if (size < 0 && (error == EINTR || error == EAGAIN)) return false;
  if (size < 0) return CannotRead(name_, error);
  at_end_ = size == 0;
  return true;
}

bool LineReader::TakeFromBuffer(Line& line) {
  const size_t end = buffer_.find('\n', at_);
  const size_t size =
      (end == std::string::npos ? buffer_.size() : end + 1) - at_;
  const size_t room = kMaxRowBytes - line.text.size();
  if (size > room) line.too_long = true;
  line.text.append(buffer_, at_, std::min(size, room));
  at_ += size;
  taken_ += static_cast<int64_t>(size);
  return end != std::string::npos;
}

absl::StatusOr<NextLine> LineReader::TryNext(Line& line) {
  if (!returned_.empty()) {
    line = std::move(returned_.front());
    returned_.pop_front();
    return NextLine::kLine;
  }
  for (size_t fills = 0; !TakeFromBuffer(part_) && !at_end_; ++fills) {
    if (fills > kMostFills) return NextLine::kNotYet;
    ONESTOP_ASSIGN_OR_RETURN(const bool filled, FillBuffer());
    if (!filled) return NextLine::kNotYet;
  }
  if (taken_ == part_begin_) return NextLine::kEnd;
  part_begin_ = taken_;
  std::swap(line, part_);
  part_.text.clear();
  part_.too_long = false;
  line.number = next_number_++;
  line.end = taken_;
  if (line.number == 1 && line.text.starts_with(kByteOrderMark)) {
    line.text.erase(0, std::strlen(kByteOrderMark));
  }
  return NextLine::kLine;
}

absl::StatusOr<bool> LineReader::Next(Line& line) {
  while (true) {
    ONESTOP_ASSIGN_OR_RETURN(const NextLine next, TryNext(line));
    if (next != NextLine::kNotYet) return next == NextLine::kLine;
    if (keep_waiting_ && !keep_waiting_()) {
      return absl::CancelledError("interrupted");
    }
    Readable(kWaitMs);
  }
}

}  // namespace onestop::cli
