// Appends by large writes, reads where it is asked to.
#include "cli/spool.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "base/status_macros.h"
#include "cli/text.h"

namespace onestop::cli {
namespace {

constexpr size_t kWriteBytes = 256 << 10;

absl::Status Failed(std::string_view what, int error) {
  return absl::InternalError(
      Cat("cannot ", what, " a temporary file: ", std::strerror(error)));
}

}  // namespace

Spool::~Spool() {
  if (file_ >= 0) close(file_);
}

absl::Status Spool::Open() {
  std::error_code error;
  const auto folder = std::filesystem::temp_directory_path(error);
  if (error) return Failed("find a folder for", error.value());
  std::string path = (folder / "onestop-XXXXXX").string();
  file_ = mkostemp(path.data(), O_CLOEXEC);
  if (file_ < 0) return Failed("make", errno);
  unlink(path.c_str());
  return absl::OkStatus();
}

absl::Status Spool::Append(std::string_view bytes) {
  buffer_.append(bytes);
  return buffer_.size() < kWriteBytes ? absl::OkStatus() : Flush();
}

absl::Status Spool::Flush() {
  if (file_ < 0) ONESTOP_RETURN_IF_ERROR(Open());
  size_t done = 0;
  while (done < buffer_.size()) {
    const ssize_t size =
        write(file_, buffer_.data() + done, buffer_.size() - done);
    if (size < 0 && errno != EINTR) return Failed("write", errno);
    done += static_cast<size_t>(std::max<ssize_t>(size, 0));
  }
  written_ += done;
  buffer_.clear();
  return absl::OkStatus();
}

absl::Status Spool::Read(uint64_t at, void* to, size_t size) {
  if (at + size > written_) ONESTOP_RETURN_IF_ERROR(Flush());
  size_t done = 0;
  while (done < size) {
    const ssize_t got = pread(file_, static_cast<char*>(to) + done, size - done,
                              static_cast<off_t>(at + done));
    if (got == 0) return Failed("read", EIO);  // It was cut short.
    if (got < 0 && errno != EINTR) return Failed("read", errno);
    done += static_cast<size_t>(std::max<ssize_t>(got, 0));
  }
  return absl::OkStatus();
}

}  // namespace onestop::cli
