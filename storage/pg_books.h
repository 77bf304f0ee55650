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
  absl::StatusOr<std::vector<DatedBookRow>> Read(const BookSpan& span,
                                                 int limit) override;
  absl::StatusOr<Reconciliation> Begin(const Reconciliation& asked) override;
  absl::StatusOr<std::optional<Reconciliation>> Find(
      std::string_view caller, std::string_view request_id) override;
  absl::StatusOr<std::vector<ComparedBucket>> Compared(
      int64_t number, domain::Day day) override;
  absl::Status Put(int64_t number, domain::Day day,
                   const std::vector<ComparedBucket>& buckets) override;
  absl::Status KeepOnly(int64_t number, domain::Day day,
                        const std::vector<int>& buckets) override;
  absl::Status End(int64_t number) override;
  absl::StatusOr<ReconciliationCounts> Count(int64_t number) override;
  absl::StatusOr<std::vector<BookDifference>> Differences(
      int64_t number, const DifferencePlace& after, int limit) override;

 private:
  // All of it may be repeated, so a lost connection is tried once more.
  PgReply Run(std::initializer_list<PgCall> calls);

  PgConnection connection_;
};

}  // namespace onestop::storage

#endif  // ONESTOP_STORAGE_PG_BOOKS_H_
