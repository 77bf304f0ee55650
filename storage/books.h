// What institutions' books are compared with, and what comparisons came to: the
// batch side of the store, on connections of its own.
#ifndef ONESTOP_STORAGE_BOOKS_H_
#define ONESTOP_STORAGE_BOOKS_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "domain/person.h"
#include "domain/settlement.h"
#include "domain/units.h"
#include "storage/clearing.h"
#include "storage/store.h"

namespace onestop::storage {

// A settlement or a reversal as both sides have it; amounts are fen, negative
// in a reversal.
struct BookRow {
  domain::SettlementId id;  // a reversal's own
  std::string person_id;
  std::string request_id;  // of the settle
  bool reversal = false;
  int64_t gross = 0;
  int64_t fund_pay = 0;
  int64_t account = 0;  // own account and relatives' accounts

  friend bool operator==(const BookRow&, const BookRow&) = default;
};

// A row's bucket within its day.
inline int BucketOf(const domain::SettlementId& id) { return id.bytes[0]; }
inline constexpr int kBuckets = 256;

// Rows of an institution: the days, and of each day the ids between two.
struct BookSpan {
  std::string institution_id;
  domain::Insurance insurance = domain::Insurance::kUnspecified;  // of any
  domain::Day from;
  domain::SettlementId from_id;                  // on the first day
  domain::Day until;                             // whole
  std::optional<domain::SettlementId> until_id;  // on the last day; else all
};

struct DatedBookRow {
  domain::Day booked_on;
  BookRow row;
};

// A comparison as it was begun.
struct Reconciliation {
  std::string caller;
  std::string request_id;  // the sender's, unique per caller
  std::string institution_id;
  domain::Insurance insurance = domain::Insurance::kUnspecified;
  domain::Period booked;
  int64_t as_of_ms = 0;  // what was settled before is compared
  int64_t number = 0;    // given by the store
  int64_t attempt = 0;   // given by the store: 1, 2, … each time it is begun
  bool ended = false;

  bool SameAs(const Reconciliation& other) const {
    return institution_id == other.institution_id &&
           insurance == other.insurance && booked == other.booked;
  }
};

// Stored: never change a number.
enum class DifferenceClass : uint8_t {
  kOnlyInLedger = 1,
  kOnlyInBooks = 2,
  kAmountsDiffer = 3,
  kTwiceInBooks = 5,
};

// A row that is not the same on both sides.
struct BookDifference {
  DifferenceClass what = DifferenceClass::kOnlyInLedger;
  domain::Day booked_on;
  // Tells the rows of one id apart: 0, or which repetition it is.
  int place = 0;
  std::optional<BookRow> ledger;
  std::optional<BookRow> books;
  // Of a row that only one side has: the day under which the other has it.
  std::optional<domain::Day> other_day;
  std::optional<BookRow> across;  // as it stands there

  const BookRow& row() const { return ledger ? *ledger : *books; }
};

// A compared bucket. The digests are empty where a side has no rows.
struct ComparedBucket {
  int bucket = 0;
  std::string ledger;
  std::string books;
  int64_t matched = 0;
  std::vector<BookDifference> differences;  // not read back
};

struct ReconciliationCounts {
  int64_t matched = 0;
  int64_t only_in_ledger = 0;
  int64_t only_in_books = 0;
  int64_t amounts_differ = 0;
  int64_t other_day = 0;
  int64_t twice_in_books = 0;

  friend bool operator==(const ReconciliationCounts&,
                         const ReconciliationCounts&) = default;
};

// After which differences a page begins; the default: all.
struct DifferencePlace {
  domain::Day booked_on = domain::kOpenFrom;
  domain::SettlementId id;
  int place = -1;
};

// Not thread-safe: each thread has its own, over the same data. Errors as
// Store's.
class Books : public Clearings {
 public:
  // Brings the projection forward; false: there is more to do at once. What
  // runs long is done in pieces, each a transaction.
  virtual absl::StatusOr<bool> Fill() = 0;
  // A place that the projection reaches once everything that is committed now
  // is in it, and whether it has been reached.
  virtual absl::StatusOr<int64_t> Now() = 0;
  virtual absl::StatusOr<bool> Reached(int64_t place) = 0;

  // As Store's.
  virtual absl::StatusOr<std::vector<PolicyFileText>> GetPolicy(
      std::string_view revision) = 0;

  // By day and id, at most `limit`.
  virtual absl::StatusOr<std::vector<DatedBookRow>> Read(const BookSpan& span,
                                                         int limit) = 0;

  // With its number, and not ended, from `as_of_ms` on. A request id that was
  // used before for something else: as it was begun, and nothing changes.
  virtual absl::StatusOr<Reconciliation> Begin(const Reconciliation& asked) = 0;
  virtual absl::StatusOr<std::optional<Reconciliation>> Find(
      std::string_view caller, std::string_view request_id) = 0;
  // What was compared of a day.
  virtual absl::StatusOr<std::vector<ComparedBucket>> Compared(
      int64_t number, domain::Day day) = 0;
  // The three that follow write for one attempt of a run. False: it was begun
  // again since, and nothing was written.
  //
  // Replaces these buckets and what they differ in.
  virtual absl::StatusOr<bool> Put(
      const Reconciliation& run, domain::Day day,
      const std::vector<ComparedBucket>& buckets) = 0;
  // Forgets the day's other buckets.
  virtual absl::StatusOr<bool> KeepOnly(const Reconciliation& run,
                                        domain::Day day,
                                        const std::vector<int>& buckets) = 0;
  // Finds the rows that stand under two days, and says that it ended.
  virtual absl::StatusOr<bool> End(const Reconciliation& run) = 0;
  virtual absl::StatusOr<ReconciliationCounts> Count(int64_t number) = 0;
  // By day, id and place, at most `limit`.
  virtual absl::StatusOr<std::vector<BookDifference>> Differences(
      int64_t number, const DifferencePlace& after, int limit) = 0;
};

// Makes one more handle on the same data.
using BooksFactory = std::function<std::unique_ptr<Books>()>;

}  // namespace onestop::storage

#endif  // ONESTOP_STORAGE_BOOKS_H_
