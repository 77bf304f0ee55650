// Lists of registrations, of a person or an institution, by pages.
#ifndef ONESTOP_SERVER_REGISTRATION_LIST_H_
#define ONESTOP_SERVER_REGISTRATION_LIST_H_

#include <string>

#include "absl/status/statusor.h"
#include "storage/store.h"
#include "wire/registration_list.h"

namespace onestop::server {

// The serialized ListRegistrationsResponse. A page may hold fewer rows than
// asked for, even none: it ends where its bytes or the persons read for it
// would be too many. Only the last one has no token.
absl::StatusOr<std::string> ListRegistrations(
    storage::Store& store, const wire::ListRegistrationsAsk& ask);

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_REGISTRATION_LIST_H_
