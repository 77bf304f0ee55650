// The compiled policy: for every pooling region, insurance type and span of
// days on which nothing changes, one plan of schemes and layers with every
// number in its place (docs/rules.md sections 2, 3 and 5).
#ifndef ONESTOP_DOMAIN_POLICY_H_
#define ONESTOP_DOMAIN_POLICY_H_

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "domain/person.h"
#include "domain/units.h"

namespace onestop::domain {

// Where a number or a condition comes from: a document and article ("yn36
// §1(3)2"), or an assumption that the operator must confirm.
struct Source {
  std::string text;
  bool assumed = false;
  std::string file;  // of the policy file, with its line
  int line = 0;
};

// A name as patients and clerks see it.
struct Name2 {
  std::string zh;
  std::string en;
};

// Levels 1 to 3 index these tables; entry 0 is unused.
inline constexpr int kLevels = 4;

enum class Serves : uint8_t {
  kChronic,
  kNegotiated,
  kTwoDisease,
  kOutpatient,
  kOverflowOnly,  // never a line's first scheme
};

// What a scheme asks of a line, beside being in force and something in scope.
struct Conditions {
  RegistrationKind registration = RegistrationKind::kUnspecified;  // none
  const Source* registration_source = nullptr;
  bool on_list = false;  // on the list that bears the scheme's id
  const Source* on_list_source = nullptr;
  bool negotiated = false;  // on the service date
  const Source* negotiated_source = nullptr;
  bool indication = false;  // a diagnosis matches, if the item restricts
  const Source* indication_source = nullptr;
  int32_t minimum_level = 0;  // of the governing institution
  const Source* minimum_level_source = nullptr;
  bool registered_hospital = false;  // of the TREATMENT registration
  const Source* registered_hospital_source = nullptr;
  bool registered_physician = false;
  const Source* registered_physician_source = nullptr;
  // At a pharmacy (a prescription is always asked for there).
  bool dual_channel = false;
  const Source* dual_channel_source = nullptr;
  bool designated = false;  // by the prescribing hospital
  const Source* designated_source = nullptr;
  bool in_pooling = false;
  const Source* in_pooling_source = nullptr;
  bool e_center = false;
  const Source* e_center_source = nullptr;
  std::string prescriber_region_prefix;  // "53"; empty: any
  const Source* prescriber_region_source = nullptr;
  // A hospital below this level that fills a prescription of one at or above
  // it is governed by the prescriber; 0: never.
  int32_t prescriber_governs_from_level = 0;
  const Source* prescriber_governs_source = nullptr;
};

enum class Grouping : uint8_t { kNone, kDrug, kDisease };

enum class DeductibleScope : uint8_t { kNone, kSchemeYear, kDrugYear, kVisit };

enum class CapMeasure : uint8_t { kFundPaid, kInScopeFee };

enum class CapScope : uint8_t {
  kSchemeYear,
  kDiseaseYear,
  kDrugYear,
  kShared,  // with what else counts into the named counter
};

struct SourcedMoney {
  Money value;
  const Source* source = nullptr;
};

struct SourcedRatio {
  Ratio value;
  const Source* source = nullptr;  // nullptr: no such row, not eligible
};

struct Cap {
  CapMeasure measure = CapMeasure::kFundPaid;
  const Source* measure_source = nullptr;
  CapScope scope = CapScope::kSchemeYear;
  const Source* scope_source = nullptr;
  std::string shared_counter;  // kShared: the counter's full name
  SourcedMoney limit;          // kSchemeYear, kShared
  absl::flat_hash_map<std::string, SourcedMoney> by_disease;  // kDiseaseYear
  bool from_list = false;  // kDrugYear: the annual limit of the item's entry
};

// One scheme with the numbers of its plan.
struct Scheme {
  std::string id;
  Name2 name;
  bool in_force = false;
  const Source* in_force_source = nullptr;
  const Source* order_source = nullptr;  // why it stands here in the order
  Serves serves = Serves::kOutpatient;
  bool feeds_layers = false;
  Conditions conditions;
  Grouping grouping = Grouping::kNone;
  DeductibleScope deductible_scope = DeductibleScope::kNone;
  const Source* deductible_scope_source = nullptr;
  // By category and level of the governing institution.
  std::array<std::array<SourcedMoney, kLevels>, kCategories> deductible;
  std::array<std::array<SourcedRatio, kLevels>, kCategories> ratio;
  std::vector<Cap> caps;
  std::vector<int> overflow_to;  // indices into Plan::schemes, all later ones
  std::vector<const Source*> overflow_sources;  // of each of overflow_to

