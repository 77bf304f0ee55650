// The policies of this repository, built into the binaries.
#ifndef ONESTOP_WIRE_EMBEDDED_POLICIES_H_
#define ONESTOP_WIRE_EMBEDDED_POLICIES_H_

#include <vector>

#include "wire/policy_file.h"

namespace onestop::wire {

// The files of policies/ as they were at build time, by name.
std::vector<PolicyText> EmbeddedPolicies();

}  // namespace onestop::wire

#endif  // ONESTOP_WIRE_EMBEDDED_POLICIES_H_
