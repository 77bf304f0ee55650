// The exact Books in memory, over a MemDatabase.
#ifndef ONESTOP_STORAGE_MEM_BOOKS_H_
#define ONESTOP_STORAGE_MEM_BOOKS_H_

#include <map>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "storage/books.h"
#include "storage/mem_store.h"

namespace onestop::storage {

// What was cleared.
struct MemClearing {
  struct Statement {
    ClearingStatement head;
    std::map<CountedPlace, SharedRow> shares;
    ClearingSums sums;
    std::vector<ClearingPayable> payables;
  };
  std::vector<Statement> statements;  // number n at n - 1
  // The number of the statement in which a row counts.
  std::map<domain::SettlementId, int64_t> counted;
  std::vector<ClearingAdjustment> adjustments;
  std::vector<ClearingPayment> payments;
};

// What comparisons and clearings came to. Thread-safe; outlives its handles.
class MemReconciliations {
 private:
  friend class MemBooks;
  // A difference by run, day and id, and place.
  using Key = std::pair<std::pair<int64_t, domain::Day>,
                        std::pair<domain::SettlementId, int>>;

  std::mutex mutex_;                  // guards everything below
  std::vector<Reconciliation> runs_;  // number n at n - 1
  std::map<std::pair<int64_t, domain::Day>, std::map<int, ComparedBucket>>
      buckets_;
  std::map<Key, BookDifference> differences_;
  MemClearing clearing_;
};

// What is committed is in the books at once.
class MemBooks final : public Books {
 public:
  MemBooks(MemDatabase& database, MemReconciliations& kept)
      : store_(database), kept_(kept) {}

  absl::StatusOr<bool> Fill() override { return true; }
  absl::StatusOr<int64_t> Now() override { return 0; }
  absl::StatusOr<bool> Reached(int64_t) override { return true; }
  absl::StatusOr<std::vector<PolicyFileText>> GetPolicy(
      std::string_view revision) override {
    return store_.GetPolicy(revision);
  }
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
  // All rows of an institution, by place, with their replies.
  absl::StatusOr<std::vector<AnsweredRow>> RowsOf(
      std::string_view institution_id);
  // Those of a statement.
  absl::StatusOr<std::vector<AnsweredRow>> CountedRows(
      const ClearingStatement& statement);
  // Under the mutex. Of a run: it was not begun again since.
  bool IsLatest(const Reconciliation& run) const;
  domain::Day LastCut(std::string_view institution_id) const;
  int64_t Paid(int64_t number, std::string_view region) const;
  void Drop(int64_t number, domain::Day day, int bucket);

  MemStore store_;
  MemReconciliations& kept_;
};

}  // namespace onestop::storage

#endif  // ONESTOP_STORAGE_MEM_BOOKS_H_
