// The hot path on PostgreSQL: gather, gather under locks, write; and look-ups.
#include "storage/pg_store.h"

#include <algorithm>
#include <set>

#include "base/error.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "storage/pg_rows.h"

namespace onestop::storage {
namespace {

using domain::LedgerKey;
using domain::SettlementRecord;
using End = PgReply::End;

// The three look-ups, at rows[first].. in the order ledger, persons,
// settlements.
absl::StatusOr<Gathered> GatheredOf(const std::vector<PgRows>& rows,
                                    size_t first) {
  Gathered gathered;
  ONESTOP_ASSIGN_OR_RETURN(gathered.ledger, LedgerOf(rows[first]));
  ONESTOP_ASSIGN_OR_RETURN(gathered.persons, PersonsOf(rows[first + 1]));
  ONESTOP_ASSIGN_OR_RETURN(std::vector<SettlementRecord> found,
                           SettlementsOf(rows[first + 2]));
  // A reversal may have been asked for by its own id too.
  std::set<std::pair<std::string, domain::SettlementId>> seen;
  for (SettlementRecord& record : found) {
    if (!seen.emplace(record.person_id, record.id).second) continue;
    gathered.settlements.push_back(std::move(record));
  }
  return gathered;
}

absl::Status CommitUnknown(const PgReply& reply) {
  return MakeError(absl::StatusCode::kUnavailable, "COMMIT_UNKNOWN",
                   "the commit's reply was lost (" + reply.message +
                       "); repeat the call with the same request id");
}

}  // namespace

PgStore::PgStore(PgOptions options) : connection_(std::move(options)) {}

PgReply PgStore::RunReading(std::initializer_list<PgCall> calls) {
  PgReply reply = connection_.Run(calls);
  if (reply.end == End::kLost || reply.end == End::kNotSent) {
    reply = connection_.Run(calls);
  }
  return reply;
}

void PgStore::Rollback() {
  if (connection_.Run({{sql::kRollback}}).end != End::kDone) {
    connection_.Close();
  }
}

absl::StatusOr<Gathered> PgStore::Gather(const GatherKeys& keys) {
  PgParameters ledger = KeyParameters(keys.ledger);
  PgParameters persons = PersonParameters(keys.persons);
  PgParameters settlements = SettlementParameters(keys.settlements);
  const PgReply reply = RunReading({{sql::kReadLedger, &ledger},
                                    {sql::kReadPersons, &persons},
                                    {sql::kReadSettlements, &settlements}});
  if (reply.end != End::kDone) return StoreError(reply);
  return GatheredOf(reply.rows, 0);
}

PgReply PgStore::TryGatherLocked(const GatherKeys& keys) {
  PgParameters absent = KeyParameters(held_);
  PgParameters ledger = KeyParameters(held_);
  PgParameters persons = PersonParameters(keys.persons);
  PgParameters settlements = SettlementParameters(keys.settlements);
  PgReply reply = RunReading({{sql::kBegin},
                              {sql::kHoldAbsentRows, &absent},
                              {sql::kReadLedgerLocked, &ledger},
                              {sql::kReadPersons, &persons},
                              {sql::kReadSettlements, &settlements}});
  if (reply.end == End::kRefused) Rollback();
  return reply;
}

absl::StatusOr<Gathered> PgStore::GatherLocked(const GatherKeys& keys) {
  Release();
  held_ = keys.ledger;
  std::sort(held_.begin(), held_.end());
  PgReply reply;
  for (int tries = 0; tries < limits::kMaxOptimisticTries; ++tries) {
    reply = TryGatherLocked(keys);
    if (!IsConflict(reply.sqlstate)) break;
  }
  if (reply.end != End::kDone) return StoreError(reply);
  holding_ = true;
  auto gathered = GatheredOf(reply.rows, 2);
  if (!gathered.ok()) Release();
  return gathered;
}

void PgStore::Release() {
  if (!holding_) return;
  holding_ = false;
  Rollback();
}

absl::StatusOr<WriteOutcome> PgStore::Write(const WriteBatch& batch) {
  if (batch.ledger.empty() && batch.settlements.empty()) {
    Release();
    return WriteOutcome::kCommitted;
  }
  PgParameters parameters = WriteParameters(batch);
  PgReply reply;
  if (holding_) {
    PgParameters held = KeyParameters(held_);
    reply = connection_.Run({{sql::kDropPlaceholders, &held},
                             {sql::kWrite, &parameters},
                             {sql::kCommit}});
    holding_ = false;
    if (reply.end == End::kRefused) Rollback();
  } else {
    reply = connection_.Run({{sql::kWrite, &parameters}});
  }
  switch (reply.end) {
    case End::kDone:
      return WriteOutcome::kCommitted;
    case End::kLost:
      return CommitUnknown(reply);
    default:
      if (IsConflict(reply.sqlstate)) return WriteOutcome::kConflict;
      return StoreError(reply);
  }
}

absl::StatusOr<std::optional<SettlementRecord>> PgStore::FindSettlement(
    std::string_view person_id, const domain::SettlementId& id) {
  if (!Storable(person_id)) return std::optional<SettlementRecord>();
  PgParameters parameters;
  parameters.Scalar(person_id);
  parameters.Scalar(id);
  const PgReply reply = RunReading({{sql::kFindSettlement, &parameters}});
  if (reply.end != End::kDone) return StoreError(reply);
  ONESTOP_ASSIGN_OR_RETURN(std::vector<SettlementRecord> found,
                           SettlementsOf(reply.rows[0]));
  if (found.empty()) return std::optional<SettlementRecord>();
  return std::optional<SettlementRecord>(std::move(found[0]));
}

absl::StatusOr<LedgerRows> PgStore::ReadLedger(std::string_view person_id,
                                               std::optional<int32_t> year) {
  if (!Storable(person_id)) return LedgerRows();
  PgParameters parameters;
  parameters.Scalar(person_id);
  const PgReply reply = RunReading({{sql::kReadLedgerOf, &parameters}});
  if (reply.end != End::kDone) return StoreError(reply);
  ONESTOP_ASSIGN_OR_RETURN(LedgerRows ledger, LedgerOf(reply.rows[0]));
  if (year) {
    std::erase_if(ledger,
                  [year](const auto& row) { return row.first.year != *year; });
  }
  return ledger;
}

absl::StatusOr<int64_t> PgStore::CatalogRevision() {
  const PgReply reply = RunReading({{sql::kCatalogRevision}});
  if (reply.end != End::kDone) return StoreError(reply);
  return reply.rows[0].Int(0, 0);
}

absl::StatusOr<std::vector<int32_t>> PgStore::ClosedYears() {
  const PgReply reply = RunReading({{sql::kClosedYears}});
  if (reply.end != End::kDone) return StoreError(reply);
  std::vector<int32_t> years;
  for (int row = 0; row < reply.rows[0].size(); ++row) {
    years.push_back(static_cast<int32_t>(reply.rows[0].Int(row, 0)));
  }
  return years;
}

absl::StatusOr<std::vector<std::string>> PgStore::ScanPersons(
    std::string_view after, int limit) {
  PgParameters parameters;
  parameters.Scalar(after);
  parameters.Scalar(int64_t{limit});
  const PgReply reply = RunReading({{sql::kScanPersons, &parameters}});
  if (reply.end != End::kDone) return StoreError(reply);
  std::vector<std::string> persons;
  for (int row = 0; row < reply.rows[0].size(); ++row) {
    persons.push_back(reply.rows[0].Text(row, 0));
  }
  return persons;
}

absl::StatusOr<PersonHistory> PgStore::ReadHistory(std::string_view person_id) {
  if (!Storable(person_id)) return PersonHistory();
  PgParameters one;
  one.Scalar(person_id);
  PgParameters two = one;
  PgParameters three = one;
  PgParameters four = one;
  PgReply reply;
  if (connection_.options().one_snapshot) {
    reply = RunReading({{sql::kPersonVersions, &one},
                        {sql::kReadLedgerOf, &two},
                        {sql::kSettlementsOf, &three},
                        {sql::kPostingsOf, &four}});
  } else {
    reply = RunReading({{sql::kBeginSnapshot},
                        {sql::kPersonVersions, &one},
                        {sql::kReadLedgerOf, &two},
                        {sql::kSettlementsOf, &three},
                        {sql::kPostingsOf, &four},
                        {sql::kCommit}});
    if (reply.end == End::kRefused) Rollback();
    if (reply.end == End::kDone) reply.rows.erase(reply.rows.begin());
  }
  if (reply.end != End::kDone) return StoreError(reply);
  PersonHistory history;
  ONESTOP_ASSIGN_OR_RETURN(history.versions, PersonsOf(reply.rows[0]));
  ONESTOP_ASSIGN_OR_RETURN(history.ledger, LedgerOf(reply.rows[1]));
  ONESTOP_ASSIGN_OR_RETURN(history.settlements, SettlementsOf(reply.rows[2]));
  history.postings = PostingsOf(reply.rows[3]);
  return history;
}

}  // namespace onestop::storage
