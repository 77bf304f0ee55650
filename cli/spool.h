// Bytes that are read again but need not stay in memory.
#ifndef ONESTOP_CLI_SPOOL_H_
#define ONESTOP_CLI_SPOOL_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace onestop::cli {

// A file without a name in TMPDIR, else in /tmp; gone with the object, however
// the process ends. Not thread-safe. INTERNAL: it cannot be written or read,
// and why.
class Spool {
 public:
  Spool() = default;
  ~Spool();
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;

  // The file is made with the first bytes.
  absl::Status Append(std::string_view bytes);
  uint64_t size() const { return written_ + buffer_.size(); }
  // All of `size` bytes from `at` on, which were appended before.
  absl::Status Read(uint64_t at, void* to, size_t size);

 private:
  absl::Status Open();
  absl::Status Flush();

  int file_ = -1;
  uint64_t written_ = 0;
  std::string buffer_;  // behind what was written
};

}  // namespace onestop::cli

#endif  // ONESTOP_CLI_SPOOL_H_
