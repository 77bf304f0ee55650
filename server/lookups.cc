// Reads settlements, ledgers, persons and reference data.
#include "server/lookups.h"

#include <iterator>
#include <optional>
#include <utility>

#include "base/error.h"
#include "base/status_macros.h"
#include "domain/reason.h"
#include "storage/ids.h"
#include "wire/registry_lookup.h"

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

absl::Status PersonUnknown() {
  return MakeError(absl::StatusCode::kNotFound, domain::refusal::kPersonUnknown,
                   "no such person");
}

// What `find` makes of the catalog, or (when it makes nothing) `unknown`.
template <typename Find>
absl::StatusOr<std::string> FindInCatalog(SnapshotSource& snapshots,
                                          storage::Store& store, Find find,
                                          const absl::Status& unknown) {
  SnapshotPtr snapshot = snapshots.Current();
  std::optional<std::string> found = find(snapshot->catalog);
  if (!found) {
    ONESTOP_RETURN_IF_ERROR(snapshots.Refresh(store));
    snapshot = snapshots.Current();
    found = find(snapshot->catalog);
  }
  if (!found) return unknown;
  return *std::move(found);
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
  if (persons.empty()) return PersonUnknown();
  ONESTOP_ASSIGN_OR_RETURN(auto rows,
                           store.ReadLedger(ask.person_id, ask.year));
  if (ask.year && *ask.year != domain::kNoYear) {
    ONESTOP_ASSIGN_OR_RETURN(auto no_year,
                             store.ReadLedger(ask.person_id, domain::kNoYear));
    std::move(no_year.begin(), no_year.end(), std::back_inserter(rows));
  }
  return wire::LedgerToProto(rows).SerializeAsString();
}

absl::StatusOr<std::string> ListSettlements(
    storage::Store& store, const wire::ListSettlementsAsk& ask) {
  // One more than fits tells whether there is another page.
  ONESTOP_ASSIGN_OR_RETURN(
      const auto rows,
      store.ListSettlements(ask.filter, ask.after, ask.page_size + 1));
  return wire::PageToProto(ask, rows).SerializeAsString();
}

absl::StatusOr<std::string> GetPerson(storage::Store& store,
                                      const std::string& person_id) {
  ONESTOP_ASSIGN_OR_RETURN(const auto persons,
                           store.GetPersons({&person_id, 1}));
  if (persons.empty()) return PersonUnknown();
  return wire::PersonAnswer(persons.front()).SerializeAsString();
}

absl::StatusOr<std::string> GetInstitution(SnapshotSource& snapshots,
                                           storage::Store& store,
                                           const std::string& institution_id) {
  const auto find =
      [&](const domain::Catalog& catalog) -> std::optional<std::string> {
    const auto* institution = catalog.FindInstitution(institution_id);
    if (institution == nullptr) return std::nullopt;
    return wire::InstitutionAnswer(catalog, *institution).SerializeAsString();
  };
  return FindInCatalog(
      snapshots, store, find,
      MakeError(absl::StatusCode::kNotFound,
                domain::refusal::kInstitutionUnknown, "no such institution"));
}

absl::StatusOr<std::string> GetItem(SnapshotSource& snapshots,
                                    storage::Store& store,
                                    const std::string& item_code) {
  const auto find =
      [&](const domain::Catalog& catalog) -> std::optional<std::string> {
    const auto* item = catalog.FindItem(item_code);
    if (item == nullptr) return std::nullopt;
    return wire::ItemAnswer(catalog, *item).SerializeAsString();
  };
  return FindInCatalog(
      snapshots, store, find,
      MakeError(absl::StatusCode::kNotFound, domain::refusal::kItemUnknown,
                "no such item", {{"item_code", item_code}}));
}

}  // namespace onestop::server
