// Lists of settlements on PostgreSQL: a person's by the primary key, an
// institution's by the block ranges of the booking days.
#include <algorithm>
#include <limits>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "base/status_macros.h"
#include "storage/codec.h"
#include "storage/ids.h"
#include "storage/pg_rows.h"
#include "storage/pg_store.h"

namespace onestop::storage {
namespace {

using domain::BookingPlace;
using domain::SettlementFilter;
using domain::SettlementSummary;
using End = PgReply::End;
using Summaries = std::vector<SettlementSummary>;

absl::StatusOr<SettlementSummary> SummaryOf(const PgRows& rows, int row) {
  SettlementSummary summary;
  summary.place = {rows.Date(row, kBookedOn), rows.TimeMs(row, kBookedAt),
                   rows.Id(row, kId)};
  summary.kind = static_cast<domain::RecordKind>(rows.Int(row, kKind));
  summary.person_id = rows.Text(row, kPerson);
  summary.institution_id = rows.Text(row, kInstitution);
  summary.request_id = rows.Text(row, kRequest);
  if (!rows.IsNull(row, kServiceDate)) {
    summary.service_date = rows.Date(row, kServiceDate);
  }
  ONESTOP_ASSIGN_OR_RETURN(summary.insurance, InsuranceOf(rows, row));
  ONESTOP_ASSIGN_OR_RETURN(
      summary.totals,
      DecodeSettlementTotals(
          absl::StrCat("settlement ", summary.place.id.ToString()),
          rows.Bytes(row, kRecord)));
  ONESTOP_RETURN_IF_ERROR(CheckTotals(rows, row, summary.totals));
  if (!rows.IsNull(row, kReverses)) summary.reverses = rows.Id(row, kReverses);
  return summary;
}

absl::Status AddSummaries(const PgRows& rows, Summaries& summaries) {
  for (int row = 0; row < rows.size(); ++row) {
    ONESTOP_ASSIGN_OR_RETURN(SettlementSummary summary, SummaryOf(rows, row));
    summaries.push_back(std::move(summary));
  }
  return absl::OkStatus();
}

// The parameters from the days on, the same in both statements.
void AddWindow(domain::Period days, const SettlementFilter& filter,
               const BookingPlace& after, int64_t limit,
               PgParameters& parameters) {
  parameters.Scalar(days.from);
  parameters.Scalar(days.until);
  parameters.Scalar(static_cast<int64_t>(filter.insurance));
  parameters.Scalar(after.booked_on);
  parameters.ScalarTime(after.booked_at_ms);
  parameters.Scalar(after.id);
  parameters.Scalar(limit);
}

}  // namespace

absl::Status PgStore::AddReversals(Summaries& rows) {
  PgParameters parameters;
  PgArray& persons = parameters.Array(PgArray::Type::kText);
  PgArray& ids = parameters.Array(PgArray::Type::kUuid);
  for (const SettlementSummary& row : rows) {
    if (row.kind != domain::RecordKind::kSettlement) continue;
    persons.Add(row.person_id);
    ids.Add(DeriveReversalId(row.place.id));
  }
  if (ids.size() == 0) return absl::OkStatus();
  const PgReply reply = RunReading({{sql::kKnownSettlements, &parameters}});
  if (reply.end != End::kDone) return StoreError(reply);
  std::set<domain::SettlementId> known;
  for (int row = 0; row < reply.rows[0].size(); ++row) {
    known.insert(reply.rows[0].Id(row, 0));
  }
  for (SettlementSummary& row : rows) {
    const domain::SettlementId reversal_id = DeriveReversalId(row.place.id);
    if (known.contains(reversal_id)) row.reversed_by = reversal_id;
  }
  return absl::OkStatus();
}

absl::Status PgStore::ListOfPerson(const SettlementFilter& filter,
                                   const BookingPlace& after, int limit,
                                   Summaries& rows) {
  PgParameters parameters;
  parameters.Scalar(filter.person_id);
  parameters.Scalar(filter.institution_id);
  AddWindow(filter.booked, filter, after, limit, parameters);
  const PgReply reply = RunReading({{sql::kListOfPerson, &parameters}});
  if (reply.end != End::kDone) return StoreError(reply);
  return AddSummaries(reply.rows[0], rows);
}

// Every row of a day has to be looked at to find an institution's, and to sort
// them. So a page looks at one day, then at the next two, four … until it is
// full, and not at the whole span each time.
absl::Status PgStore::ListOfInstitution(const SettlementFilter& filter,
                                        const BookingPlace& after, int limit,
                                        Summaries& rows) {
  ONESTOP_CHECK(filter.booked.from != domain::kOpenFrom &&
                filter.booked.until != domain::kOpenUntil);
  domain::Day from = std::max(filter.booked.from, after.booked_on);
  int32_t days = 1;
  while (from <= filter.booked.until && static_cast<int>(rows.size()) < limit) {
    const domain::Day last = std::min(filter.booked.until, from + (days - 1));
    PgParameters parameters;
    parameters.Scalar(filter.institution_id);
    AddWindow({from, last}, filter, after,
              limit - static_cast<int64_t>(rows.size()), parameters);
    const bool on_that_day = last == after.booked_on;
    parameters.ScalarTime(on_that_day ? after.booked_at_ms
                                      : std::numeric_limits<int64_t>::min());
    const PgReply reply = RunReading({{sql::kListOfInstitution, &parameters}});
    if (reply.end != End::kDone) return StoreError(reply);
    ONESTOP_RETURN_IF_ERROR(AddSummaries(reply.rows[0], rows));
    from = last + 1;
    days *= 2;
  }
  return absl::OkStatus();
}

absl::StatusOr<Summaries> PgStore::ListSettlements(
    const SettlementFilter& filter, const BookingPlace& after, int limit) {
  Summaries rows;
  if (!Storable(filter.person_id) || !Storable(filter.institution_id)) {
    return rows;
  }
  ONESTOP_RETURN_IF_ERROR(filter.person_id.empty()
                              ? ListOfInstitution(filter, after, limit, rows)
                              : ListOfPerson(filter, after, limit, rows));
  ONESTOP_RETURN_IF_ERROR(AddReversals(rows));
  return rows;
}

}  // namespace onestop::storage
