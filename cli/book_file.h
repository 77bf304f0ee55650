// An institution's books in a file, as they are compared with the ledger.
#ifndef ONESTOP_CLI_BOOK_FILE_H_
#define ONESTOP_CLI_BOOK_FILE_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/book_sorter.h"
#include "cli/import_rows.h"
#include "cli/spool.h"
#include "domain/units.h"
#include "onestop/v1/reconciliation.pb.h"

namespace onestop::cli {

// Rows by day and id, on disk; in memory are the digests. Not thread-safe.
class BookFile {
 public:
  struct Hooks {
    // Told of each row that cannot be read: its line, and why.
    std::function<void(int64_t, const absl::Status&)> bad_row;
    // After each row, with the bytes read of how many; false: stop.
    std::function<bool(const BookFile& file, int64_t bytes, int64_t of)> tick;
  };

  // Reads the whole file. INVALID_ARGUMENT: it cannot be read, or its header is
  // wrong; CANCELLED: `tick` said so; INTERNAL: there is no room on disk.
  static absl::StatusOr<std::unique_ptr<BookFile>> Read(
      const std::string& path, ImportFormat format,
      const std::string& institution_id, const Hooks& hooks);

  // The first and the last day that a CSV names, found by a quick look before
  // it is read; nothing where that would not be quick or sure: no regular file,
  // quotes, no such column, no rows, or `go_on` said false.
  static std::optional<domain::Period> LookAtDays(
      const std::string& path, const std::function<bool()>& go_on);

  int64_t rows() const { return totals_.rows(); }
  int64_t bad_rows() const { return bad_rows_; }
  // The first and the last day; only with rows.
  domain::Period days() const;
  const ::onestop::v1::BookTotals& totals() const { return totals_; }
  // 32 hexadecimal digits that stand for `asked` and all rows in any order.
  std::string Digest(const ::onestop::v1::ReconcileBegin& asked) const;

  struct Bucket {
    std::string digest;
    uint64_t first = 0;  // of the sorted rows
    uint64_t rows = 0;
  };
  using Buckets = std::map<int, Bucket>;
  const std::map<domain::Day, Buckets>& buckets() const { return days_; }
  // All rows of a bucket, which may have none.
  absl::StatusOr<::onestop::v1::BookBucketRows> RowsOf(domain::Day day,
                                                       int bucket);

 private:
  // Takes the day out of the row.
  absl::Status Add(::onestop::v1::BookRow& row,
                   const std::string& institution_id);
  absl::Status Sort();

  BookSorter sorter_;
  Spool rows_;         // serialized, as they came
  Spool sorted_;       // their entries
  std::string bytes_;  // of the row that is passing
  std::map<domain::Day, Buckets> days_;
  ::onestop::v1::BookTotals totals_;
  int64_t bad_rows_ = 0;
};

}  // namespace onestop::cli

#endif  // ONESTOP_CLI_BOOK_FILE_H_
