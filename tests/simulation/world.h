// The world of a history: the shipped policies, the demonstration's catalog,
// institutions and claims, and a few of its persons.
#ifndef ONESTOP_TESTS_SIMULATION_WORLD_H_
#define ONESTOP_TESTS_SIMULATION_WORLD_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "cli/verify.h"
#include "domain/claim.h"
#include "domain/person.h"
#include "domain/policy.h"
#include "server/snapshot.h"
#include "storage/store.h"
#include "tests/simulation/dice.h"

namespace onestop::simulation {

// Read once; the same for all histories. The files are those of policies/ and
// demo/ below the folder where the program runs; one that cannot be read ends
// it.
class World {
 public:
  World();

  // Policies, catalog, some persons and their balances into an empty database:
  // who there is, the hottest first.
  std::vector<std::string> Load(storage::Store& store, Dice& dice) const;
  // What a replica decides by, at the catalog's latest revision.
  server::SnapshotPtr SnapshotOf(storage::Store& store) const;

  // The claims that the demonstration makes for a person.
  std::vector<domain::Claim> ClaimsOf(const std::string& person_id) const;
  // An item as the catalog has it from some day on.
  domain::Item ChangedItem(Dice& dice) const;
  // Employees have an account to share.
  bool IsEmployee(const std::string& person_id) const;

  // Of verification, with the policies compiled already.
  cli::VerifyOptions VerifyOptions() const;

 private:
  void LoadPolicies();
  void LoadDemonstration();
  void AddRelatives(std::vector<std::string>& chosen) const;
  const domain::Person& PersonOf(const std::string& person_id) const;

  std::shared_ptr<const domain::Policy> policy_;
  std::vector<storage::PolicyFileText> policy_files_;
  storage::CatalogChange catalog_;
  std::vector<domain::Person> persons_;
  std::vector<domain::Movement> opening_;
  std::vector<domain::Claim> claims_;
};

// The kind of the postings that Load makes.
inline constexpr char kOpeningId[] = "before the history";

}  // namespace onestop::simulation

#endif  // ONESTOP_TESTS_SIMULATION_WORLD_H_
