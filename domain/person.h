// What a settlement reads of a person: coverage, benefit periods, products and
// registrations (docs/rules.md sections 3 and 5).
#ifndef ONESTOP_DOMAIN_PERSON_H_
#define ONESTOP_DOMAIN_PERSON_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "domain/units.h"

namespace onestop::domain {

enum class Insurance : uint8_t { kUnspecified, kEmployee, kResident };

// The flexibly employed count as in service (ynmz24 §3).
enum class Category : uint8_t { kUnspecified, kInService, kRetired, kResident };
inline constexpr int kCategories = 4;

enum class Assistance : uint8_t { kNone, kExtremePoverty, kLowIncome };

// How a person is insured during a period.
struct Coverage {
  Period period;
  std::string region;  // pooling region, for example "530100"
  Insurance insurance = Insurance::kUnspecified;
  Category category = Category::kUnspecified;
  Assistance assistance = Assistance::kNone;
  friend bool operator==(const Coverage&, const Coverage&) = default;
};

// A commercial product held during a period.
struct Product {
  std::string product_id;
  Period period;
  friend bool operator==(const Product&, const Product&) = default;
};

enum class RegistrationKind : uint8_t {
  kUnspecified,
  kChronicDisease,
  kTreatment,
  kTwoDisease,
  kFamilyAccount,
};

// The items of a TREATMENT registration from a day on.
struct ItemVersion {
  Day from;
  std::vector<std::string> item_codes;
  friend bool operator==(const ItemVersion&, const ItemVersion&) = default;
};

// What was asked of a registration after it was made, as it was asked: the same
// request again is recognised by it.
struct RegistrationChange {
  enum class Kind : uint8_t { kUnspecified, kUpdate, kReassess, kRevoke };
  Kind kind = Kind::kUnspecified;
  std::string caller;                   // who asked
  std::string request_id;               // unique per person, kind and caller
  Day day;                              // from, assessed_on or revoked_on
  std::vector<std::string> item_codes;  // kUpdate
  std::string text;                     // kUpdate: the plan; kRevoke: why
  std::string operator_id;
  int64_t person_version = 0;  // the first version of the person that has it
  friend bool operator==(const RegistrationChange&,
                         const RegistrationChange&) = default;
};

struct Registration {
  std::string registration_id;
  RegistrationKind kind = RegistrationKind::kUnspecified;
  std::string disease;         // CHRONIC_DISEASE, TWO_DISEASE
  std::string institution_id;  // TREATMENT: the hospital; else who certified
  std::string physician_id;    // TREATMENT
  std::vector<std::string> item_codes;     // TREATMENT: from registered_on
  std::vector<ItemVersion> item_versions;  // later sets, ascending by from
  Day registered_on;
  Day valid_until = kOpenUntil;  // ignored for TREATMENT: computed
  Day revoked_on = kOpenUntil;   // first day without it
  std::vector<Day> assessed_on;  // later assessments
  std::string beneficiary_id;    // FAMILY_ACCOUNT: the near relative
  // Kept for the record, not read by a settlement.
  std::string request_id;
  std::string physician_title;
  std::vector<std::string> diagnosis_codes;
  std::string diagnosis_basis;
  std::string treatment_plan;  // the latest
  std::string revocation_reason;
  std::string operator_id;     // who registered
  int64_t person_version = 0;  // the person's first that has it; 0: imported
  std::vector<RegistrationChange> changes;  // in the order of their arrival
  friend bool operator==(const Registration&, const Registration&) = default;
};

enum class RegistrationState : uint8_t { kActive, kExpired, kOverdue };

// Whether the registration counts on `day`: kExpired also before it begins and
// from its revocation on; kOverdue when a TREATMENT's reassessment is.
RegistrationState StateOn(const Registration& registration, Day day);
// The last day of its validity, computed for TREATMENT.
Day ValidUntil(const Registration& registration);
// The items of a TREATMENT registration on `day`.
const std::vector<std::string>& ItemsOn(const Registration& registration,
                                        Day day);

// The last day on which it is active as things stand: of the run without gap
// that holds `day` when it is active then, else of all. kOpenUntil: no end is
// known; before registered_on: it was revoked before it began.
Day ActiveUntil(const Registration& registration, Day day);

struct Person {
  std::string person_id;
  Day birth_date;
  Coverage always;                      // the plain fields
  std::vector<Coverage> coverages;      // a period that covers a day goes first
  std::vector<Period> benefit_periods;  // empty: always in force
  std::vector<Product> products;
  std::vector<Registration> registrations;
  int64_t version = 0;  // of the stored row; 0: not stored yet
  friend bool operator==(const Person&, const Person&) = default;

  const Coverage& CoverageOn(Day day) const;
  bool BenefitsInForce(Day day) const;
  bool Holds(std::string_view product_id, Day day) const;
};

// Whom the person let use the personal account, each once: the beneficiaries
// of the FAMILY_ACCOUNT registrations, in force or not. They point into
// `person`.
std::vector<std::string_view> BeneficiariesOf(const Person& person);
// Whether `owner` let the person use the account on `day`: another person's
// active FAMILY_ACCOUNT registration.
bool SharesAccount(const Person& owner, std::string_view person_id, Day day);

}  // namespace onestop::domain

#endif  // ONESTOP_DOMAIN_PERSON_H_
