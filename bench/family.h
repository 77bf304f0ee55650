// A family whose members all pay from one account: hot rows of several persons
// at once.
#ifndef ONESTOP_BENCH_FAMILY_H_
#define ONESTOP_BENCH_FAMILY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "domain/ledger.h"
#include "domain/person.h"
#include "storage/store.h"

namespace onestop::bench {

// The owner of the account, none of the persons that the world numbers.
std::string FamilyOwnerId();
// Has registered the account for the residents among the persons 0 to
// `persons` − 1, who have none of their own.
domain::Person FamilyOwner(uint64_t persons);
// What the owner's account holds: no run uses it up.
domain::Movement FamilyBalance();

// Puts the owner and the balance into a database that holds the world; again
// does nothing.
absl::Status PutFamily(storage::Store& store, uint64_t persons);

}  // namespace onestop::bench

#endif  // ONESTOP_BENCH_FAMILY_H_
