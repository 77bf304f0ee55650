// Between the tables' rows and the domain: what PgStore's parts share.
#ifndef ONESTOP_STORAGE_PG_ROWS_H_
#define ONESTOP_STORAGE_PG_ROWS_H_

#include <array>
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

// The totals that are columns too, in the order of the statements.
inline constexpr std::array kTotalColumns = {
    &domain::Totals::gross,
    &domain::Totals::scheme_pay,
    &domain::Totals::critical_illness,
    &domain::Totals::large_amount,
    &domain::Totals::medical_assistance,
    &domain::Totals::commercial,
    &domain::Totals::fund_pay,
    &domain::Totals::account,
    &domain::Totals::family_account,
    &domain::Totals::cash};

// The columns of a settlement, in the order of the statements; a list's rows
// end with the record.
enum SettlementColumn : int {
  kPerson,
  kId,
  kKind,
  kReverses,
  kInstitution,
  kServiceDate,
  kBookedOn,
  kBookedAt,
  kInsurance,
  kRegion,
  kRequest,
  kPolicy,
  kFirstTotal,
  kRecord = kFirstTotal + static_cast<int>(kTotalColumns.size()),
  kReply
};

// SQLSTATEs that another writer causes: try again.
bool IsConflict(std::string_view sqlstate);
// A table, column or function is not there: the migrations were not deployed.
bool IsOfTheSchema(std::string_view sqlstate);
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
std::vector<PolicyFileText> PolicyFilesOf(const PgRows& rows);
absl::StatusOr<domain::Insurance> InsuranceOf(const PgRows& rows, int row);
// Whether the totals of the record are those of its columns.
absl::Status CheckTotals(const PgRows& rows, int row,
                         const domain::Totals& totals);

// PostgreSQL's text holds no NUL: such an id names nothing.
inline bool Storable(std::string_view text) {
  return text.find('\0') == std::string_view::npos;
}

}  // namespace onestop::storage

#endif  // ONESTOP_STORAGE_PG_ROWS_H_
