// The owner of a family's account, by the store's own writes.
#include "bench/family.h"

#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "bench/world.h"

namespace onestop::bench {
namespace {

constexpr uint64_t kOwner = 99'999'999;
constexpr int64_t kBalanceFen = 1'000'000'000'000;
constexpr uint64_t kEmployee = 0;  // a number of that kind

}  // namespace

std::string FamilyOwnerId() { return PersonId(kOwner); }

domain::Person FamilyOwner(uint64_t persons) {
  domain::Person owner = PersonOf(kEmployee);
  owner.person_id = FamilyOwnerId();
  for (uint64_t number = 0; number < persons; ++number) {
    if (PersonOf(number).always.insurance != domain::Insurance::kResident) {
      continue;
    }
    domain::Registration registration;
    registration.registration_id = absl::StrCat("FA-", number);
    registration.kind = domain::RegistrationKind::kFamilyAccount;
    registration.beneficiary_id = PersonId(number);
    registration.registered_on = domain::DayOf(2024, 1, 1);
    owner.registrations.push_back(std::move(registration));
  }
  return owner;
}

domain::Movement FamilyBalance() {
  domain::Movement balance;
  balance.person_id = FamilyOwnerId();
  balance.counter = std::string(domain::kAccountCounter);
  balance.amount = kBalanceFen;
  return balance;
}

absl::Status PutFamily(storage::Store& store, uint64_t persons) {
  const std::array owner = {storage::PersonWrite{FamilyOwner(persons)}};
  ONESTOP_RETURN_IF_ERROR(store.PutPersons(owner).status());
  storage::Posting posting;
  posting.posting_id = "bench";
  posting.kind = "opening";
  posting.movement = FamilyBalance();
  posting.caller = "bench";
  posting.booked_on = *domain::ParseDay(kToday);
  return store.Post({posting}).status();
}

}  // namespace onestop::bench
