// Compiles a policy: checks shapes, resolves rows, builds the plans, then holds
// them against what the documents demand of regions.
#include "domain/policy_compile.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/error.h"
#include "base/limits.h"
#include "domain/policy_check.h"
#include "domain/policy_plan.h"
#include "domain/policy_rows.h"
#include "domain/policy_scheme.h"

namespace onestop::domain {
namespace {

constexpr Insurance kInsurances[] = {Insurance::kEmployee,
                                     Insurance::kResident};

bool Overlap(const Period& a, const Period& b) {
  return a.from <= b.until && b.from <= a.until;
}

Place PlaceOf(const Source& source) { return {source.file, source.line}; }

// What a scheme's ratio is told to be.
struct ParityRule {
  const DraftParity& row;
  const std::string where;
  Findings& findings;

  void AtLeast(const Scheme& scheme, const SourcedRatio& ratio) const {
    if (ratio.value.basis_points >= row.least_bp) return;
    findings.Error(
        PlaceOf(*ratio.source),
        absl::StrCat("the ratio of '", scheme.id, "' in ", where, " is ",
                     FormatPercent(ratio.value.basis_points), "; ",
                     row.source.cited, " (", At(row.place), ") asks for ",
                     FormatPercent(row.least_bp), " or more", FormatDates()));
  }
  void Equal(const Scheme& a, const SourcedRatio& first, const Scheme& b,
             const SourcedRatio& second) const {
    if (first.value == second.value) return;
    findings.Error(
        PlaceOf(*first.source),
        absl::StrCat("the ratio of '", a.id, "' in ", where, " is ",
                     FormatPercent(first.value.basis_points), ", that of '",
                     b.id, "' (", At(PlaceOf(*second.source)), ") is ",
                     FormatPercent(second.value.basis_points), "; ",
                     row.source.cited, " (", At(row.place),
                     ") asks for equal ratios", FormatDates()));
  }
  std::string FormatDates() const {
    return row.from.empty() ? "" : absl::StrCat(" from ", row.from);
  }
};

// Both kinds of schemes of one plan against one parity rule.
void CheckParity(const ParityRule& rule, const Plan& plan) {
  for (const Scheme& scheme : plan.schemes) {
    if (!scheme.in_force || (scheme.serves != *rule.row.serves &&
                             scheme.serves != *rule.row.equals)) {
      continue;
    }
    for (Category category : CategoriesOf(rule.row.insurance)) {
      for (int level = 1; level < kLevels; ++level) {
        const size_t column = static_cast<size_t>(category);
        const SourcedRatio& ratio = scheme.ratio[column][level];
        if (ratio.source == nullptr) continue;
        rule.AtLeast(scheme, ratio);
        if (scheme.serves != *rule.row.serves) continue;
        for (const Scheme& other : plan.schemes) {
          const SourcedRatio& wanted = other.ratio[column][level];
          if (!other.in_force || other.serves != *rule.row.equals ||
              wanted.source == nullptr) {
            continue;
          }
          rule.Equal(scheme, ratio, other, wanted);
        }
      }
    }
  }
}

void CheckParities(const PolicyDraft& draft, const PolicyRows& rows,
                   const DraftRegion& region, Insurance insurance,
                   const std::vector<Plan>& plans, Findings* findings) {
  for (const DraftParity& row : draft.parities) {
    if (!row.serves || !row.equals || row.insurance != insurance ||
        !AppliesTo(row.region, region.code)) {
      continue;
    }
    const ParityRule rule{
        row, absl::StrCat(region.code, " ", NameOf(insurance)), *findings};
    for (const Plan& plan : plans) {
      if (Overlap(plan.period, rows.PeriodOf(row))) CheckParity(rule, plan);
    }
  }
}

void CheckCeilings(const PolicyDraft& draft, const PolicyRows& rows,
                   const DraftRegion& region, Findings* findings) {
  for (const DraftCeiling& ceiling : draft.ceilings) {
    if (!AppliesTo(ceiling.region, region.code) || !ceiling.most_bp) continue;
    for (const auto* all : {&draft.preself_ratios, &region.preself_ratios}) {
      for (const DraftPreself& row : *all) {
        if (row.kind != ceiling.kind ||
            row.bp.value_or(0) <= *ceiling.most_bp ||
            !Overlap(rows.PeriodOf(row), rows.PeriodOf(ceiling))) {
          continue;
        }
        std::string message = absl::StrCat(
            "the self-pay-first ratio in region ", region.code, " is ",
            FormatPercent(row.bp.value_or(0)), "; ", ceiling.source.cited, " (",
            At(ceiling.place), ") allows ", FormatPercent(*ceiling.most_bp),
            " at most", FormatPeriod(rows.PeriodOf(ceiling)),
            ceiling.warning_only ? ", in principle" : "");
        if (ceiling.warning_only) {
          findings->Warning(row.place, std::move(message));
        } else {
          findings->Error(row.place, std::move(message));
        }
      }
    }
  }
}

// What months credit in the region; two rows for one category and age on the
// same day contradict each other.
void AddAccountCredits(const PolicyDraft& draft, const PolicyRows& rows,
                       const DraftRegion& region, CompileResult* result,
                       Findings* findings) {
  std::vector<const DraftAccountCredit*> taken;
  for (const DraftAccountCredit& row : draft.account_credits) {
    if (!AppliesTo(row.region, region.code)) continue;
    for (const DraftAccountCredit* other : taken) {
      if (other->category == row.category && other->from_age == row.from_age &&
          Overlap(rows.PeriodOf(*other), rows.PeriodOf(row))) {
        findings->Error(
            row.place,
            absl::StrCat("the account credit at ", At(other->place),
                         " holds for the same category, age and days in "
                         "region ",
                         region.code, "; remove or date one"));
      }
    }
    taken.push_back(&row);
    result->policy.AddAccountCredit(
        region.code, {rows.PeriodOf(row), row.category, row.from_age,
                      Ratio{static_cast<int32_t>(row.bp.value_or(0))},
                      Money{row.fen.value_or(0)}, rows.SourceOf(row.source)});
  }
}

void SortByPlace(std::vector<Finding>* findings) {
  std::stable_sort(findings->begin(), findings->end(),
                   [](const Finding& a, const Finding& b) {
                     return std::tie(a.place.file, a.place.line) <
                            std::tie(b.place.file, b.place.line);
                   });
}

}  // namespace

std::string Finding::ToString() const {
  return absl::StrCat(place.file, ":", place.line, ": ", message);
}

CompileResult CheckPolicy(const PolicyDraft& draft) {
  CompileResult result;
  Findings findings(&result);
  const PolicyIndex index = CheckShapes(draft, &findings);
  const PolicyRows rows(draft, &result, &findings);
  if (result.statements.size() > limits::kMaxPolicyRows) {
    findings.Error(
        result.statements.back().place,
        absl::StrCat(result.statements.size(), " rows; a policy has at most ",
                     limits::kMaxPolicyRows));
    return result;
  }
  for (const DraftRegion& region : draft.regions) {
    if (index.regions.at(region.code) != &region) continue;  // a double
    CheckCeilings(draft, rows, region, &findings);
    AddAccountCredits(draft, rows, region, &result, &findings);
    for (Insurance insurance : kInsurances) {
      std::vector<Plan> plans =
          BuildPlans(draft, index, rows, region, insurance, &findings);
      CheckParities(draft, rows, region, insurance, plans, &findings);
      for (Plan& plan : plans) {
        result.policy.AddPlan(region.code, insurance, std::move(plan));
      }
    }
  }
  if (draft.regions.empty()) {
    findings.Error({draft.files.empty() ? "policies" : draft.files.front(), 1},
                   "no file declares a region; there is nothing to settle by");
  }
  SortByPlace(&result.errors);
  SortByPlace(&result.warnings);
  return result;
}

absl::Status PolicyInvalid(const std::vector<Finding>& errors) {
  return MakeError(
      absl::StatusCode::kInvalidArgument, "POLICY_INVALID",
      absl::StrJoin(errors, "\n", [](std::string* out, const Finding& error) {
        out->append(error.ToString());
      }));
}

absl::StatusOr<CompileResult> CompilePolicy(const PolicyDraft& draft) {
  CompileResult result = CheckPolicy(draft);
  if (!result.errors.empty()) return PolicyInvalid(result.errors);
  return result;
}

}  // namespace onestop::domain
