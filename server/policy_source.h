// The policy that a server starts with: read, compiled, and refused when the
// operator has not confirmed what it assumes.
#ifndef ONESTOP_SERVER_POLICY_SOURCE_H_
#define ONESTOP_SERVER_POLICY_SOURCE_H_

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "domain/policy.h"
#include "server/config.h"
#include "storage/store.h"

namespace onestop::server {

struct LoadedPolicy {
  std::shared_ptr<const domain::Policy> policy;
  std::vector<storage::PolicyFileText> files;  // kept in the database
};

// POLICY_NOT_FOUND, POLICY_INVALID, or POLICY_ASSUMED (FAILED_PRECONDITION)
// when something is assumed and the configuration does not allow it.
absl::StatusOr<LoadedPolicy> LoadPolicy(const Config& config);

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_POLICY_SOURCE_H_
