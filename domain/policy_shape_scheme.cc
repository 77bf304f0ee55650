// Checks each scheme of a policy draft by itself: conditions, caps, figures.
#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "domain/policy_check.h"
#include "domain/policy_shape.h"

namespace onestop::domain {

void ShapeCheck::Condition(const DraftCondition& condition) {
  const Place& place = condition.place;
  if (!condition.asked) {
    Error(place, "a condition that is false says nothing; remove it");
  }
  switch (condition.kind) {
    case ConditionKind::kUnspecified:
      Error(place, "a condition of no known kind");
      break;
    case ConditionKind::kRegistration:
      if (condition.registration == RegistrationKind::kUnspecified ||
          condition.registration == RegistrationKind::kFamilyAccount) {
        Error(place,
              "asks for a registration of a kind that entitles to no "
              "scheme; use CHRONIC_DISEASE, TREATMENT or TWO_DISEASE");
      }
      break;
    case ConditionKind::kMinimumLevel:
    case ConditionKind::kPrescriberGoverns:
      if (condition.level < 1 || condition.level >= kLevels) {
        Error(place, absl::StrCat("level ", condition.level,
                                  " does not exist; give 1 to 3"));
      }
      break;
    case ConditionKind::kPrescriberRegion:
      if (condition.region_prefix.empty() ||
          condition.region_prefix.size() > 6) {
        Error(place, "a region prefix has 1 to 6 digits");
      }
      break;
    default:
      break;
  }
}

void ShapeCheck::Cap(const DraftScheme& scheme, const DraftCap& cap) {
  const std::string what =
      absl::StrCat("cap '", cap.id, "' of scheme '", scheme.id, "'");
  if (cap.id.empty()) {
    Error(cap.place, absl::StrCat(what, " needs an id"));
  }
  switch (cap.measure) {
    case DraftMeasure::kUnspecified:
      Error(cap.place, absl::StrCat(what, " has an unknown measure"));
      break;
    case DraftMeasure::kGross:
    case DraftMeasure::kFixedPayment:
      Error(
          cap.place,
          absl::StrCat(what, " counts ",
                       cap.measure == DraftMeasure::kGross ? "the gross fee"
                                                           : "a fixed payment",
                       ", which the engine does not apply yet; use "
                       "FUND_PAID or IN_SCOPE_FEE"));
      break;
    default:
      break;
  }
  if (!cap.scope) {
    Error(cap.place, absl::StrCat(what, " has an unknown scope"));
    return;
  }
  const bool shared = *cap.scope == CapScope::kShared;
  if (shared != !cap.shared_counter.empty()) {
    Error(cap.place,
          absl::StrCat(what, shared ? " is shared but names no shared_counter"
                                    : " names a shared_counter but is not "
                                      "shared"));
  } else if (shared && !absl::StartsWith(cap.shared_counter, "cap/")) {
    Error(cap.place,
          absl::StrCat(what, ": shared_counter '", cap.shared_counter,
                       "' must begin with 'cap/'"));
  }
  if (!scheme.grouping) return;
  if (*cap.scope == CapScope::kDiseaseYear &&
      *scheme.grouping != Grouping::kDisease) {
    Error(cap.place, absl::StrCat(what,
                                  " holds for each disease, but the "
                                  "scheme does not group by disease"));
  }
  if (*cap.scope == CapScope::kDrugYear &&
      *scheme.grouping != Grouping::kDrug) {
    Error(cap.place, absl::StrCat(what,
                                  " holds for each drug, but the scheme "
                                  "does not group by drug"));
  }
}

void ShapeCheck::Who(const DraftFigure& row, const DraftScheme* scheme) {
  for (int32_t level : row.levels) {
    if (level < 1 || level >= kLevels) {
      Error(row.place,
            absl::StrCat("level ", level, " does not exist; give 1 to 3"));
    }
  }
  for (Category category : row.categories) {
    if (category == Category::kUnspecified) {
      Error(row.place, "names an unknown category");
      continue;
    }
    const Insurance insurance = category == Category::kResident
                                    ? Insurance::kResident
                                    : Insurance::kEmployee;
    if (scheme != nullptr && !Contains(scheme->insurances, insurance)) {
      Error(row.place,
            absl::StrCat("a figure for ", NameOf(category), ", but scheme '",
                         scheme->id, "' (", At(scheme->place), ") is not for ",
                         NameOf(insurance)));
    }
  }
}

void ShapeCheck::Limit(const DraftLimit& row, const DraftScheme& scheme) {
  const auto cap =
      std::find_if(scheme.caps.begin(), scheme.caps.end(),
                   [&row](const DraftCap& it) { return it.id == row.cap; });
  if (cap == scheme.caps.end()) {
    Error(row.place,
          absl::StrCat("a limit of cap '", row.cap, "', which scheme '",
                       scheme.id, "' (", At(scheme.place), ") does not have"));
    return;
  }
  if (!cap->scope) return;
  if (*cap->scope == CapScope::kDrugYear) {
    Error(row.place, absl::StrCat("cap '", cap->id, "' (", At(cap->place),
                                  ") takes its limits from the drug list; "
                                  "remove this one"));
  } else if ((*cap->scope == CapScope::kDiseaseYear) == row.disease.empty()) {
    Error(row.place, absl::StrCat("cap '", cap->id, "' (", At(cap->place),
                                  row.disease.empty()
                                      ? ") holds for each disease; name the "
                                        "disease"
                                      : ") does not hold for a disease; "
                                        "remove it"));
  }
}

void ShapeCheck::Figures(const DraftFigures& figures,
                         const DraftScheme* scheme) {
  for (const DraftFigure& row : figures.deductibles) {
    Amount(row.value, true, "deductible", row.place);
    Who(row, scheme);
  }
  for (const DraftFigure& row : figures.ratios) {
    Ratio(row.value, "ratio", row.place);
    Who(row, scheme);
  }
  for (const DraftLimit& row : figures.limits) {
    Amount(row.fen, false, "limit", row.place);
    if (scheme != nullptr) Limit(row, *scheme);
  }
}

void ShapeCheck::Scheme(const DraftScheme& scheme) {
  const Place& place = scheme.place;
  const std::string what = absl::StrCat("scheme '", scheme.id, "'");
  Id(scheme.id, place);
  Named(scheme.name, what, place);
  Insurances(scheme.insurances, what, place);
  if (!IsRegionCode(scheme.region)) {
    Error(place, absl::StrCat(what, ": region '", scheme.region,
                              "' is not a code of six digits"));
  }
  if (!scheme.serves) {
    Error(place, absl::StrCat(what, " has an unknown kind (serves)"));
  }
  if (!scheme.grouping) {
    Error(place, absl::StrCat(what, " has an unknown grouping"));
  }
  if (!scheme.in_force) {
    Error(place, absl::StrCat(what,
                              " does not say since when it is in force "
                              "(in_force)"));
  }
  for (const DraftCondition& row : scheme.conditions) Condition(row);
  for (const DraftDeductibleRule& row : scheme.deductible_rules) {
    if (!row.scope) {
      Error(row.place, absl::StrCat(what, " has an unknown deductible scope"));
    } else if (*row.scope == DeductibleScope::kDrugYear &&
               scheme.grouping != Grouping::kDrug) {
      Error(row.place, absl::StrCat(what,
                                    " has a deductible for each drug, "
                                    "but does not group by drug"));
    }
  }
  for (const DraftCap& cap : scheme.caps) Cap(scheme, cap);
  Figures(scheme.figures, &scheme);
  if ((scheme.serves == Serves::kChronic ||
       scheme.serves == Serves::kTwoDisease) &&
      std::none_of(scheme.caps.begin(), scheme.caps.end(),
                   [](const DraftCap& cap) {
                     return cap.scope == CapScope::kDiseaseYear;
                   })) {
    Error(place, absl::StrCat(what,
                              " serves diseases but has no cap that "
                              "holds for each disease"));
  }
}

}  // namespace onestop::domain
