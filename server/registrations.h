// Registrations and their later changes, each booked once per request id.
#ifndef ONESTOP_SERVER_REGISTRATIONS_H_
#define ONESTOP_SERVER_REGISTRATIONS_H_

#include <string>

#include "absl/status/statusor.h"
#include "domain/units.h"
#include "server/caller.h"
#include "server/snapshot.h"
#include "storage/store.h"
#include "wire/register.h"

namespace onestop::server {

// The serialized RegisterResponse. The same request again gets the same bytes;
// REQUEST_ID_REUSED when the id registered something else; the refusals of
// domain::CheckRegistration; CONFLICT (ABORTED) when the person's row kept
// changing.
absl::StatusOr<std::string> Register(storage::Store& store,
                                     const Snapshot& snapshot,
                                     domain::Day today, const Caller& caller,
                                     const wire::RegisterAsk& ask);

// The registration as the change left it; the same request again gets the same,
// whatever changed since. REQUEST_ID_REUSED when this caller's id changed
// something else of the person in the same way; REGISTRATION_UNKNOWN, of an
// unknown person too; the refusals of domain::ApplyChange; CONFLICT.
absl::StatusOr<domain::Registration> ChangeRegistration(
    storage::Store& store, const Snapshot& snapshot, domain::Day today,
    const Caller& caller, const wire::ChangeAsk& ask);

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_REGISTRATIONS_H_
