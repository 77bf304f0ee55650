// The policy that this repository ships, loaded once for a test program.
#ifndef ONESTOP_TESTS_SUPPORT_POLICIES_H_
#define ONESTOP_TESTS_SUPPORT_POLICIES_H_

#include <cstdio>
#include <cstdlib>

#include "domain/policy.h"
#include "wire/policy_file.h"

namespace onestop::testing {

inline const domain::Policy& ShippedPolicy() {
  static const domain::Policy* const policy = [] {
    auto loaded = wire::LoadPolicyDirectory("policies");
    if (!loaded.ok()) {
      std::fprintf(stderr, "policies/ does not load: %s\n",
                   loaded.status().ToString().c_str());
      std::abort();
    }
    return new domain::Policy(std::move(loaded->policy));
  }();
  return *policy;
}

}  // namespace onestop::testing

#endif  // ONESTOP_TESTS_SUPPORT_POLICIES_H_
