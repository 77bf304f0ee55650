// Cuts a file into lines, buffer by buffer.
#include "cli/line_reader.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "cli/text.h"

namespace onestop::cli {
namespace {

constexpr size_t kBufferBytes = 64 << 10;
constexpr char kByteOrderMark[] = "\xEF\xBB\xBF";

absl::Status CannotRead(const std::string& name, int error) {
  return absl::InvalidArgumentError(
      Cat("cannot read ", name, ": ", std::strerror(error)));
}

}  // namespace

absl::StatusOr<std::unique_ptr<LineReader>> LineReader::Open(
    const std::string& path) {
  const std::string name = path == "-" ? "standard input" : path;
  std::FILE* file = path == "-" ? stdin : std::fopen(path.c_str(), "rb");
  if (file == nullptr) return CannotRead(name, errno);
  return Of(name, file);
}

std::unique_ptr<LineReader> LineReader::Of(std::string name, std::FILE* file) {
  return std::unique_ptr<LineReader>(new LineReader(std::move(name), file));
}

LineReader::LineReader(std::string name, std::FILE* file)
    : name_(std::move(name)), file_(file) {
  struct stat status = {};
  if (fstat(fileno(file), &status) == 0 && S_ISREG(status.st_mode)) {
    file_bytes_ = status.st_size;
  }
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

absl::StatusOr<bool> LineReader::Next(Line& line) {
  if (!returned_.empty()) {
    line = std::move(returned_.front());
    returned_.pop_front();
    return true;
  }
  line = Line();
  line.number = next_number_;
  const int64_t begin = taken_;
  while (!TakeFromBuffer(line)) {
    buffer_.resize(kBufferBytes);
    buffer_.resize(std::fread(buffer_.data(), 1, kBufferBytes, file_.get()));
    at_ = 0;
    if (std::ferror(file_.get()) != 0) return CannotRead(name_, errno);
    if (buffer_.empty()) break;
  }
  if (taken_ == begin) return false;
  if (line.number == 1 && line.text.starts_with(kByteOrderMark)) {
    line.text.erase(0, std::strlen(kByteOrderMark));
  }
  line.end = taken_;
  ++next_number_;
  return true;
}

}  // namespace onestop::cli
