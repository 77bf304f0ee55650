// Which coverage, benefits, products and registrations hold on a day.
#include "domain/person.h"

#include "base/limits.h"

namespace onestop::domain {
namespace {

// TREATMENT lapses when the last assessment, the registration itself being the
// first, is more than half a year back (city21 annex §3(1)).
bool ReassessmentOverdue(const Registration& registration, Day day) {
  Day last = registration.registered_on;
  for (const Day assessed : registration.assessed_on) {
    if (assessed <= day && last < assessed) last = assessed;
  }
  return AddMonths(last, limits::kReassessmentMonths) < day;
}

}  // namespace

Day ValidUntil(const Registration& registration) {
  if (registration.kind == RegistrationKind::kTreatment) {
    return SameDateNextYear(registration.registered_on) - 1;
  }
  return registration.valid_until;
}

RegistrationState StateOn(const Registration& registration, Day day) {
  if (day < registration.registered_on || ValidUntil(registration) < day ||
      registration.revoked_on <= day) {
    return RegistrationState::kExpired;
  }
  if (registration.kind == RegistrationKind::kTreatment &&
      ReassessmentOverdue(registration, day)) {
    return RegistrationState::kOverdue;
  }
  return RegistrationState::kActive;
}

const std::vector<std::string>& ItemsOn(const Registration& registration,
                                        Day day) {
  const std::vector<std::string>* items = &registration.item_codes;
  for (const ItemVersion& version : registration.item_versions) {
    if (version.from <= day) items = &version.item_codes;
  }
  return *items;
}

const Coverage& Person::CoverageOn(Day day) const {
  for (const Coverage& coverage : coverages) {
    if (coverage.period.Contains(day)) return coverage;
  }
  return always;
}

bool Person::BenefitsInForce(Day day) const {
  if (benefit_periods.empty()) return true;
  for (const Period& period : benefit_periods) {
    if (period.Contains(day)) return true;
  }
  return false;
}

bool Person::Holds(std::string_view product_id, Day day) const {
  for (const Product& product : products) {
    if (product.product_id == product_id && product.period.Contains(day)) {
      return true;
    }
  }
  return false;
}

}  // namespace onestop::domain
