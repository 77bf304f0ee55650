// A small world that was really settled: two employees of one family, a
// resident, a clinic's year, by the shipped policies on any store.
#ifndef ONESTOP_TESTS_STORAGE_SETTLED_WORLD_H_
#define ONESTOP_TESTS_STORAGE_SETTLED_WORLD_H_

#include <string>

#include "cli/verify.h"
#include "domain/policy.h"
#include "domain/settlement.h"
#include "storage/store.h"

namespace onestop::storage {

// Settles as a lane does: gather, decide, write. Any failure stops the test
// program.
class SettledWorld {
 public:
  // Loads policies, catalog, persons and postings, then settles.
  explicit SettledWorld(Store& store);

  // The ids of what was settled.
  domain::SettlementId visit;         // OWNER: outpatient, a deductible
  domain::SettlementId second_visit;  // OWNER: reads what the first left
  domain::SettlementId family_visit;  // CHILD: paid from OWNER's account
  domain::SettlementId reversed;      // CHILD: taken back
  domain::SettlementId reversal;
  domain::SettlementId prescription;  // OWNER: rx and supply, later dropped
  domain::SettlementId next_year;     // OWNER: another catalog, person, year
  domain::SettlementId closed;        // RESIDENT: an id that never arrived

  static constexpr char kOwner[] = "OWNER";
  static constexpr char kChild[] = "CHILD";  // before and after it in order
  static constexpr char kResident[] = "RESIDENT";

  // With wire/'s replies and compiler.
  static cli::VerifyOptions Options();

 private:
  void LoadPolicies();
  void LoadCatalog();
  void LoadPersons();
  void PostBalances();
  void SettleAll();
  domain::Claim ClaimOf(const std::string& person_id, const std::string& item,
                        int64_t fen, domain::Day service_date) const;
  domain::SettlementId Settle(const domain::Claim& claim,
                              const std::string& request_id);
  domain::SettlementId Reverse(const std::string& person_id,
                               const domain::SettlementId& target,
                               const std::string& request_id);
  template <typename Decide>
  void InOneBatch(GatherKeys keys, Decide decide);

  Store& store_;
  domain::Policy policy_;
  domain::Day today_;
};

}  // namespace onestop::storage

#endif  // ONESTOP_TESTS_STORAGE_SETTLED_WORLD_H_
