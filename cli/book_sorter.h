// The rows of books in the order of day and id, however many there are.
#ifndef ONESTOP_CLI_BOOK_SORTER_H_
#define ONESTOP_CLI_BOOK_SORTER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "cli/spool.h"
#include "storage/book_digest.h"

namespace onestop::cli {

// A row: what is digested of it, and where it stands in a spool.
struct BookEntry {
  uint64_t begin = 0;
  int32_t day = 0;
  uint32_t size = 0;
  storage::BookLine line;

  int bucket() const { return line[0]; }
};

// Entries as they stand in a spool, one behind the other.
inline std::string_view BytesOf(const BookEntry* entries, size_t count) {
  return {reinterpret_cast<const char*>(entries), count * sizeof(BookEntry)};
}

// Sorts in runs that fit in memory and merges them: it holds one run, or a few
// kilobytes of each. Not thread-safe; errors as Spool's.
class BookSorter {
 public:
  // `run`: how many entries fit in memory.
  explicit BookSorter(size_t run = kRun) : run_(run) {}

  absl::Status Add(const BookEntry& entry);
  // Each entry once, ascending; called once, after the last one was added.
  absl::Status Merge(const std::function<absl::Status(const BookEntry&)>& each);

 private:
  static constexpr size_t kRun = 1 << 16;

  absl::Status EndRun();

  const size_t run_;
  std::vector<BookEntry> held_;
  Spool spool_;
  std::vector<uint64_t> ends_;  // of the runs in the spool, in bytes
};

}  // namespace onestop::cli

#endif  // ONESTOP_CLI_BOOK_SORTER_H_
