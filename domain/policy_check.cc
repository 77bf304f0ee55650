// Checks each scheme, layer and region of a policy draft by itself.
#include "domain/policy_check.h"

#include <algorithm>
#include <optional>
#include <set>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "domain/policy_shape.h"

namespace onestop::domain {
namespace {

constexpr size_t kMaxSchemeIdBytes = 40;
constexpr int64_t kWhole = 10000;  // basis points

bool IsRuleId(absl::string_view id) {
  return !id.empty() && id.size() <= kMaxSchemeIdBytes &&
         std::all_of(id.begin(), id.end(), [](char c) {
           return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-';
         });
}

// The engine's own number of a built-in rule; nullopt: it has none.
std::optional<int64_t> NumberOf(EngineRule rule) {
  switch (rule) {
    case EngineRule::kPrescriptionValidDays:
      return limits::kPrescriptionValidDays;
    case EngineRule::kSupplyDays:
      return limits::kMaxSupplyDays;
    case EngineRule::kLongTermSupplyDays:
      return limits::kMaxLongTermSupplyDays;
    case EngineRule::kRefillGraceDays:
      return limits::kRefillGraceDays;
    case EngineRule::kReassessmentMonths:
      return limits::kReassessmentMonths;
    case EngineRule::kTreatmentYears:
      return 1;  // SameDateNextYear
    default:
      return std::nullopt;
  }
}

}  // namespace

void ShapeCheck::Documents(const PolicyDraft& draft) {
  absl::flat_hash_map<std::string, const DraftDocument*> seen;
  for (const DraftDocument& document : draft.documents) {
    if (document.id.empty() || absl::StrContains(document.id, ' ')) {
      Error(document.place, "a document needs an id without spaces");
    } else if (const auto [first, added] =
                   seen.insert({document.id, &document});
               !added) {
      Error(document.place,
            absl::StrCat("document '", document.id, "' is declared at ",
                         At(first->second->place), " too; remove one"));
    }
    if (document.title.empty() || document.number.empty()) {
      Error(document.place, absl::StrCat("document '", document.id,
                                         "' needs its title and its number"));
    }
  }
}

void ShapeCheck::Id(const std::string& id, const Place& place) {
  if (IsRuleId(id)) return;
  Error(place, absl::StrCat("id '", id, "' must be 1 to ", kMaxSchemeIdBytes,
                            " lower-case letters, digits and dashes"));
}

void ShapeCheck::Named(const Name2& name, absl::string_view what,
                       const Place& place) {
  if (!name.zh.empty() && !name.en.empty()) return;
  Error(place, absl::StrCat(what,
                            " needs a name in Chinese (zh) and in "
                            "English (en)"));
}

void ShapeCheck::Insurances(const std::vector<Insurance>& insurances,
                            absl::string_view what, const Place& place) {
  if (insurances.empty()) {
    Error(place, absl::StrCat(what, " names no insurance type"));
  }
  std::set<Insurance> seen;
  for (Insurance insurance : insurances) {
    if (insurance == Insurance::kUnspecified) {
      Error(place, absl::StrCat(what, " names an unknown insurance type"));
    } else if (!seen.insert(insurance).second) {
      Error(place, absl::StrCat(what, " names ", NameOf(insurance), " twice"));
    }
  }
}

void ShapeCheck::Ratio(const std::optional<int64_t>& bp, absl::string_view what,
                       const Place& place) {
  if (!bp) {
    Error(place, absl::StrCat(what, ": no number; give bp"));
  } else if (*bp < 0 || *bp > kWhole) {
    Error(place, absl::StrCat(what, ": ", *bp, " basis points (",
                              *bp < 0 ? "below 0" : "above 100 %",
                              "); give 0 to ", kWhole));
  }
}

void ShapeCheck::Amount(const std::optional<int64_t>& fen, bool zero_allowed,
                        absl::string_view what, const Place& place) {
  if (!fen) {
    Error(place, absl::StrCat(what, ": no number; give fen"));
  } else if (*fen < 0 || (*fen == 0 && !zero_allowed) ||
             *fen > limits::kMaxAmountFen) {
    Error(place,
          absl::StrCat(what, ": ", *fen, " fen; give ", zero_allowed ? 0 : 1,
                       " to ", limits::kMaxAmountFen));
  }
}

void ShapeCheck::Layer(const DraftLayer& layer) {
  const std::string what = absl::StrCat("layer '", layer.id, "'");
  Id(layer.id, layer.place);
  Named(layer.name, what, layer.place);
  Insurances(layer.insurances, what, layer.place);
  if (!layer.region.empty() && !IsRegionCode(layer.region)) {
    Error(layer.place, absl::StrCat(what, ": region '", layer.region,
                                    "' is not a code of six digits"));
  }
  if (!layer.field) {
    Error(layer.place, absl::StrCat(what, " has an unknown field"));
  }
  if (layer.terms.empty()) {
    Error(layer.place, absl::StrCat(what, " has no terms"));
  }
  absl::flat_hash_map<int, const DraftLayerTerms*> seen;
  for (const DraftLayerTerms& terms : layer.terms) {
    if (!terms.assistance_known) {
      Error(terms.place,
            absl::StrCat(what, " names an unknown assistance category"));
    } else if (const auto [first, added] =
                   seen.insert({static_cast<int>(terms.assistance), &terms});
               !added) {
      Error(terms.place,
            absl::StrCat(what, " has terms for the same persons at ",
                         At(first->second->place)));
    }
    for (const DraftBand& band : terms.bands) {
      Ratio(band.bp, "band", band.place);
      Amount(band.from_fen, true, "band", band.place);
    }
    for (const DraftLayerCap& cap : terms.caps) {
      Amount(cap.fen, false, "yearly cap", cap.place);
    }
  }
}

void ShapeCheck::Preself(const std::vector<DraftPreself>& rows) {
  for (const DraftPreself& row : rows) {
    if (row.kind == PreselfKind::kUnspecified) {
      Error(row.place, "self-pay-first ratio of an unknown kind");
    }
    Ratio(row.bp, "self-pay-first ratio", row.place);
  }
}

void ShapeCheck::PriceRules(const std::vector<DraftPriceRule>& rows) {
  for (const DraftPriceRule& row : rows) {
    if (row.kind == PriceKind::kUnspecified) {
      Error(row.place, "price rule of an unknown kind");
    }
  }
}

void ShapeCheck::Region(const DraftRegion& region) {
  const std::string what = absl::StrCat("region '", region.code, "'");
  if (!IsRegionCode(region.code)) {
    Error(region.place, absl::StrCat(what, " is not a code of six digits"));
  }
  Named(region.name, what, region.place);
  for (const DraftOrder& order : region.orders) {
    Insurances(order.insurances, absl::StrCat("an order of ", what),
               order.place);
  }
  for (const DraftOrder& order : region.layer_orders) {
    Insurances(order.insurances, absl::StrCat("a layer order of ", what),
               order.place);
  }
  Preself(region.preself_ratios);
  PriceRules(region.price_rules);
}

void ShapeCheck::Parity(const DraftParity& row) {
  if (!IsRegionCode(row.region) || row.insurance == Insurance::kUnspecified ||
      !row.serves || !row.equals || row.least_bp < 0 || row.least_bp > kWhole) {
    Error(row.place,
          "a parity needs region, insurance, serves, equals and a "
          "least_bp of 0 to 10000");
  }
}

void ShapeCheck::Ceiling(const DraftCeiling& row) {
  if (!IsRegionCode(row.region) || row.kind == PreselfKind::kUnspecified) {
    Error(row.place, "a ceiling needs a region and a kind");
  }
  Ratio(row.most_bp, "ceiling", row.place);
}

void ShapeCheck::AccountCredit(const DraftAccountCredit& row) {
  constexpr int32_t kOldest = 120;
  if (!IsRegionCode(row.region) || (row.category != Category::kInService &&
                                    row.category != Category::kRetired)) {
    Error(row.place,
          "an account credit needs a region, and the category IN_SERVICE or "
          "RETIRED");
  }
  if (row.from_age < 0 || row.from_age > kOldest) {
    Error(row.place, absl::StrCat("from_age is ", row.from_age,
                                  "; it must be 0 to ", kOldest));
  }
  if (row.bp.has_value() == row.fen.has_value()) {
    Error(row.place, "an account credit needs either bp or fen");
  } else if (row.bp) {
    Ratio(row.bp, "account credit", row.place);
  } else {
    Amount(row.fen, false, "account credit", row.place);
  }
}

void ShapeCheck::EngineRules(const std::vector<DraftEngineRule>& rows) {
  absl::flat_hash_map<int, const DraftEngineRule*> seen;
  for (const DraftEngineRule& row : rows) {
    if (row.rule == EngineRule::kUnspecified) {
      Error(row.place, "an engine rule of no known kind");
      continue;
    }
    if (const auto [first, added] =
            seen.insert({static_cast<int>(row.rule), &row});
        !added) {
      Error(row.place,
            absl::StrCat("the same engine rule stands at ",
                         At(first->second->place), " too; remove one"));
    }
    const std::optional<int64_t> number = NumberOf(row.rule);
    if (row.value == number) continue;
    Error(row.place, number ? absl::StrCat("the engine's number is ", *number,
                                           "; policy files cannot change it")
                            : "this engine rule has no number");
  }
}

namespace {

// Fills `index` and reports ids that were there already.
template <typename T>
void IndexById(const std::vector<T>& all, std::string T::*id,
               absl::string_view what,
               absl::flat_hash_map<std::string, const T*>* index,
               Findings* findings) {
  for (const T& one : all) {
    const auto [first, added] = index->insert({one.*id, &one});
    if (added) continue;
    findings->Error(
        one.place,
        absl::StrCat(what, " '", one.*id, "' is declared at ",
                     At(first->second->place), " too; remove or rename one"));
  }
}

}  // namespace

bool IsRegionCode(absl::string_view code) {
  return code.size() == 6 &&
         std::all_of(code.begin(), code.end(), absl::ascii_isdigit);
}

bool AppliesTo(absl::string_view region, absl::string_view code) {
  if (region.empty() || region == code) return true;
  return region.size() == 6 && region.substr(2) == "0000" &&
         code.substr(0, 2) == region.substr(0, 2);
}

bool Contains(const std::vector<Insurance>& insurances, Insurance insurance) {
  return std::find(insurances.begin(), insurances.end(), insurance) !=
         insurances.end();
}

PolicyIndex CheckShapes(const PolicyDraft& draft, Findings* findings) {
  PolicyIndex index;
  IndexById(draft.schemes, &DraftScheme::id, "scheme", &index.schemes,
            findings);
  IndexById(draft.layers, &DraftLayer::id, "layer", &index.layers, findings);
  IndexById(draft.regions, &DraftRegion::code, "region", &index.regions,
            findings);
  ShapeCheck check(findings);
  check.Documents(draft);
  for (const DraftScheme& scheme : draft.schemes) check.Scheme(scheme);
  for (const DraftLayer& layer : draft.layers) {
    check.Layer(layer);
    if (const auto scheme = index.schemes.find(layer.id);
        scheme != index.schemes.end()) {
      findings->Error(layer.place,
                      absl::StrCat("layer '", layer.id,
                                   "' is the id of the "
                                   "scheme at ",
                                   At(scheme->second->place), " too"));
    }
  }
  for (const DraftRegion& region : draft.regions) {
    check.Region(region);
    for (const DraftFigures& figures : region.figures) {
      const auto scheme = index.schemes.find(figures.scheme);
      const bool known = scheme != index.schemes.end();
      check.Figures(figures, known ? scheme->second : nullptr);
      if (!known) {
        findings->Error(figures.place,
                        absl::StrCat("figures of scheme '", figures.scheme,
                                     "', which no file declares"));
      } else if (!AppliesTo(scheme->second->region, region.code)) {
        findings->Error(
            figures.place,
            absl::StrCat("figures of scheme '", figures.scheme, "' (",
                         At(scheme->second->place), "), which is for region ",
                         scheme->second->region, ", not ", region.code));
      }
    }
  }
  check.Preself(draft.preself_ratios);
  check.PriceRules(draft.price_rules);
  for (const DraftParity& row : draft.parities) check.Parity(row);
  for (const DraftCeiling& row : draft.ceilings) check.Ceiling(row);
  check.EngineRules(draft.engine_rules);
  for (const DraftAccountCredit& row : draft.account_credits) {
    check.AccountCredit(row);
  }
  return index;
}

}  // namespace onestop::domain
