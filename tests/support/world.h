// A small world for tests of the rules: institutions of every kind, items of
// every class, persons of both insurances, and claims about them.
#ifndef ONESTOP_TESTS_SUPPORT_WORLD_H_
#define ONESTOP_TESTS_SUPPORT_WORLD_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "domain/catalog.h"
#include "domain/claim.h"
#include "domain/person.h"

namespace onestop::testing {

inline domain::Day D(const char* text) { return *domain::ParseDay(text); }

inline domain::Institution Hospital(const std::string& id, int level,
                                    const std::string& region) {
  domain::Institution hospital;
  hospital.institution_id = id;
  hospital.name = id;
  hospital.kind = domain::InstitutionKind::kHospital;
  hospital.level = level;
  hospital.region = region;
  return hospital;
}

// Everything that the schemes ask of a pharmacy.
inline domain::Institution Pharmacy(const std::string& id,
                                    const std::string& region) {
  domain::Institution pharmacy;
  pharmacy.institution_id = id;
  pharmacy.name = id;
  pharmacy.kind = domain::InstitutionKind::kPharmacy;
  pharmacy.region = region;
  pharmacy.dual_channel = true;
  pharmacy.instant_settlement = true;
  pharmacy.outpatient_pooling = true;
  return pharmacy;
}

inline domain::Item PlainItem(const std::string& code,
                              domain::ItemClass item_class) {
  domain::Item item;
  item.item_code = code;
  item.name = code;
  item.item_class = item_class;
  return item;
}

// Negotiated 2021-03-01 to 2026-12-31, on the city's list with a yearly limit.
inline domain::Item NegotiatedDrug(const std::string& code,
                                   int64_t annual_limit_fen) {
  domain::Item item = PlainItem(code, domain::ItemClass::kB);
  item.negotiated = domain::Agreement{{D("2021-03-01"), D("2026-12-31")},
                                      domain::AfterAgreement::kRegular};
  item.lists = {{"city-negotiated", domain::Money{annual_limit_fen}}};
  return item;
}

// "H1" to "H3" and "P" in Kunming; the items "A", "B", "OWN", "N1", "N2",
// "BP" (two diseases and chronic) and "ASPIRIN-LIKE" listing prices.
inline domain::Catalog SmallCatalog() {
  domain::Catalog catalog;
  catalog.set_revision(1);
  for (int level = 1; level <= 3; ++level) {
    catalog.Put(Hospital(absl::StrCat("H", level), level, "530100"));
    catalog.Put(Hospital(absl::StrCat("T", level), level, "120000"));
    catalog.Put(Hospital(absl::StrCat("J", level), level, "370100"));
  }
  catalog.Put(Pharmacy("P", "530100"));
  catalog.Put(Pharmacy("PT", "120000"));
  catalog.Put(domain::Designation{"T3", "PT", {}});
  catalog.Put(PlainItem("A", domain::ItemClass::kA));
  catalog.Put(PlainItem("B", domain::ItemClass::kB));
  catalog.Put(PlainItem("OWN", domain::ItemClass::kOwnExpense));
  catalog.Put(NegotiatedDrug("N1", 2'000'000));
  domain::Item n2 = NegotiatedDrug("N2", 300'000);
  n2.standards = {{D("2021-03-01"), *domain::ParseUnitPrice("186")}};
  n2.indications = {"C34"};
  n2.chronic = {"M06900"};
  catalog.Put(n2);
  domain::Item bp = PlainItem("BP", domain::ItemClass::kB);
  bp.two_disease = {"HYPERTENSION"};
  bp.chronic = {"M03900"};
  bp.listing = {{D("2021-01-01"), *domain::ParseUnitPrice("28.75")}};
  catalog.Put(bp);
  return catalog;
}

inline domain::Registration Registered(domain::RegistrationKind kind,
                                       const std::string& disease,
                                       const char* from) {
  domain::Registration registration;
  registration.registration_id = absl::StrCat(disease, from);
  registration.kind = kind;
  registration.disease = disease;
  registration.registered_on = D(from);
  return registration;
}

inline domain::Person Insured(const std::string& id, const std::string& region,
                              domain::Insurance insurance,
                              domain::Category category) {
  domain::Person person;
  person.person_id = id;
  person.birth_date = D("1960-01-01");
  person.always.region = region;
  person.always.insurance = insurance;
  person.always.category = category;
  person.version = 1;
  return person;
}

inline domain::Person InService(const std::string& id) {
  return Insured(id, "530100", domain::Insurance::kEmployee,
                 domain::Category::kInService);
}

inline domain::Person Retired(const std::string& id) {
  return Insured(id, "530100", domain::Insurance::kEmployee,
                 domain::Category::kRetired);
}

inline domain::Person Resident(const std::string& id,
                               const std::string& region = "530100") {
  return Insured(id, region, domain::Insurance::kResident,
                 domain::Category::kResident);
}

inline domain::ClaimLine Line(const std::string& id, const std::string& item,
                              int64_t amount_fen, const char* quantity = "1") {
  domain::ClaimLine line;
  line.line_id = id;
  line.item_code = item;
  line.quantity = *domain::ParseQuantity(quantity);
  line.amount = domain::Money{amount_fen};
  return line;
}

inline domain::Claim ClaimOf(const std::string& person,
                             const std::string& institution, const char* date,
                             std::vector<domain::ClaimLine> lines) {
  domain::Claim claim;
  claim.person_id = person;
  claim.institution_id = institution;
  claim.encounter_id = absl::StrCat("E-", person, "-", date);
  claim.service_date = D(date);
  claim.physician_id = "DR1";
  claim.diagnosis_codes = {"I10"};
  claim.lines = std::move(lines);
  return claim;
}

// A prescription of the claim's service date for exactly what it claims.
inline domain::Prescription PrescriptionFor(const domain::Claim& claim,
                                            const std::string& hospital) {
  domain::Prescription prescription;
  prescription.prescription_id = absl::StrCat("RX-", claim.encounter_id);
  prescription.institution_id = hospital;
  prescription.physician_id = "DR1";
  prescription.issued_on = claim.service_date;
  prescription.channel = domain::Channel::kECenter;
  for (const domain::ClaimLine& line : claim.lines) {
    prescription.items.push_back({line.item_code, line.quantity});
  }
  return prescription;
}

}  // namespace onestop::testing

#endif  // ONESTOP_TESTS_SUPPORT_WORLD_H_
