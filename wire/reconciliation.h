// Reconciliation: questions and rows in, results out.
#ifndef ONESTOP_WIRE_RECONCILIATION_H_
#define ONESTOP_WIRE_RECONCILIATION_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "domain/catalog.h"
#include "domain/person.h"
#include "domain/settlement.h"
#include "domain/units.h"
#include "onestop/v1/reconciliation.pb.h"

namespace onestop::wire {

namespace pb = ::onestop::v1;

// What is compared.
struct ReconcileSpan {
  std::string institution_id;
  domain::Period booked;
  domain::Insurance insurance = domain::Insurance::kUnspecified;  // of any
  domain::InstitutionKind kind = domain::InstitutionKind::kUnspecified;  // any

  friend bool operator==(const ReconcileSpan&, const ReconcileSpan&) = default;
};

struct ReconcileTotalsAsk {
  ReconcileSpan span;
  int64_t rows = 0;
  int64_t gross = 0;
  int64_t fund_pay = 0;
  int64_t account = 0;
};

struct ReconcileBeginAsk {
  std::string request_id;
  ReconcileSpan span;
};

// A day of the books: digests by bucket.
struct ReconcileDayAsk {
  domain::Day booked_on;
  std::map<int, std::string> buckets;
};

// A row as it was sent: named by settlement id, or else by request id.
struct ReconcileRow {
  std::optional<domain::SettlementId> settlement_id;
  std::string request_id;
  std::string person_id;
  bool reversal = false;
  int64_t gross = 0;
  int64_t fund_pay = 0;
  int64_t account = 0;
};

struct ListDifferencesAsk {
  std::string request_id;
  int page_size = 0;
  std::string page_token;
};

// All name every malformed field at once (MALFORMED_REQUEST).
absl::StatusOr<ReconcileTotalsAsk> ReconcileTotalsFromProto(
    const pb::ReconcileTotalsRequest& request);
absl::StatusOr<ReconcileSpan> ReconcilePrepareFromProto(
    const pb::ReconcilePrepare& prepare);
absl::StatusOr<ReconcileBeginAsk> ReconcileBeginFromProto(
    const pb::ReconcileBegin& begin);
absl::StatusOr<ReconcileDayAsk> ReconcileDayFromProto(
    const pb::ReconcileDay& day);
// `path`: where the row stands.
absl::StatusOr<ReconcileRow> ReconcileRowFromProto(const pb::BookRow& row,
                                                   std::string_view path);
absl::StatusOr<ListDifferencesAsk> ListDifferencesFromProto(
    const pb::ListDifferencesRequest& request);

}  // namespace onestop::wire

#endif  // ONESTOP_WIRE_RECONCILIATION_H_
