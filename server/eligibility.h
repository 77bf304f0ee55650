// What a person is entitled to, read from the store and judged by the rules.
#ifndef ONESTOP_SERVER_ELIGIBILITY_H_
#define ONESTOP_SERVER_ELIGIBILITY_H_

#include <string>

#include "absl/status/statusor.h"
#include "domain/units.h"
#include "server/snapshot.h"
#include "storage/store.h"
#include "wire/eligibility.h"

namespace onestop::server {

// The serialized GetEligibilityResponse. PERSON_UNKNOWN, INSTITUTION_UNKNOWN
// (NOT_FOUND).
absl::StatusOr<std::string> GetEligibility(storage::Store& store,
                                           const Snapshot& snapshot,
                                           domain::Day today,
                                           const wire::GetEligibilityAsk& ask);

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_ELIGIBILITY_H_
