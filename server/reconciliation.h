// What the reconciliation calls do with the books.
#ifndef ONESTOP_SERVER_RECONCILIATION_H_
#define ONESTOP_SERVER_RECONCILIATION_H_

#include <map>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "onestop/v1/reconciliation.pb.h"
#include "server/batch_thread.h"
#include "server/caller.h"
#include "server/service_parts.h"
#include "storage/book_compare.h"
#include "storage/books.h"
#include "wire/reconciliation.h"

namespace onestop::server {

namespace pb = ::onestop::v1;

// The serialized ReconcileTotalsResponse. INSTITUTION_UNKNOWN, BOOK_BEHIND;
// MALFORMED_REQUEST: the clearing type is not the institution's.
absl::StatusOr<std::string> ReconcileTotals(
    const ServiceParts& parts, storage::Books& books,
    const wire::ReconcileTotalsAsk& ask);

// The serialized ListDifferencesResponse. RECONCILIATION_UNKNOWN.
absl::StatusOr<std::string> ListDifferences(
    storage::Books& books, const Caller& caller,
    const wire::ListDifferencesAsk& ask);

// One comparison of rows, step by step. Used by one thread at a time. Holds the
// digests of the days that are compared and, during a step, the rows of one
// bucket of the ledger.
class ReconcileSession {
 public:
  ReconcileSession(const ServiceParts& parts, Caller caller)
      : parts_(parts), caller_(std::move(caller)) {}

  // The answer to one step. An error ends the comparison; it can be sent again
  // from the start.
  absl::StatusOr<pb::ReconcileDetailsResponse> Step(
      storage::Books& books, const pb::ReconcileDetailsRequest& request);

 private:
  // The books' digests of buckets whose rows are awaited.
  using Wanted = std::map<int, std::string>;

  absl::Status Prepare(storage::Books& books,
                       const pb::ReconcilePrepare& prepare,
                       pb::ReconcilePrepared& prepared);
  absl::Status Begin(storage::Books& books, const pb::ReconcileBegin& begin,
                     pb::ReconcileBegun& begun);
  // Sums the ledger of the span as it is now.
  absl::Status Sum(storage::Books& books, const wire::ReconcileSpan& span);
  absl::Status Day(storage::Books& books, const wire::ReconcileDayAsk& day,
                   pb::ReconcileWanted& wanted);
  absl::Status Rows(storage::Books& books, const pb::ReconcileRows& rows,
                    pb::ReconcileCompared& compared);
  absl::Status End(storage::Books& books, pb::ReconcileSummary& summary);
  // The rows of one bucket, as the ledger would name them.
  absl::StatusOr<std::vector<storage::BookRow>> ReadRows(
      const pb::BookBucketRows& sent, const std::string& path) const;
  absl::StatusOr<storage::ComparedBucket> Compare(
      storage::Books& books, domain::Day day, int bucket,
      const std::string& digest, std::vector<storage::BookRow> rows) const;
  absl::Status Check(domain::Day day) const;

  const ServiceParts parts_;
  const Caller caller_;
  storage::Reconciliation run_;  // number 0: not begun
  std::optional<wire::ReconcileSpan> summed_;
  int64_t as_of_ms_ = 0;
  storage::BookSpan span_;
  std::map<domain::Day, storage::BookDaySums> ledger_;
  std::map<domain::Day, Wanted> told_;
};

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_RECONCILIATION_H_
