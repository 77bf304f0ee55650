// Books on PostgreSQL: one connection.
#ifndef ONESTOP_STORAGE_PG_BOOKS_H_
#define ONESTOP_STORAGE_PG_BOOKS_H_

#include <optional>
#include <string_view>
#include <vector>

#include "storage/books.h"
#include "storage/pg_connection.h"

namespace onestop::storage {

// Connects as PgStore does.
class PgBooks final : public Books {
 public:
  explicit PgBooks(PgOptions options) : connection_(std::move(options)) {}

  absl::StatusOr<bool> Fill() override;
  absl::StatusOr<int64_t> Now() override;
  absl::StatusOr<bool> Reached(int64_t place) override;
  absl::StatusOr<std::vector<PolicyFileText>> GetPolicy(
      std::string_view revision) override;
  absl::StatusOr<std::vector<DatedBookRow>> Read(const BookSpan& span,
                                                 int limit) override;
  absl::StatusOr<Reconciliation> Begin(const Reconciliation& asked) override;
  absl::StatusOr<std::optional<Reconciliation>> Find(
      std::string_view caller, std::string_view request_id) override;
  absl::StatusOr<std::vector<ComparedBucket>> Compared(
      int64_t number, domain::Day day) override;
  absl::StatusOr<bool> Put(const Reconciliation& run, domain::Day day,
                           const std::vector<ComparedBucket>& buckets) override;
  absl::StatusOr<bool> KeepOnly(const Reconciliation& run, domain::Day day,
                                const std::vector<int>& buckets) override;
  absl::StatusOr<bool> End(const Reconciliation& run) override;
  absl::StatusOr<ReconciliationCounts> Count(int64_t number) override;
  absl::StatusOr<std::vector<BookDifference>> Differences(
      int64_t number, const DifferencePlace& after, int limit) override;

  absl::StatusOr<CutResult> Cut(const ClearingStatement& asked) override;
  absl::StatusOr<std::optional<ClearingStatement>> FindStatement(
      std::string_view institution_id, domain::Day month) override;
  absl::StatusOr<std::vector<AnsweredRow>> ReadAnswered(
      const ClearingStatement& statement, const CountedPlace& after,
      int limit) override;
  absl::Status PutShares(int64_t number, const CountedPlace& until,
                         const std::vector<SharedRow>& rows) override;
  absl::StatusOr<ClearingSums> Sum(const ClearingStatement& statement) override;
  absl::StatusOr<std::vector<ClearingAdjustment>> Adjustments(
      std::string_view institution_id, domain::Day month) override;
  absl::Status Close(int64_t number, const ClearingSums& sums,
                     const std::vector<ClearingPayable>& payables) override;
  absl::StatusOr<ClearingContent> Content(
      const ClearingStatement& statement) override;
  absl::StatusOr<std::vector<ListedRow>> ListCounted(
      const ClearingStatement& statement, const CountedFilter& filter,
      const CountedPlace& after, int limit) override;
  absl::StatusOr<ClearingWrite> Adjust(
      const ClearingAdjustment& asked) override;
  absl::StatusOr<ClearingWrite> Pay(const ClearingPayment& asked) override;
  absl::StatusOr<std::vector<DueRow>> ListDue(const DueFilter& filter,
                                              const DuePlace& after,
                                              int limit) override;

 private:
  // All of it may be repeated, so a lost connection is tried once more.
  PgReply Run(std::initializer_list<PgCall> calls);
  // Leaves a transaction that was begun, and says why.
  absl::Status GiveUp(const PgReply& reply);
  // Of a row of kHoldBookState: the books hold what was there before.
  static bool CaughtUp(const PgRows& state);

  PgConnection connection_;
  int halvings_ = 0;       // of a piece, since one took too long
  bool overlaps_ = false;  // with what the walk by key has put there
};

}  // namespace onestop::storage

#endif  // ONESTOP_STORAGE_PG_BOOKS_H_
