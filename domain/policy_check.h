// What is wrong with single schemes, layers and regions of a policy draft,
// whatever the others say. Only the policy compiler uses it.
#ifndef ONESTOP_DOMAIN_POLICY_CHECK_H_
#define ONESTOP_DOMAIN_POLICY_CHECK_H_

#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "domain/policy_draft.h"
#include "domain/policy_rows.h"

namespace onestop::domain {

// The draft's schemes, layers and regions by id; the first of each id.
struct PolicyIndex {
  absl::flat_hash_map<std::string, const DraftScheme*> schemes;
  absl::flat_hash_map<std::string, const DraftLayer*> layers;
  absl::flat_hash_map<std::string, const DraftRegion*> regions;
};

// Whether what names `region` (a region, a province, or empty: every region)
// applies to the pooling region `code`.
bool AppliesTo(absl::string_view region, absl::string_view code);
bool Contains(const std::vector<Insurance>& insurances, Insurance insurance);

// Reports ids that occur twice or do not read well, enums that are unknown,
// numbers out of range, and combinations that make no sense.
PolicyIndex CheckShapes(const PolicyDraft& draft, Findings* findings);

}  // namespace onestop::domain

#endif  // ONESTOP_DOMAIN_POLICY_CHECK_H_
