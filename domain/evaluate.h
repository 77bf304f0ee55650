// The benefit rules as one pure function: check → price lines → route →
// schemes → layers → accounts (docs/rules.md sections 2 to 7).
#ifndef ONESTOP_DOMAIN_EVALUATE_H_
#define ONESTOP_DOMAIN_EVALUATE_H_

#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "domain/catalog.h"
#include "domain/claim.h"
#include "domain/ledger.h"
#include "domain/outcome.h"
#include "domain/person.h"
#include "domain/policy.h"

namespace onestop::domain {

// Moves when the same facts would give another outcome or another receipt.
inline constexpr int32_t kEngineRevision = 1;

struct RelativeFacts {
  const Person* person = nullptr;  // nullptr: no such person
  const LedgerRow* no_year = nullptr;
};

// Everything a claim's outcome depends on beside the policy. Rows that were
// never written are empty rows, not nullptr.
struct Facts {
  const Person* person = nullptr;        // nullptr: no such person
  const LedgerRow* year = nullptr;       // of the service date's year
  const LedgerRow* no_year = nullptr;    // year 0
  std::vector<RelativeFacts> relatives;  // as DistinctRelatives(claim)
  const Catalog* catalog = nullptr;
  std::optional<Day> today;  // absent: no clock, the rules' row 3 is skipped
  bool year_closed = false;  // CloseYear ran for the service date's year
  std::string_view settlement_id;  // names the days of supply it books
};

// Works a claim out, or refuses it: the status then carries the first refusal
// of docs/rules.md section 7 that applies, rows 2 to 14. INVARIANT_BROKEN
// (INTERNAL) when the outcome does not conserve every fen. Pure and
// thread-safe; the outcome points into `policy`.
absl::StatusOr<Outcome> Evaluate(const Policy& policy, const Facts& facts,
                                 const Claim& claim);

// Rows 2 to 14 of docs/rules.md section 7, in their order. Evaluate calls it.
absl::Status CheckClaim(const Facts& facts, const Claim& claim);

// INVARIANT_BROKEN unless every identity of Totals and of the lines holds.
absl::Status CheckConservation(const Outcome& outcome);

}  // namespace onestop::domain

#endif  // ONESTOP_DOMAIN_EVALUATE_H_