  // Whether the disease has a limit here (chronic, two diseases).
  bool CoversDisease(std::string_view disease) const;
};

enum class LayerField : uint8_t {
  kCriticalIllness,
  kLargeAmount,
  kMedicalAssistance,
  kCommercial,
};

struct Band {
  Money from;  // above this
  Ratio ratio;
  const Source* source = nullptr;
};

// The bands and the cap for one assistance category, or for everyone.
struct LayerTerms {
  bool any_assistance = true;
  Assistance assistance = Assistance::kNone;
  std::vector<Band> bands;  // ascending; the first from 0
  SourcedMoney cap;
};

struct Layer {
  std::string id;
  Name2 name;
  LayerField field = LayerField::kCriticalIllness;
  std::string product_id;  // commercial: who holds it; empty: everyone
  bool counts_preself = false;
  const Source* source = nullptr;  // why it stands here in the order
  std::vector<LayerTerms> terms;

  // The terms that apply; nullptr when the layer does not.
  const LayerTerms* TermsFor(const Person& person, Assistance assistance,
                             Day day) const;
};

// Everything that rules one region and insurance type during `period`.
struct Plan {
  Period period;
  SourcedRatio preself_class_a;
  SourcedRatio preself_class_b;
  SourcedRatio preself_negotiated;
  const Source* payment_standard_source = nullptr;  // negotiated, procured
  const Source* listing_source = nullptr;           // others
  const Source* listing_two_disease_source = nullptr;
  const Source* account_source = nullptr;  // personal and family accounts
  std::vector<Scheme>
      schemes;                // in the region's order, also those not in force
  std::vector<Layer> layers;  // in order; only those in force
};

// What a month puts on a personal account.
struct AccountCredit {
  Period period;  // of the month's last day
  Category category = Category::kUnspecified;
  int32_t from_age = 0;  // whole years
  Ratio ratio;           // of the contribution base
  Money fixed;           // 0 where the ratio holds
  const Source* source = nullptr;

  Money Of(Money contribution_base) const {
    return fixed + Share(contribution_base, ratio);
  }
};

// Immutable once compiled; const methods may be called from several threads.
class Policy {
 public:
  Policy() = default;
  // Plans point into the sources: it moves, it is never copied.
  Policy(Policy&&) = default;
  Policy& operator=(Policy&&) = default;

  // nullptr when the region has no schemes for that insurance.
  const Plan* PlanOn(std::string_view region, Insurance insurance,
                     Day day) const;
  bool HasRegion(std::string_view region) const;
  // What the month that ends on `last_day` credits there to a person of that
  // category and day of birth; nullptr: no rule credits anything.
  const AccountCredit* CreditOn(std::string_view region, Category category,
                                Day birth_date, Day last_day) const;
  // A digest of the content that it was compiled from.
  const std::string& revision() const { return revision_; }
  // Everything that is assumed, in file order.
  std::vector<const Source*> Assumed() const;
  const std::deque<Source>& sources() const { return sources_; }
  // The name of a scheme or layer, anywhere in the policy; its id if unknown.
  Name2 NameOf(std::string_view id) const;

  // For the compiler (domain/policy_compile.cc) only.
  const Source* AddSource(Source source);
  // Spans of one (region, insurance) ascend without gap; the first is open.
  void AddPlan(const std::string& region, Insurance insurance, Plan plan);
  void AddAccountCredit(const std::string& region, AccountCredit credit);
  void set_revision(std::string revision) { revision_ = std::move(revision); }

 private:
  std::string revision_;
  std::deque<Source> sources_;
  absl::flat_hash_map<std::string, std::array<std::vector<Plan>, 3>> plans_;
  absl::flat_hash_map<std::string, std::vector<AccountCredit>> credits_;
};

}  // namespace onestop::domain

#endif  // ONESTOP_DOMAIN_POLICY_H_
