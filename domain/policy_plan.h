// Flattens a policy draft into the plans of one pooling region and insurance
// type. Only the policy compiler uses it.
#ifndef ONESTOP_DOMAIN_POLICY_PLAN_H_
#define ONESTOP_DOMAIN_POLICY_PLAN_H_

#include <vector>

#include "domain/policy.h"
#include "domain/policy_check.h"
#include "domain/policy_draft.h"
#include "domain/policy_rows.h"

namespace onestop::domain {

// The spans of `region` and `insurance`, ascending without gap, the first open
// from the past, the last open to the future; empty when nothing there is for
// that insurance. Reports what is missing, doubled or in the wrong order.
std::vector<Plan> BuildPlans(const PolicyDraft& draft, const PolicyIndex& index,
                             const PolicyRows& rows, const DraftRegion& region,
                             Insurance insurance, Findings* findings);

}  // namespace onestop::domain

#endif  // ONESTOP_DOMAIN_POLICY_PLAN_H_
