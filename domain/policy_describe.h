// What the rows of a policy draft state, in words for reports and errors. Only
// the policy compiler uses it.
#ifndef ONESTOP_DOMAIN_POLICY_DESCRIBE_H_
#define ONESTOP_DOMAIN_POLICY_DESCRIBE_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "domain/policy_draft.h"

namespace onestop::domain {

// "yn36.textproto:12".
std::string At(const Place& place);
// "60 %", "12.50 %".
std::string FormatPercent(int64_t basis_points);
absl::string_view NameOf(Insurance insurance);
absl::string_view NameOf(Category category);
// " from 2022-01-01 until 2022-06-30", " on 2022-01-01"; empty when both ends
// are open.
std::string FormatPeriod(const Period& period);
// "?" when there is no number.
std::string Yuan(const std::optional<int64_t>& fen);
std::string Percent(const std::optional<int64_t>& bp);

std::string Describe(const DraftCondition& condition);
std::string Describe(const DraftCap& cap);        // its scope
std::string Describe(const DraftFigure& figure);  // for whom
std::string Describe(const DraftEngineRule& row);
absl::string_view Describe(const std::optional<DeductibleScope>& scope);
absl::string_view Describe(DraftMeasure measure);
absl::string_view Describe(PreselfKind kind);
absl::string_view Describe(PriceKind kind);
absl::string_view Describe(RegistrationKind kind);
absl::string_view Describe(Assistance assistance);  // "LOW_INCOME, "

}  // namespace onestop::domain

#endif  // ONESTOP_DOMAIN_POLICY_DESCRIBE_H_
