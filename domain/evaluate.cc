// The straight way of a claim: check → price lines → route → schemes → layers
// → accounts.
#include "domain/evaluate.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "domain/reason.h"
#include "domain/working_claim.h"

namespace onestop::domain {
absl::StatusOr<Outcome> Evaluate(const Policy& policy, const Facts& facts,
                                 const Claim& claim) {
  ONESTOP_RETURN_IF_ERROR(CheckClaim(facts, claim));
  const Coverage& coverage = facts.person->CoverageOn(claim.service_date);
  const Plan* plan =
      policy.PlanOn(coverage.region, coverage.insurance, claim.service_date);
  if (plan == nullptr) {
    return MakeError(
        absl::StatusCode::kInternal, refusal::kInvariantBroken,
        absl::StrCat("the policy has no schemes for region ", coverage.region,
                     "; such a person cannot be imported"));
  }
  WorkingClaim work(facts, claim, *plan, coverage);
  PriceLines(work);
  RouteLines(work);
  RunSchemes(work);
  RunLayers(work);
  UseAccounts(work);
  BookDispensing(work);
  work.TellRemaining();
  work.counters.AppendTo(work.outcome);
  ONESTOP_RETURN_IF_ERROR(CheckConservation(work.outcome));
  return std::move(work.outcome);
}

}  // namespace onestop::domain
