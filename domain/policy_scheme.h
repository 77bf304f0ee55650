// Fills one scheme, or one layer, of a plan with the numbers of a span. Only
// the policy compiler uses it.
#ifndef ONESTOP_DOMAIN_POLICY_SCHEME_H_
#define ONESTOP_DOMAIN_POLICY_SCHEME_H_

#include <array>
#include <string>
#include <vector>

#include "domain/policy.h"
#include "domain/policy_check.h"
#include "domain/policy_draft.h"
#include "domain/policy_pick.h"
#include "domain/policy_rows.h"

namespace onestop::domain {

// The categories of an insurance type.
const std::vector<Category>& CategoriesOf(Insurance insurance);

// Works for one region, insurance type and span.
class SpanBuilder {
 public:
  // All outlive this object.
  SpanBuilder(const PolicyRows* rows, const DraftRegion* region,
              Insurance insurance, Period span, Findings* findings)
      : rows_(*rows),
        region_(*region),
        insurance_(insurance),
        span_(span),
        findings_(*findings),
        picker_(rows, findings) {}

  bool InForce(const DraftScheme& draft) const;
  bool InForce(const DraftLayer& draft) const;
  // Without its place in the order and its overflow; numbers only when it is
  // in force.
  Scheme BuildScheme(const DraftScheme& draft);
  Layer BuildLayer(const DraftLayer& draft);

 private:
  void FillConditions(const DraftScheme& draft, Conditions* conditions);
  void CheckConditions(const DraftScheme& draft, const Scheme& scheme);
  void FillDeductible(const DraftScheme& draft, Scheme* scheme);
  void FillRatios(const DraftScheme& draft, Scheme* scheme);
  void FillCaps(const DraftScheme& draft, Scheme* scheme);
  void FillLimits(const DraftScheme& draft, const DraftCap& cap_draft,
                  Cap* cap);
  void CheckCaps(const DraftScheme& draft, const Scheme& scheme);
  void FillBands(const DraftLayer& draft, const DraftLayerTerms& terms_draft,
                 LayerTerms* terms);
  // The row of a deductible or ratio for each level that the scheme serves;
  // nullptr where there is none, which is reported.
  std::array<const DraftFigure*, kLevels> Figures(
      const DraftScheme& draft, std::vector<DraftFigure> DraftFigures::*kind,
      const std::string& name, Category category, int first_level);
  // A scheme's rows of one kind, its own and the region's.
  template <typename Row, typename Wanted>
  std::vector<const Row*> Rows(const DraftScheme& draft,
                               std::vector<Row> DraftFigures::*kind,
                               Wanted wanted) const;

  const PolicyRows& rows_;
  const DraftRegion& region_;
  const Insurance insurance_;
  const Period span_;
  Findings& findings_;
  RowPicker picker_;
};

}  // namespace onestop::domain

#endif  // ONESTOP_DOMAIN_POLICY_SCHEME_H_
