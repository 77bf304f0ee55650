// Compares the rows of one bucket, and sums up whole days: what both stores'
// reconciliations share.
#ifndef ONESTOP_STORAGE_BOOK_COMPARE_H_
#define ONESTOP_STORAGE_BOOK_COMPARE_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/book_digest.h"
#include "storage/books.h"

namespace onestop::storage {

// What stands on both sides, and what does not; the sides in any order.
struct BucketComparison {
  int64_t matched = 0;
  std::vector<BookDifference> differences;  // by id and place
};
BucketComparison CompareBucket(domain::Day day, std::vector<BookRow> ledger,
                               std::vector<BookRow> books);

struct BookSums {
  int64_t rows = 0;
  int64_t gross = 0;
  int64_t fund_pay = 0;
  int64_t account = 0;

  void Add(const BookRow& row);
  friend bool operator==(const BookSums&, const BookSums&) = default;
};

// A day of the ledger.
struct BookDaySums {
  BookSums sums;
  std::map<int, std::string> buckets;  // digests of those that have rows
  std::map<int, int64_t> rows;         // of each of them
};

// Walks through the span a page at a time: holds a page and a bucket.
absl::StatusOr<std::map<domain::Day, BookDaySums>> SumDays(
    Books& books, const BookSpan& span);

// The rows of one bucket of a day.
absl::StatusOr<std::vector<BookRow>> ReadBucket(Books& books,
                                                const BookSpan& span,
                                                domain::Day day, int bucket);

}  // namespace onestop::storage

#endif  // ONESTOP_STORAGE_BOOK_COMPARE_H_
