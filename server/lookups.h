// Look-ups that read the store and write nothing.
#ifndef ONESTOP_SERVER_LOOKUPS_H_
#define ONESTOP_SERVER_LOOKUPS_H_

#include <string>

#include "absl/status/statusor.h"
#include "storage/store.h"
#include "wire/lookup.h"

namespace onestop::server {

// The serialized GetSettlementResponse. SETTLEMENT_UNKNOWN (NOT_FOUND).
absl::StatusOr<std::string> GetSettlement(storage::Store& store,
                                          const wire::GetSettlementAsk& ask);

// The serialized GetLedgerResponse. PERSON_UNKNOWN (NOT_FOUND).
absl::StatusOr<std::string> GetLedger(storage::Store& store,
                                      const wire::GetLedgerAsk& ask);

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_LOOKUPS_H_
