// What the rows of a policy draft state, in words.
#include "domain/policy_describe.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"

namespace onestop::domain {
namespace {

// The built-in rules, in the order of EngineRule; `%` stands for the number.
constexpr const char* kEngineRuleTexts[] = {
    "unknown rule",
    "a prescription is good for % days",
    "a line has at most % days of supply",
    "a line on a long-term prescription has at most % days of supply",
    "a refill comes at most % days before the supply ends",
    "a TREATMENT registration is reassessed within % months",
    "a TREATMENT registration is valid for % year",
    "late claims of a year are taken through 31 March",
    "at a pharmacy no scheme pays without a prescription",
    "at a pharmacy the prescribing hospital's terms rule",
    "a visit's deductible belongs to its encounter",
    "a drug's deductible is that of the highest level visited",
    "the personal account may pay whatever the person bears",
    "a relative's account pays after a registration",
};

}  // namespace

std::string Yuan(const std::optional<int64_t>& fen) {
  return fen ? FormatYuan(Money{*fen}) : "?";
}

std::string Percent(const std::optional<int64_t>& bp) {
  return bp ? FormatPercent(*bp) : "?";
}

absl::string_view Describe(RegistrationKind kind) {
  switch (kind) {
    case RegistrationKind::kUnspecified:
      return "UNSPECIFIED";
    case RegistrationKind::kChronicDisease:
      return "CHRONIC_DISEASE";
    case RegistrationKind::kTreatment:
      return "TREATMENT";
    case RegistrationKind::kTwoDisease:
      return "TWO_DISEASE";
    case RegistrationKind::kFamilyAccount:
      return "FAMILY_ACCOUNT";
  }
  return "";
}

absl::string_view Describe(Assistance assistance) {
  switch (assistance) {
    case Assistance::kNone:
      return "";
    case Assistance::kExtremePoverty:
      return "EXTREME_POVERTY, ";
    case Assistance::kLowIncome:
      return "LOW_INCOME, ";
  }
  return "";
}

std::string Describe(const DraftCondition& condition) {
  switch (condition.kind) {
    case ConditionKind::kUnspecified:
      return "asks for nothing";
    case ConditionKind::kRegistration:
      return absl::StrCat("asks for a ", Describe(condition.registration),
                          " registration");
    case ConditionKind::kOnList:
      return "asks that the item is on its list";
    case ConditionKind::kNegotiated:
      return "asks for a negotiated drug";
    case ConditionKind::kIndication:
      return "asks for a diagnosis among the indications";
    case ConditionKind::kMinimumLevel:
      return absl::StrCat("asks for level ", condition.level, " or above");
    case ConditionKind::kRegisteredHospital:
      return "asks for the registered hospital";
    case ConditionKind::kRegisteredPhysician:
      return "asks for the registered physician";
    case ConditionKind::kDualChannel:
      return "asks for a dual-channel pharmacy";
    case ConditionKind::kDesignated:
      return "asks for a pharmacy designated by the hospital";
    case ConditionKind::kInPooling:
      return "asks for a pharmacy in outpatient pooling";
    case ConditionKind::kECenter:
      return "asks for the e-prescription centre";
    case ConditionKind::kPrescriberRegion:
      return absl::StrCat("asks for a prescriber of region ",
                          condition.region_prefix, "…");
    case ConditionKind::kPrescriberGoverns:
      return absl::StrCat("is governed by a prescriber of level ",
                          condition.level, " or above");
  }
  return "";
}

absl::string_view Describe(const std::optional<DeductibleScope>& scope) {
  if (!scope) return "deductible: unknown scope";
  switch (*scope) {
    case DeductibleScope::kNone:
      return "no deductible";
    case DeductibleScope::kSchemeYear:
      return "deductible once a scheme and year";
    case DeductibleScope::kDrugYear:
      return "deductible once a drug and year";
    case DeductibleScope::kVisit:
      return "deductible once a visit";
  }
  return "";
}

absl::string_view Describe(DraftMeasure measure) {
  switch (measure) {
    case DraftMeasure::kUnspecified:
      return "nothing known";
    case DraftMeasure::kFundPaid:
      return "the fund paid";
    case DraftMeasure::kInScopeFee:
      return "the in-scope fee, deductible included";
    case DraftMeasure::kGross:
      return "the gross fee";
    case DraftMeasure::kFixedPayment:
      return "a fixed payment";
  }
  return "";
}

std::string Describe(const DraftCap& cap) {
  if (!cap.scope) return "holds for nothing known";
  switch (*cap.scope) {
    case CapScope::kSchemeYear:
      return "holds for the scheme and year";
    case CapScope::kDiseaseYear:
      return "holds for each disease and year";
    case CapScope::kDrugYear:
      return "holds for each drug and year, as its list says";
    case CapScope::kShared:
      return absl::StrCat("is shared in ", cap.shared_counter);
  }
  return "";
}

absl::string_view Describe(PreselfKind kind) {
  switch (kind) {
    case PreselfKind::kUnspecified:
      return "unknown items";
    case PreselfKind::kClassA:
      return "class A";
    case PreselfKind::kClassB:
      return "class B";
    case PreselfKind::kNegotiated:
      return "negotiated drugs";
  }
  return "";
}

absl::string_view Describe(PriceKind kind) {
  switch (kind) {
    case PriceKind::kUnspecified:
      return "unknown price rule";
    case PriceKind::kPaymentStandard:
      return "negotiated and procured drugs up to their payment standard";
    case PriceKind::kListing:
      return "other items up to their ceiling on record";
    case PriceKind::kListingTwoDisease:
      return "two-disease drugs up to the platform's purchase price";
  }
  return "";
}

std::string Describe(const DraftFigure& figure) {
  std::string text;
  for (Category category : figure.categories) {
    absl::StrAppend(&text, ", ", NameOf(category));
  }
  if (!figure.levels.empty()) {
    absl::StrAppend(&text, ", level ", absl::StrJoin(figure.levels, "+"));
  }
  return text;
}

std::string Describe(const DraftEngineRule& row) {
  const std::string text = kEngineRuleTexts[static_cast<size_t>(row.rule)];
  return absl::StrReplaceAll(
      text, {{"%", row.value ? absl::StrCat(*row.value) : "?"}});
}

std::string At(const Place& place) {
  return absl::StrCat(place.file, ":", place.line);
}

std::string FormatPercent(int64_t basis_points) {
  if (basis_points < 0) return absl::StrCat(basis_points, " bp");
  if (basis_points % 100 == 0) return absl::StrCat(basis_points / 100, " %");
  return absl::StrFormat("%d.%02d %%", basis_points / 100, basis_points % 100);
}

absl::string_view NameOf(Insurance insurance) {
  switch (insurance) {
    case Insurance::kUnspecified:
      return "UNSPECIFIED";
    case Insurance::kEmployee:
      return "EMPLOYEE";
    case Insurance::kResident:
      return "RESIDENT";
  }
  return "";
}

absl::string_view NameOf(Category category) {
  switch (category) {
    case Category::kUnspecified:
      return "UNSPECIFIED";
    case Category::kInService:
      return "IN_SERVICE";
    case Category::kRetired:
      return "RETIRED";
    case Category::kResident:
      return "RESIDENT";
  }
  return "";
}

std::string FormatPeriod(const Period& period) {
  if (period.from == period.until) {
    return absl::StrCat(" on ", FormatDay(period.from));
  }
  std::string text;
  if (period.from != kOpenFrom) {
    absl::StrAppend(&text, " from ", FormatDay(period.from));
  }
  if (period.until != kOpenUntil) {
    absl::StrAppend(&text, " until ", FormatDay(period.until));
  }
  return text;
}

}  // namespace onestop::domain
