// An institution's books in a file, as they are compared with the ledger.
#ifndef ONESTOP_CLI_BOOK_FILE_H_
#define ONESTOP_CLI_BOOK_FILE_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/import_rows.h"
#include "domain/units.h"
#include "onestop/v1/reconciliation.pb.h"
#include "storage/book_digest.h"

namespace onestop::cli {

// Rows sorted by day and id, some 150 bytes each. Not thread-safe.
class BookFile {
 public:
  struct Hooks {
    // Told of each row that cannot be read: its line, and why.
    std::function<void(int64_t, const absl::Status&)> bad_row;
    // After each row, with the bytes read of how many; false: stop.
    std::function<bool(int64_t rows, int64_t bytes, int64_t of)> tick;
  };

  // Reads the whole file. INVALID_ARGUMENT: it cannot be read, or its header is
  // wrong; CANCELLED: `tick` said so.
  static absl::StatusOr<BookFile> Read(const std::string& path,
                                       ImportFormat format,
                                       const std::string& institution_id,
                                       const Hooks& hooks);

  int64_t rows() const { return static_cast<int64_t>(index_.size()); }
  int64_t bad_rows() const { return bad_rows_; }
  // The first and the last day; only with rows.
  domain::Period days() const;
  const ::onestop::v1::BookTotals& totals() const { return totals_; }
  // 32 hexadecimal digits that stand for all rows in any order.
  std::string Digest() const;

  // The digests of each day's buckets.
  std::map<domain::Day, std::map<int, std::string>> Buckets() const;
  // All rows of a bucket.
  ::onestop::v1::BookBucketRows RowsOf(domain::Day day, int bucket) const;

 private:
  struct Entry {
    int32_t day = 0;
    uint32_t size = 0;
    uint64_t begin = 0;  // in bytes_
    storage::BookLine line;
  };

  absl::Status Add(::onestop::v1::BookRow row,
                   const std::string& institution_id);
  void Sort();

  std::vector<Entry> index_;
  std::string bytes_;  // the rows, serialized, one behind the other
  ::onestop::v1::BookTotals totals_;
  int64_t bad_rows_ = 0;
};

}  // namespace onestop::cli

#endif  // ONESTOP_CLI_BOOK_FILE_H_
