// The rows of docs/rules.md section 7 one by one: Evaluate wants the first that
// applies, eligibility every one.
#ifndef ONESTOP_DOMAIN_CHECK_CLAIM_H_
#define ONESTOP_DOMAIN_CHECK_CLAIM_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "domain/catalog.h"
#include "domain/claim.h"
#include "domain/evaluate.h"

namespace onestop::domain {

// What the rows look at, resolved as far as it exists. Facts and claim outlive
// it.
struct Checked {
  Checked(const Facts& facts, const Claim& claim);

  const Facts& facts;
  const Claim& claim;
  const Institution* visited;
  const Institution* prescriber;
  // The claim names no institution because none was chosen yet.
  bool anywhere = false;

  bool AtPharmacy() const {
    return visited != nullptr && !visited->IsHospital();
  }
};

// For whose or what sake a row refuses.
enum class RowAbout : uint8_t {
  kUnknown,              // row 2: nothing else can be judged
  kDay,                  // row 3
  kPersonOrInstitution,  // rows 4 to 6
  kClaim,                // rows 7 to 9
  kQuantities,           // rows 10 to 14: of the lines as they are charged
};

struct Refusal {
  RowAbout about;
  absl::Status status;
};

// Every refusal of rows 2 to 9 that applies, in their order; one of row 2 is
// the only one.
std::vector<Refusal> RefusalsBeforeQuantities(const Checked& checked);

// What is prescribed of each item, repeated items added up. The keys point into
// `prescription`.
absl::flat_hash_map<std::string_view, Quantity> PrescribedQuantities(
    const Prescription& prescription);
// What was dispensed of one item of the prescription so far.
Quantity DispensedSoFar(const LedgerRow& no_year,
                        const Prescription& prescription,
                        std::string_view item_code);

}  // namespace onestop::domain

#endif  // ONESTOP_DOMAIN_CHECK_CLAIM_H_
