// A policy as its files say it, before anything is checked: plain structures
// that keep the file and line of everything, in file order.
#ifndef ONESTOP_DOMAIN_POLICY_DRAFT_H_
#define ONESTOP_DOMAIN_POLICY_DRAFT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/person.h"
#include "domain/policy.h"

namespace onestop::domain {

struct Place {
  std::string file;
  int line = 0;  // from 1
};

// Neither: no source. Both: a document says part of it, the rest is assumed.
struct DraftSource {
  std::string cited;
  std::string assumed;
  Place place;
};

// Dates are text as written; empty is open.
struct DraftDates {
  Place place;
  std::string from;
  std::string until;
};

// What every dated row has.
struct DraftRow : DraftDates {
  DraftSource source;
};

struct DraftDocument {
  Place place;
  std::string id;
  std::string title;
  std::string number;
};

enum class ConditionKind : uint8_t {
  kUnspecified,
  kRegistration,
  kOnList,
  kNegotiated,
  kIndication,
  kMinimumLevel,
  kRegisteredHospital,
  kRegisteredPhysician,
  kDualChannel,
  kDesignated,
  kInPooling,
  kECenter,
  kPrescriberRegion,
  kPrescriberGoverns,
};

struct DraftCondition : DraftRow {
  ConditionKind kind = ConditionKind::kUnspecified;
  bool asked = true;  // false was written: an error
  RegistrationKind registration = RegistrationKind::kUnspecified;
  int32_t level = 0;          // kMinimumLevel, kPrescriberGoverns
  std::string region_prefix;  // kPrescriberRegion
};

struct DraftDeductibleRule : DraftRow {
  std::optional<DeductibleScope> scope;
};

// A deductible (fen) or a ratio (basis points).
struct DraftFigure : DraftRow {
  std::vector<Category> categories;  // none: all of the scheme's
  std::vector<int32_t> levels;       // none: all that the scheme serves
  std::optional<int64_t> value;
};

// All that the national platform knows; the engine applies the first two.
enum class DraftMeasure : uint8_t {
  kUnspecified,
  kFundPaid,
  kInScopeFee,
  kGross,
  kFixedPayment,
};

struct DraftCap : DraftRow {  // its source: the measure's
  std::string id;
  DraftMeasure measure = DraftMeasure::kUnspecified;
  std::optional<CapScope> scope;
  DraftSource scope_source;
  std::string shared_counter;
};

struct DraftLimit : DraftRow {
  std::string cap;
  std::string disease;
  std::optional<int64_t> fen;
};

struct DraftOverflow : DraftRow {
  std::string to;
};

// The numbers of a scheme, its own or a region's.
struct DraftFigures {
  Place place;
  std::string scheme;
  std::vector<DraftFigure> deductibles;
  std::vector<DraftFigure> ratios;
  std::vector<DraftLimit> limits;
};

struct DraftScheme {
  Place place;
  std::string id;
  Name2 name;
  std::string region;
  std::vector<Insurance> insurances;
  std::optional<Serves> serves;
  std::optional<Grouping> grouping;
  std::optional<DraftRow> in_force;
  std::vector<DraftRow> feeds_layers;
  std::vector<DraftCondition> conditions;
  std::vector<DraftDeductibleRule> deductible_rules;
  DraftFigures figures;
  std::vector<DraftCap> caps;
  std::vector<DraftOverflow> overflows;
};

struct DraftBand : DraftRow {
  std::optional<int64_t> from_fen;
  std::optional<int64_t> bp;
};

struct DraftLayerCap : DraftRow {
  std::optional<int64_t> fen;
};

struct DraftLayerTerms {
  Place place;
  bool assistance_known = true;               // false: no such category
  Assistance assistance = Assistance::kNone;  // kNone: everyone
  std::vector<DraftBand> bands;
  std::vector<DraftLayerCap> caps;
};

struct DraftLayer {
  Place place;
  std::string id;
  Name2 name;
  std::string region;  // empty: every region
  std::vector<Insurance> insurances;
  std::optional<LayerField> field;
  std::optional<DraftRow> in_force;  // absent: always
  std::string product_id;
  std::vector<DraftRow> counts_preself;
  std::vector<DraftLayerTerms> terms;
};

enum class PreselfKind : uint8_t {
  kUnspecified,
  kClassA,
  kClassB,
  kNegotiated,
};

struct DraftPreself : DraftRow {
  PreselfKind kind = PreselfKind::kUnspecified;
  std::optional<int64_t> bp;
};

enum class PriceKind : uint8_t {
  kUnspecified,
  kPaymentStandard,
  kListing,
  kListingTwoDisease,
};

struct DraftPriceRule : DraftRow {
  PriceKind kind = PriceKind::kUnspecified;
};

struct DraftOrderPlace {
  Place place;
  std::string id;
  DraftSource source;
};

struct DraftOrder : DraftDates {
  std::vector<Insurance> insurances;
  std::vector<DraftOrderPlace> places;
};

struct DraftRegion {
  Place place;
  std::string code;
  Name2 name;
  std::vector<DraftOrder> orders;
  std::vector<DraftOrder> layer_orders;
  std::vector<DraftPreself> preself_ratios;
  std::vector<DraftPriceRule> price_rules;
  std::vector<DraftFigures> figures;
};

struct DraftParity : DraftRow {
  std::string region;
  Insurance insurance = Insurance::kUnspecified;
  std::optional<Serves> serves;
  std::optional<Serves> equals;
  int64_t least_bp = 0;
};

struct DraftCeiling : DraftRow {
  std::string region;
  PreselfKind kind = PreselfKind::kUnspecified;
  std::optional<int64_t> most_bp;
  bool warning_only = false;
};

struct DraftAccountCredit : DraftRow {
  std::string region;
  Category category = Category::kUnspecified;
  int32_t from_age = 0;
  std::optional<int64_t> bp;
  std::optional<int64_t> fen;
};

// Rules that are built into the engine; the file says where they come from.
enum class EngineRule : uint8_t {
  kUnspecified,
  kPrescriptionValidDays,
  kSupplyDays,
  kLongTermSupplyDays,
  kRefillGraceDays,
  kReassessmentMonths,
  kTreatmentYears,
  kLateClaims,
  kPharmacyPrescription,
  kPharmacyTerms,
  kVisitDeductible,
  kDrugDeductible,
  kAccountUse,
  kFamilyAccount,
};

struct DraftEngineRule {
  Place place;
  EngineRule rule = EngineRule::kUnspecified;
  std::optional<int64_t> value;
  DraftSource source;
};

// All files of a policy together.
struct PolicyDraft {
  std::vector<std::string> files;
  std::vector<DraftDocument> documents;
  std::vector<DraftScheme> schemes;
  std::vector<DraftLayer> layers;
  std::vector<DraftRegion> regions;
  std::vector<DraftPreself> preself_ratios;  // every region's
  std::vector<DraftPriceRule> price_rules;   // every region's
  std::vector<DraftParity> parities;
  std::vector<DraftCeiling> ceilings;
  std::vector<DraftEngineRule> engine_rules;
  std::vector<DraftAccountCredit> account_credits;
};

}  // namespace onestop::domain

#endif  // ONESTOP_DOMAIN_POLICY_DRAFT_H_
