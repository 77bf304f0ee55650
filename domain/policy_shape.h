// Checks single parts of a policy draft: ids, enums, numbers, combinations.
// Only the policy compiler uses it.
#ifndef ONESTOP_DOMAIN_POLICY_SHAPE_H_
#define ONESTOP_DOMAIN_POLICY_SHAPE_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "domain/policy_draft.h"
#include "domain/policy_rows.h"

namespace onestop::domain {

// Six digits.
bool IsRegionCode(absl::string_view code);

// Each method reports what is wrong with its part.
class ShapeCheck {
 public:
  explicit ShapeCheck(Findings* findings) : findings_(*findings) {}

  void Documents(const PolicyDraft& draft);
  void Id(const std::string& id, const Place& place);
  void Scheme(const DraftScheme& scheme);
  void Layer(const DraftLayer& layer);
  void Region(const DraftRegion& region);
  void Figures(const DraftFigures& figures, const DraftScheme* scheme);
  void Preself(const std::vector<DraftPreself>& rows);
  void PriceRules(const std::vector<DraftPriceRule>& rows);
  void Parity(const DraftParity& row);
  void Ceiling(const DraftCeiling& row);
  void AccountCredit(const DraftAccountCredit& row);
  void EngineRules(const std::vector<DraftEngineRule>& rows);

 private:
  void Error(const Place& place, std::string message) {
    findings_.Error(place, std::move(message));
  }
  void Named(const Name2& name, absl::string_view what, const Place& place);
  void Insurances(const std::vector<Insurance>& insurances,
                  absl::string_view what, const Place& place);
  void Ratio(const std::optional<int64_t>& bp, absl::string_view what,
             const Place& place);
  void Amount(const std::optional<int64_t>& fen, bool zero_allowed,
              absl::string_view what, const Place& place);
  void Condition(const DraftCondition& condition);
  void Cap(const DraftScheme& scheme, const DraftCap& cap);
  void Who(const DraftFigure& row, const DraftScheme* scheme);
  void Limit(const DraftLimit& row, const DraftScheme& scheme);

  Findings& findings_;
};

}  // namespace onestop::domain

#endif  // ONESTOP_DOMAIN_POLICY_SHAPE_H_
