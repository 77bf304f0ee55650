// Whether a database can be used at all, told to the one who named it.
#ifndef ONESTOP_STORAGE_PG_CHECK_H_
#define ONESTOP_STORAGE_PG_CHECK_H_

#include "absl/status/status.h"
#include "storage/pg_connection.h"

namespace onestop::storage {

// Connects once and looks at the schema. What somebody has to put right first
// is INVALID_ARGUMENT: DATABASE_URL_INVALID, DATABASE_UNKNOWN,
// DATABASE_LOGIN_REFUSED, SCHEMA_OUTDATED; what may pass by itself
// STORAGE_UNAVAILABLE. No message holds the password or any part of it.
absl::Status CheckDatabase(const PgOptions& options);

}  // namespace onestop::storage

#endif  // ONESTOP_STORAGE_PG_CHECK_H_
