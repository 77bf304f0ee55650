// Look-ups that read the store and write nothing.
#ifndef ONESTOP_SERVER_LOOKUPS_H_
#define ONESTOP_SERVER_LOOKUPS_H_

#include <string>

#include "absl/status/statusor.h"
#include "server/snapshot_source.h"
#include "storage/store.h"
#include "wire/listing.h"
#include "wire/lookup.h"

namespace onestop::server {

// The serialized GetSettlementResponse. SETTLEMENT_UNKNOWN (NOT_FOUND).
absl::StatusOr<std::string> GetSettlement(storage::Store& store,
                                          const wire::GetSettlementAsk& ask);

// The serialized GetLedgerResponse. PERSON_UNKNOWN (NOT_FOUND).
absl::StatusOr<std::string> GetLedger(storage::Store& store,
                                      const wire::GetLedgerAsk& ask);

// The serialized ListSettlementsResponse.
absl::StatusOr<std::string> ListSettlements(
    storage::Store& store, const wire::ListSettlementsAsk& ask);

// The serialized GetPersonResponse. PERSON_UNKNOWN (NOT_FOUND).
absl::StatusOr<std::string> GetPerson(storage::Store& store,
                                      const std::string& person_id);

// The serialized responses, from the current snapshot; what it does not know
// may have come by another replica just now, so it is refreshed once before
// INSTITUTION_UNKNOWN or ITEM_UNKNOWN (NOT_FOUND) is said.
absl::StatusOr<std::string> GetInstitution(SnapshotSource& snapshots,
                                           storage::Store& store,
                                           const std::string& institution_id);
absl::StatusOr<std::string> GetItem(SnapshotSource& snapshots,
                                    storage::Store& store,
                                    const std::string& item_code);

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_LOOKUPS_H_
