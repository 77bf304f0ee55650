// Arbitrary persons, opening counters and claims in the small world, for
// property tests (RapidCheck).
#ifndef ONESTOP_TESTS_SUPPORT_RANDOM_CLAIMS_H_
#define ONESTOP_TESTS_SUPPORT_RANDOM_CLAIMS_H_

#include <rapidcheck.h>

#include <string>
#include <utility>
#include <vector>

#include "domain/book.h"
#include "tests/support/world.h"

namespace onestop::testing {

struct RandomWorld {
  domain::Catalog catalog;
  std::vector<domain::Person> persons;
  std::vector<std::pair<domain::LedgerKey, domain::LedgerRow>> opening;
};

inline domain::Person ArbitraryPerson(const std::string& id,
                                      const std::string& relative_of) {
  using domain::RegistrationKind;
  const int which = *rc::gen::inRange(0, 6);
  domain::Person person =
      which == 0   ? InService(id)
      : which == 1 ? Retired(id)
      : which == 2 ? Resident(id)
      : which == 3 ? Resident(id, "120000")
      : which == 4 ? Resident(id, "370100")
                   : Insured(id, "120000", domain::Insurance::kEmployee,
                             domain::Category::kRetired);
  person.always.assistance = *rc::gen::element(
      domain::Assistance::kNone, domain::Assistance::kExtremePoverty,
      domain::Assistance::kLowIncome);
  const auto maybe = [&person](domain::Registration registration) {
    if (*rc::gen::arbitrary<bool>()) {
      person.registrations.push_back(std::move(registration));
    }
  };
  maybe(Registered(RegistrationKind::kChronicDisease, "M03900", "2024-01-01"));
  maybe(Registered(RegistrationKind::kChronicDisease, "M06900", "2024-02-01"));
  maybe(
      Registered(RegistrationKind::kTwoDisease, "HYPERTENSION", "2024-01-01"));
  domain::Registration treatment =
      Registered(RegistrationKind::kTreatment, "", "2025-01-02");
  treatment.institution_id = "T3";
  treatment.physician_id = "DR1";
  treatment.item_codes = {"N1", "N2"};
  maybe(treatment);
  if (!relative_of.empty()) {
    domain::Registration family =
        Registered(RegistrationKind::kFamilyAccount, "", "2024-01-01");
    family.beneficiary_id = relative_of;
    person.registrations.push_back(family);
  }
  return person;
}

// Two persons and a relative of the first, with balances and counters that
// bring caps within reach.
inline rc::Gen<RandomWorld> ArbitraryWorld() {
  return rc::gen::exec([] {
    RandomWorld world;
    world.catalog = SmallCatalog();
    world.persons = {ArbitraryPerson("P-0", ""), ArbitraryPerson("P-1", ""),
                     ArbitraryPerson("P-2", "P-0")};
    for (const domain::Person& person : world.persons) {
      domain::LedgerRow no_year;
      no_year.Set({std::string(domain::kAccountCounter),
                   *rc::gen::inRange<int64_t>(1, 100000), domain::kOpenUntil});
      no_year.version = 1;
      world.opening.emplace_back(
          domain::LedgerKey{person.person_id, domain::kNoYear}, no_year);
      domain::LedgerRow year;
      for (const auto& [counter, most] :
           std::vector<std::pair<std::string, int64_t>>{
               {"cap/inpatient", 12'100'000},
               {"cap/yn-outpatient-employee", 610'000},
               {"cap/km-chronic-employee/M03900", 210'000},
               {"cap/km-two-disease/HYPERTENSION", 41'000},
               {"cap/city-negotiated/N1", 2'100'000},
               {"cap/jn-negotiated", 10'100'000}}) {
        const int64_t used = *rc::gen::inRange<int64_t>(0, most);
        if (used > 0) year.Set({counter, used, domain::kOpenUntil});
      }
      year.version = 1;
      world.opening.emplace_back(domain::LedgerKey{person.person_id, 2025},
                                 year);
    }
    return world;
  });
}

inline domain::Claim ArbitraryClaim(size_t number) {
  std::vector<domain::ClaimLine> lines;
  const int count = *rc::gen::inRange(1, 6);
  for (int i = 0; i < count; ++i) {
    domain::ClaimLine line =
        Line(absl::StrCat("L", i),
             *rc::gen::element<std::string>("A", "B", "OWN", "N1", "N2", "BP"),
             *rc::gen::inRange<int64_t>(1, 3'000'000),
             *rc::gen::element("1", "2", "0.5", "10", "2.25"));
    line.days_supply = *rc::gen::element(0, 0, 0, 7, 30);
    lines.push_back(std::move(line));
  }
  domain::Claim claim = ClaimOf(
      *rc::gen::element<std::string>("P-0", "P-1"),
      *rc::gen::element<std::string>("H1", "H2", "H3", "T3", "J2", "P", "PT"),
      *rc::gen::element("2025-02-03", "2025-03-10", "2025-06-30", "2024-10-31"),
      std::move(lines));
  claim.encounter_id = *rc::gen::element<std::string>("E1", "E2", "E3");
  claim.diagnosis_codes = {*rc::gen::element<std::string>("I10", "C34.9")};
  if (*rc::gen::inRange(0, 3) > 0) {
    claim.prescription = PrescriptionFor(
        claim, *rc::gen::element<std::string>("H1", "H2", "H3", "T3"));
    claim.prescription->prescription_id = absl::StrCat("RX", number);
  }
  claim.account.use = *rc::gen::arbitrary<bool>();
  if (claim.account.use && claim.person_id == "P-0") {
    claim.account.relatives = {"P-2"};
    if (*rc::gen::arbitrary<bool>()) {
      claim.account.limit =
          domain::Money{*rc::gen::inRange<int64_t>(0, 200000)};
    }
  }
  return claim;
}

inline rc::Gen<std::vector<domain::Claim>> ArbitraryClaims(const RandomWorld&,
                                                           size_t count) {
  return rc::gen::exec([count] {
    std::vector<domain::Claim> claims;
    for (size_t i = 0; i < count; ++i) claims.push_back(ArbitraryClaim(i));
    return claims;
  });
}

}  // namespace onestop::testing

#endif  // ONESTOP_TESTS_SUPPORT_RANDOM_CLAIMS_H_
