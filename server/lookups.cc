// Reads a settlement with its reversal, or a person's ledger.
#include "server/lookups.h"

#include <iterator>
#include <utility>

#include "base/error.h"
#include "base/status_macros.h"
#include "domain/reason.h"
#include "storage/ids.h"

namespace onestop::server {
namespace {

using domain::SettlementId;
using domain::SettlementRecord;

struct Found {
  storage::Gathered rows;
  const SettlementRecord* record = nullptr;
  const SettlementRecord* reversal = nullptr;
};

absl::StatusOr<Found> Find(storage::Store& store, const std::string& person_id,
                           const SettlementId& id) {
  const SettlementId reversal_id = storage::DeriveReversalId(id);
  storage::GatherKeys keys;
  keys.settlements.push_back({person_id, id, reversal_id});
  Found found;
  ONESTOP_ASSIGN_OR_RETURN(found.rows, store.Gather(keys));
  for (const SettlementRecord& record : found.rows.settlements) {
    if (record.id == id) found.record = &record;
    if (record.id == reversal_id) found.reversal = &record;
  }
  if (found.record != nullptr) return found;
  return MakeError(absl::StatusCode::kNotFound,
                   domain::refusal::kSettlementUnknown,
                   "no such settlement of this person");
}

}  // namespace

absl::StatusOr<std::string> GetSettlement(storage::Store& store,
                                          const wire::GetSettlementAsk& ask) {
  const SettlementId id =
      ask.by_request_id
          ? storage::DeriveSettlementId(ask.institution_id, ask.person_id,
                                        ask.settle_request_id)
          : ask.settlement_id;
  ONESTOP_ASSIGN_OR_RETURN(Found found, Find(store, ask.person_id, id));
  if (found.record->reverses) {  // Named by its reversal's id.
    const SettlementId target = *found.record->reverses;
    ONESTOP_ASSIGN_OR_RETURN(found, Find(store, ask.person_id, target));
  }
  return wire::SettlementToProto(*found.record, found.reversal)
      .SerializeAsString();
}

absl::StatusOr<std::string> GetLedger(storage::Store& store,
                                      const wire::GetLedgerAsk& ask) {
  ONESTOP_ASSIGN_OR_RETURN(const auto persons,
                           store.GetPersons({&ask.person_id, 1}));
  if (persons.empty()) {
    return MakeError(absl::StatusCode::kNotFound,
                     domain::refusal::kPersonUnknown, "no such person");
  }
  ONESTOP_ASSIGN_OR_RETURN(auto rows,
                           store.ReadLedger(ask.person_id, ask.year));
  if (ask.year && *ask.year != domain::kNoYear) {
    ONESTOP_ASSIGN_OR_RETURN(auto no_year,
                             store.ReadLedger(ask.person_id, domain::kNoYear));
    std::move(no_year.begin(), no_year.end(), std::back_inserter(rows));
  }
  return wire::LedgerToProto(rows).SerializeAsString();
}

}  // namespace onestop::server
