// The small world in which fuzzed claims are settled.
#ifndef ONESTOP_TESTS_FUZZ_WORLD_H_
#define ONESTOP_TESTS_FUZZ_WORLD_H_

#include <utility>

#include "domain/book.h"
#include "tests/support/policies.h"
#include "tests/support/world.h"

namespace onestop::fuzz {

inline const domain::Catalog& SmallWorld() {
  static const auto* const catalog =
      new domain::Catalog(testing::SmallCatalog());
  return *catalog;
}

// Persons "E" (employee, with an account), "R" (resident, registered for what
// there is) and "T" (the city's list).
inline void AddPersons(domain::Book& book) {
  using domain::RegistrationKind;
  domain::Person employee = testing::InService("E");
  domain::Registration family =
      testing::Registered(RegistrationKind::kFamilyAccount, "", "2024-01-01");
  family.beneficiary_id = "R";
  employee.registrations = {family};
  book.AddPerson(std::move(employee));
  domain::LedgerRow account;
  account.Set({"account", 50'000, domain::kOpenUntil});
  book.AddLedger({"E", domain::kNoYear}, account);
  domain::Person resident = testing::Resident("R");
  resident.registrations = {
      testing::Registered(RegistrationKind::kChronicDisease, "M03900",
                          "2024-01-01"),
      testing::Registered(RegistrationKind::kTwoDisease, "HYPERTENSION",
                          "2024-01-01")};
  book.AddPerson(std::move(resident));
  domain::Person treated = testing::Resident("T", "120000");
  domain::Registration treatment =
      testing::Registered(RegistrationKind::kTreatment, "", "2025-03-01");
  treatment.institution_id = "T3";
  treatment.physician_id = "DR1";
  treatment.item_codes = {"N1", "N2"};
  treated.registrations = {treatment};
  book.AddPerson(std::move(treated));
}

}  // namespace onestop::fuzz

#endif  // ONESTOP_TESTS_FUZZ_WORLD_H_
