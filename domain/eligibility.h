// What a person is entitled to on a day, as one pure function on the same facts
// as Evaluate: would a claim be refused, registrations, what is left of each
// limit and of a prescription, which scheme would take an item.
#ifndef ONESTOP_DOMAIN_ELIGIBILITY_H_
#define ONESTOP_DOMAIN_ELIGIBILITY_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "domain/claim.h"
#include "domain/evaluate.h"
#include "domain/outcome.h"
#include "domain/person.h"
#include "domain/policy.h"

namespace onestop::domain {

// What is asked.
struct Inquiry {
  std::string person_id;
  std::string institution_id;  // empty: anywhere
  Day service_date;
  std::optional<Prescription> prescription;
  std::vector<std::string> item_codes;
  std::vector<std::string> diagnosis_codes;
  std::string physician_id;
};

struct RegistrationStanding {
  const Registration* registration = nullptr;  // of the person of the facts
  PassReason reason = PassReason::kNone;  // why it is not active; kNone: it is
  Day active_until;                       // ActiveUntil
};

// What is left of one prescribed item, repeated items added up.
struct PrescriptionLeft {
  std::string item_code;
  Quantity prescribed;
  Quantity dispensed;
  Quantity Left() const;  // not below 0
};

// Where a line with the item would start.
struct ItemRoute {
  std::string item_code;
  int first_scheme = -1;  // index into Plan::schemes; -1: none
  std::vector<PassedOver> passed_over;
};

// Points into the facts and the policy.
struct Eligibility {
  // No row 4 to 6 of docs/rules.md section 7 refuses.
  bool in_force = false;
  // Of rows 3 to 10, every one that applies, in their order.
  std::vector<std::string> refusals;
  const Coverage* coverage = nullptr;
  const Plan* plan = nullptr;  // nullptr: no scheme for the person on that day
  std::vector<RegistrationStanding> registrations;
  std::vector<Remaining> remaining;
  Money account_balance;  // 0 unless EMPLOYEE on that day
  std::vector<PrescriptionLeft> prescription_left;
  std::vector<ItemRoute> items;  // each item once, in the order asked
  std::vector<std::string> account_owners;  // whose accounts pay for the person
};

// PERSON_UNKNOWN, INSTITUTION_UNKNOWN (NOT_FOUND); everything else is answered.
// `owners` are persons who perhaps share their account; facts.relatives is not
// read. Pure and thread-safe.
absl::StatusOr<Eligibility> JudgeEligibility(const Policy& policy,
                                             const Facts& facts,
                                             absl::Span<const Person> owners,
                                             const Inquiry& inquiry);

}  // namespace onestop::domain

#endif  // ONESTOP_DOMAIN_ELIGIBILITY_H_
