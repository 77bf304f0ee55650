// Errors with a stable reason: an absl::Status that carries a machine-readable
// reason, its metadata, and the fields that were wrong.
#ifndef ONESTOP_BASE_ERROR_H_
#define ONESTOP_BASE_ERROR_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"

namespace onestop {

// Name/value pairs that tell a program where an error lies, for example
// {"line_id", "3"}. Never a person's name or id.
using ErrorMetadata = std::vector<std::pair<std::string, std::string>>;

// One field of a request that was wrong, and what to do about it.
struct FieldViolation {
  std::string field;        // path, for example "claim.lines[2].quantity"
  std::string description;  // one sentence
};

// An error where it happens: `reason` is one of docs/errors.md, in capitals.
absl::Status MakeError(absl::StatusCode code, std::string_view reason,
                       std::string_view message, ErrorMetadata metadata = {});

// A request that is malformed: INVALID_ARGUMENT, reason MALFORMED_REQUEST, all
// the bad fields at once.
absl::Status MalformedRequest(const std::vector<FieldViolation>& violations);

// What MakeError and MalformedRequest put in; empty where they did not.
std::string ErrorReason(const absl::Status& status);
ErrorMetadata ErrorMetadataOf(const absl::Status& status);
std::vector<FieldViolation> FieldViolations(const absl::Status& status);

}  // namespace onestop

#endif  // ONESTOP_BASE_ERROR_H_
