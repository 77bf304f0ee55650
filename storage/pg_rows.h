// Between the tables' rows and the domain: what PgStore's parts share.
#ifndef ONESTOP_STORAGE_PG_ROWS_H_
#define ONESTOP_STORAGE_PG_ROWS_H_

#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "storage/pg_connection.h"
#include "storage/post_plan.h"
#include "storage/store.h"

namespace onestop::storage {

using LedgerRows = std::vector<std::pair<domain::LedgerKey, domain::LedgerRow>>;

// SQLSTATEs that another writer causes: try again.
bool IsConflict(std::string_view sqlstate);
// For a reply that is not kDone: INVARIANT_BROKEN (INTERNAL) when a row itself
// was refused and would be again, STORAGE_UNAVAILABLE otherwise.
absl::Status StoreError(const PgReply& reply);

// Parameters.
PgParameters KeyParameters(absl::Span<const domain::LedgerKey> keys);
PgParameters PersonParameters(const std::vector<std::string>& person_ids);
PgParameters SettlementParameters(const std::vector<SettlementKey>& keys);
PgParameters WriteParameters(const WriteBatch& batch);
PgParameters PostingParameters(absl::Span<const Posting> postings);

// Results; STORED_FORM_BROKEN when a row cannot be read.
absl::StatusOr<std::vector<domain::Person>> PersonsOf(const PgRows& rows);
// Leaves out placeholders of version 0.
absl::StatusOr<LedgerRows> LedgerOf(const PgRows& rows);
absl::StatusOr<std::vector<domain::SettlementRecord>> SettlementsOf(
    const PgRows& rows);
std::vector<Posting> PostingsOf(const PgRows& rows);

// PostgreSQL's text holds no NUL: such an id names nothing.
inline bool Storable(std::string_view text) {
  return text.find('\0') == std::string_view::npos;
}

}  // namespace onestop::storage

#endif  // ONESTOP_STORAGE_PG_ROWS_H_
