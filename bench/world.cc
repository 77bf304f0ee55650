// Persons, catalog and claims, made from numbers.
#include "bench/world.h"

#include <array>
#include <cstddef>
#include <iterator>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "domain/ledger.h"

namespace onestop::bench {
namespace {

using domain::Category;
using domain::Insurance;
using domain::Item;
using domain::ItemClass;

constexpr char kRegion[] = "530100";
constexpr int kHospitalsPerLevel = 3;
constexpr int kPharmacies = 3;
// Each good under so many codes, so that the catalog is as large as a city's
// hospitals use, and no processor cache holds it.
constexpr int kVariants = 400;
constexpr int kMostLines = 10;
// Visits of a person: each has its own deductible counter in the ledger row.
constexpr int kEncounters = 16;
constexpr int64_t kOpeningBalanceFen = 1'000'000'000;

struct Kind {
  Insurance insurance;
  Category category;
  const char* chronic;      // a registered disease; "": none
  const char* two_disease;  // the same of the two diseases
};

constexpr Kind kInService{Insurance::kEmployee, Category::kInService, "", ""};
constexpr Kind kRetired{Insurance::kEmployee, Category::kRetired, "", ""};
constexpr Kind kResident{Insurance::kResident, Category::kResident, "", ""};

constexpr std::array<Kind, kKinds> kKindTable = {{
    kInService,
    kInService,
    kInService,
    kInService,
    kRetired,
    {Insurance::kEmployee, Category::kRetired, "M03900", ""},
    kResident,
    kResident,
    {Insurance::kResident, Category::kResident, "", "HYPERTENSION"},
    {Insurance::kResident, Category::kResident, "M01600", ""},
}};

// Codes and ids are invented, but as long as the national ones.
struct Good {
  const char* code;
  const char* name;
  ItemClass item_class;
  const char* price;  // "": a service, which has no price a unit
  const char* chronic;
  const char* two_disease;
};

constexpr Good kServices[] = {
    {"001102000010000", "普通门诊诊查", ItemClass::kA, "", "", ""},
    {"002501010150000", "血常规检查", ItemClass::kA, "", "", ""},
    {"002103000010000", "胸部CT平扫", ItemClass::kB, "", "", ""},
};
constexpr Good kDrugs[] = {
    {"XJ01CAA040E001010184", "阿莫西林胶囊", ItemClass::kA, "0.35", "", ""},
    {"XJ01DCT042A004010103", "头孢克洛缓释片", ItemClass::kB, "4.52", "", ""},
    {"XA11GAW001X001010277", "维生素C泡腾片", ItemClass::kOwnExpense, "1.64",
     "", ""},
    {"XC08CAA277A001010304", "苯磺酸氨氯地平片", ItemClass::kA, "0.47",
     "M03900", "HYPERTENSION"},
    {"XA10BAE046A001010451", "盐酸二甲双胍片", ItemClass::kA, "0.28", "M01600",
     "DIABETES"},
};

const Kind& KindOf(uint64_t person) { return kKindTable[person % kKinds]; }

template <typename Number>
Number Between(std::mt19937_64& random, Number least, Number most) {
  return std::uniform_int_distribution<Number>(least, most)(random);
}

template <typename Table>
const auto& OneOf(std::mt19937_64& random, const Table& table) {
  return table[Between<size_t>(random, 0, std::size(table) - 1)];
}

std::string HospitalId(int level, int number) {
  return absl::StrCat("H530100", level, "000", number);
}
std::string PharmacyId(int number) {
  return absl::StrCat("P5301000000", number);
}

// As long as the good's own code; variant 0 is that.
std::string CodeOf(const Good& good, int variant) {
  std::string code = good.code;
  if (variant == 0) return code;
  constexpr size_t kDigits = 4;
  code.replace(code.size() - kDigits, kDigits,
               absl::StrFormat("%04d", variant));
  return code;
}

Item ItemOf(const Good& good, int variant) {
  Item item;
  item.item_code = CodeOf(good, variant);
  item.name = good.name;
  item.form = *good.price == '\0' ? "诊疗服务" : "口服常释剂型";
  item.item_class = good.item_class;
  if (*good.price != '\0') {
    item.listing = {
        {domain::DayOf(2024, 1, 1), *domain::ParseUnitPrice(good.price)}};
  }
  if (*good.chronic != '\0') item.chronic = {good.chronic};
  if (*good.two_disease != '\0') item.two_disease = {good.two_disease};
  return item;
}

domain::Registration RegistrationOf(domain::RegistrationKind kind,
                                    const char* disease) {
  domain::Registration registration;
  registration.registration_id = absl::StrCat("BR-", disease);
  registration.kind = kind;
  registration.disease = disease;
  registration.institution_id = HospitalId(3, 1);
  registration.registered_on = domain::DayOf(2024, 1, 1);
  return registration;
}

domain::ClaimLine ServiceLine(std::mt19937_64& random) {
  domain::ClaimLine line;
  line.item_code =
      CodeOf(OneOf(random, kServices), Between(random, 0, kVariants - 1));
  line.quantity = *domain::ParseQuantity("1");
  line.amount = domain::Money{Between<int64_t>(random, 500, 20'000)};
  return line;
}

domain::ClaimLine DrugLine(std::mt19937_64& random, int variant) {
  const Good& drug = OneOf(random, kDrugs);
  domain::ClaimLine line;
  line.item_code = CodeOf(drug, variant);
  line.quantity = *domain::ParseQuantity(absl::StrCat(Between(random, 10, 60)));
  line.unit_price = domain::ParseUnitPrice(drug.price);
  line.amount = domain::Money{
      static_cast<int64_t>(domain::CostFen(*line.unit_price, line.quantity))};
  return line;
}

// One prescription a person, never used up, so that its counters stay few.
domain::Prescription PrescriptionFor(const domain::Claim& claim) {
  domain::Prescription prescription;
  prescription.prescription_id = "RX530100202503000001";
  prescription.institution_id = HospitalId(2, 1);
  prescription.physician_id = "D530100000001";
  prescription.issued_on = claim.service_date;
  prescription.channel = domain::Channel::kECenter;
  for (const Good& drug : kDrugs) {
    prescription.items.push_back(
        {drug.code, *domain::ParseQuantity("100000000")});
  }
  return prescription;
}

// Half of the claims have one or two, few have many.
int LinesOf(std::mt19937_64& random) {
  const int percent = Between(random, 1, 100);
  if (percent <= 25) return 1;
  if (percent <= 55) return 2;
  if (percent <= 75) return 3;
  if (percent <= 87) return 4;
  return Between(random, 5, kMostLines);
}

int LevelOf(std::mt19937_64& random) {
  const int percent = Between(random, 1, 100);
  if (percent <= 40) return 1;
  return percent <= 75 ? 2 : 3;
}

}  // namespace

std::string PersonId(uint64_t number) {
  return absl::StrFormat("530100196001%08d", number);
}

domain::Person PersonOf(uint64_t number) {
  const Kind& kind = KindOf(number);
  domain::Person person;
  person.person_id = PersonId(number);
  person.birth_date = domain::DayOf(1960, 1, 1);
  person.always.region = kRegion;
  person.always.insurance = kind.insurance;
  person.always.category = kind.category;
  if (*kind.chronic != '\0') {
    person.registrations.push_back(RegistrationOf(
        domain::RegistrationKind::kChronicDisease, kind.chronic));
  }
  if (*kind.two_disease != '\0') {
    person.registrations.push_back(RegistrationOf(
        domain::RegistrationKind::kTwoDisease, kind.two_disease));
  }
  return person;
}

std::vector<domain::Movement> OpeningOf(uint64_t number) {
  if (KindOf(number).insurance != Insurance::kEmployee) return {};
  domain::Movement balance;
  balance.person_id = PersonId(number);
  balance.counter = std::string(domain::kAccountCounter);
  balance.amount = kOpeningBalanceFen;
  return {balance};
}

storage::CatalogChange CatalogOfWorld() {
  storage::CatalogChange catalog;
  for (int variant = 0; variant < kVariants; ++variant) {
    for (const Good& good : kServices) {
      catalog.items.push_back(ItemOf(good, variant));
    }
    for (const Good& good : kDrugs) {
      catalog.items.push_back(ItemOf(good, variant));
    }
  }
  domain::Institution institution;
  institution.region = kRegion;
  institution.kind = domain::InstitutionKind::kHospital;
  for (int level = 1; level <= 3; ++level) {
    for (int number = 1; number <= kHospitalsPerLevel; ++number) {
      institution.institution_id = HospitalId(level, number);
      institution.name = institution.institution_id;
      institution.level = level;
      catalog.institutions.push_back(institution);
    }
  }
  institution.kind = domain::InstitutionKind::kPharmacy;
  institution.level = 0;
  institution.dual_channel = true;
  institution.instant_settlement = true;
  institution.outpatient_pooling = true;
  for (int number = 1; number <= kPharmacies; ++number) {
    institution.institution_id = PharmacyId(number);
    institution.name = institution.institution_id;
    catalog.institutions.push_back(institution);
  }
  return catalog;
}

domain::Claim MakeClaim(uint64_t person, std::mt19937_64& random) {
  const bool employee = KindOf(person).insurance == Insurance::kEmployee;
  const bool pharmacy = Between(random, 1, 4) == 1;
  domain::Claim claim;
  claim.person_id = PersonId(person);
  claim.encounter_id =
      absl::StrFormat("530100202503%08d", Between(random, 1, kEncounters));
  claim.service_date =
      *domain::ParseDay(kToday) - Between<int32_t>(random, 0, 20);
  claim.physician_id = "D530100000001";
  claim.diagnosis_codes = {OneOf(random, std::array{"I10", "E11.9", "J18.9"})};
  const int lines = LinesOf(random);
  for (int i = 1; i <= lines; ++i) {
    const bool drug = pharmacy || Between(random, 1, 2) == 1;
    // What is prescribed has few codes, so that its counters stay few.
    const int variant = pharmacy ? 0 : Between(random, 0, kVariants - 1);
    claim.lines.push_back(drug ? DrugLine(random, variant)
                               : ServiceLine(random));
    claim.lines.back().line_id = absl::StrFormat("5301002025%010d", i);
  }
  claim.account.use = employee && Between(random, 1, 2) == 1;
  if (pharmacy) {
    claim.institution_id = PharmacyId(Between(random, 1, kPharmacies));
    if (!claim.account.use) claim.prescription = PrescriptionFor(claim);
  } else {
    const int level = LevelOf(random);
    claim.institution_id =
        HospitalId(level, Between(random, 1, kHospitalsPerLevel));
  }
  return claim;
}

}  // namespace onestop::bench
