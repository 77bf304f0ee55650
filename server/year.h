// The closing of a year of service.
#ifndef ONESTOP_SERVER_YEAR_H_
#define ONESTOP_SERVER_YEAR_H_

#include <string>

#include "absl/status/statusor.h"
#include "server/caller.h"
#include "server/service_parts.h"
#include "storage/store.h"
#include "wire/registry.h"

namespace onestop::server {

// Closes the year for this replica at once, for the others within two seconds;
// the serialized CloseYearResponse. MALFORMED_REQUEST: the year is not over.
// REQUEST_ID_REUSED: this caller's id closed another year.
absl::StatusOr<std::string> CloseYear(const ServiceParts& parts,
                                      storage::Store& store,
                                      const Caller& caller,
                                      const wire::CloseYearAsk& ask);

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_YEAR_H_
