// Loads the world, and makes claims of its persons.
#include "tests/chaos/driver/world.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "bench/world.h"
#include "domain/ledger.h"

namespace onestop::chaos {
namespace {

struct Opening {
  const char* counter;
  int64_t most;  // a little above the cap's room: some persons have none left
};

// Caps of the schemes that the world's claims reach.
constexpr Opening kEmployeeOpenings[] = {
    {"cap/yn-outpatient-employee", 600'000},
    {"cap/km-chronic-employee/M03900", 200'000},
};
constexpr Opening kResidentOpenings[] = {
    {"cap/km-two-disease/HYPERTENSION", 40'000},
};
constexpr int64_t kMostBalanceFen = 60'000;

bool IsEmployee(uint64_t person) {
  return bench::PersonOf(person).always.insurance ==
         domain::Insurance::kEmployee;
}

domain::Registration SharedWith(uint64_t beneficiary) {
  domain::Registration registration;
  registration.registration_id = absl::StrCat("BR-family-", beneficiary);
  registration.kind = domain::RegistrationKind::kFamilyAccount;
  registration.beneficiary_id = bench::PersonId(beneficiary);
  registration.registered_on = domain::DayOf(2024, 1, 1);
  return registration;
}

storage::Posting PostingOf(uint64_t person, int32_t year,
                           const std::string& counter, int64_t fen) {
  storage::Posting posting;
  posting.posting_id = absl::StrCat("world/", counter);
  posting.kind = "opening";
  posting.movement = {bench::PersonId(person), year, counter, fen,
                      domain::kOpenUntil};
  posting.caller = kWorld;
  posting.booked_on = *domain::ParseDay(bench::kToday);
  return posting;
}

std::vector<storage::Posting> OpeningsOf(uint64_t person,
                                         std::mt19937_64& random) {
  std::vector<storage::Posting> postings;
  const auto add = [&](const Opening& opening) {
    const auto fen =
        static_cast<int64_t>(random() % static_cast<uint64_t>(opening.most));
    if (fen == 0 || random() % 2 == 0) return;
    postings.push_back(PostingOf(person, kYear, opening.counter, fen));
  };
  if (IsEmployee(person)) {
    for (const Opening& opening : kEmployeeOpenings) add(opening);
    const auto fen = static_cast<int64_t>(random() % kMostBalanceFen);
    postings.push_back(PostingOf(person, domain::kNoYear,
                                 std::string(domain::kAccountCounter),
                                 1 + fen));
  } else {
    for (const Opening& opening : kResidentOpenings) add(opening);
  }
  return postings;
}

}  // namespace

// Families of ten: the first employee shares with the second and with the first
// resident, the retired one with two residents.
std::vector<uint64_t> RelativesOf(uint64_t person) {
  const uint64_t family = person - person % bench::kKinds;
  switch (person % bench::kKinds) {
    case 1:
      return {family};
    case 6:
      return {family, family + 4};
    case 8:
      return {family + 4};
    default:
      return {};
  }
}

absl::Status LoadWorld(storage::Store& store, std::mt19937_64& random) {
  storage::CatalogChange catalog = bench::CatalogOfWorld();
  for (domain::Institution& institution : catalog.institutions) {
    institution.certifies_chronic_disease = institution.IsHospital();
  }
  ONESTOP_RETURN_IF_ERROR(store.PutCatalog(catalog).status());
  std::vector<storage::PersonWrite> writes;
  for (uint64_t number = 0; number < kPersons; ++number) {
    writes.push_back({bench::PersonOf(number)});
  }
  for (uint64_t number = 0; number < kPersons; ++number) {
    for (const uint64_t owner : RelativesOf(number)) {
      writes[owner].person.registrations.push_back(SharedWith(number));
    }
  }
  ONESTOP_RETURN_IF_ERROR(store.PutPersons(writes).status());
  std::vector<storage::Posting> postings;
  for (uint64_t number = 0; number < kPersons; ++number) {
    for (auto& posting : OpeningsOf(number, random)) {
      postings.push_back(std::move(posting));
    }
  }
  return store.Post(postings).status();
}

domain::Claim AnyClaim(uint64_t person, std::mt19937_64& random) {
  domain::Claim claim = bench::MakeClaim(person, random);
  const std::vector<uint64_t> relatives = RelativesOf(person);
  if (!relatives.empty() && random() % 2 == 0) {
    claim.account.use = true;
    for (const uint64_t relative : relatives) {
      claim.account.relatives.push_back(bench::PersonId(relative));
    }
  }
  return claim;
}

domain::Claim FillingClaim(uint64_t person, const std::string& prescription,
                           std::mt19937_64& random) {
  domain::Claim claim = bench::MakeClaim(person, random);
  while (!claim.prescription) claim = bench::MakeClaim(person, random);
  claim.prescription->prescription_id = prescription;
  claim.prescription->items.clear();
  claim.lines.resize(1);
  claim.prescription->items.push_back(
      {claim.lines[0].item_code, claim.lines[0].quantity});
  return claim;
}

}  // namespace onestop::chaos
