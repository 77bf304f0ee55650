// Which coverage, benefits, products and registrations hold on a day.
#include "domain/person.h"

#include <algorithm>

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

Day ActiveUntil(const Registration& registration, Day day) {
  const Day valid_until = ValidUntil(registration);
  const bool revoked = registration.revoked_on != kOpenUntil &&
                       registration.revoked_on <= valid_until;
  const Day until = revoked ? registration.revoked_on - 1 : valid_until;
  if (registration.kind != RegistrationKind::kTreatment) return until;
  std::vector<Day> assessed_on = registration.assessed_on;
  std::sort(assessed_on.begin(), assessed_on.end());
  Day lapses =
      AddMonths(registration.registered_on, limits::kReassessmentMonths);
  for (const Day assessed : assessed_on) {
    const bool lapses_first = lapses + 1 < assessed;
    const bool asked_before =
        registration.registered_on <= day && day <= lapses;
    if (until < assessed || (lapses_first && asked_before)) break;
    lapses = std::max(lapses, AddMonths(assessed, limits::kReassessmentMonths));
  }
  return std::min(until, lapses);
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

std::vector<std::string_view> BeneficiariesOf(const Person& person) {
  std::vector<std::string_view> named;
  for (const Registration& registration : person.registrations) {
    if (registration.kind == RegistrationKind::kFamilyAccount) {
      named.push_back(registration.beneficiary_id);
    }
  }
  std::sort(named.begin(), named.end());
  named.erase(std::unique(named.begin(), named.end()), named.end());
  return named;
}

bool SharesAccount(const Person& owner, std::string_view person_id, Day day) {
  if (owner.person_id == person_id) return false;
  return std::any_of(
      owner.registrations.begin(), owner.registrations.end(),
      [&](const Registration& registration) {
        return registration.kind == RegistrationKind::kFamilyAccount &&
               registration.beneficiary_id == person_id &&
               StateOn(registration, day) == RegistrationState::kActive;
      });
}

}  // namespace onestop::domain
