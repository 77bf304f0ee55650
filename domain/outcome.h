// What a settlement is: totals, lines, the steps that explain every fen, and
// the movements it books. The explanation is a product of the evaluation.
#ifndef ONESTOP_DOMAIN_OUTCOME_H_
#define ONESTOP_DOMAIN_OUTCOME_H_

#include <cstdint>
#include <string>
#include <vector>

#include "domain/claim.h"
#include "domain/ledger.h"
#include "domain/policy.h"
#include "domain/reason.h"
#include "domain/units.h"

namespace onestop::domain {

// All in fen; the identities are checked on every outcome:
// gross = over_limit + own_expense + preself + in_scope,
// fund_pay = scheme_pay + the four layers, personal = gross − fund_pay,
// gross = fund_pay + account + family_account + cash.
struct Totals {
  Money gross;
  Money over_limit;
  Money own_expense;
  Money preself;
  Money in_scope;
  Money deductible;
  Money scheme_pay;
  Money critical_illness;
  Money large_amount;
  Money medical_assistance;
  Money commercial;
  Money fund_pay;
  Money personal;
  Money account;
  Money family_account;
  Money cash;
  friend bool operator==(const Totals&, const Totals&) = default;
};

// What one scheme did with one line.
struct SchemeShare {
  int scheme = 0;  // index into Plan::schemes
  Money base;      // in scope, or what overflowed into it
  Money deductible;
  Money absorbed;  // what the pay was worked out on
  Money pay;
  Money overflow;  // base − deductible − absorbed
};

struct PassedOver {
  int scheme = 0;  // index into Plan::schemes; -1: no such scheme there
  PassReason reason = PassReason::kNone;
};

struct LineResult {
  Money gross;
  Money allowed;
  Money over_limit;
  Money own_expense;
  Money preself;
  Money in_scope;
  Ratio preself_ratio;
  int first_scheme = -1;  // index into Plan::schemes; -1: NO_SCHEME
  std::string disease;    // the line's disease in its first scheme
  std::vector<PassedOver> passed_over;
  std::vector<SchemeShare> shares;
  bool out_of_indication = false;  // a flag for the auditors
  Money SchemePay() const;
};

enum class StepKind : uint8_t {
  kPaymentStandard,  // cut to the standard or the listing price
  kOwnExpense,       // no fund pays this item
  kDelisted,         // own expense since its agreement ended
  kPreself,          // self-pay-first
  kRoute,            // the scheme where the line starts
  kDeductible,
  kFundPay,   // a scheme's ratio
  kCap,       // a cap cut what the scheme pays or takes
  kOverflow,  // went on to another scheme
  kLayerPay,
  kLayerCap,
  kAccount,
  kFamilyAccount,
};

// One thing that was taken or paid, by which rule, from what to what.
struct Step {
  StepKind kind = StepKind::kRoute;
  const Source* source = nullptr;  // the article; nullptr: docs/rules.md alone
  int scheme = -1;                 // index into Plan::schemes
  int layer = -1;                  // index into Plan::layers
  int to_scheme = -1;              // kOverflow
  std::vector<int> lines;          // indices into Claim::lines
  std::string key;                 // the group: item, disease or encounter
  Money before;                    // the amount the rule was applied to
  Money amount;                    // what it took or paid
  Money after;                     // what is left of `before`
  Ratio ratio;                     // where one was applied
  std::string counter;             // the counter it used, if any
  Money counter_before;
  Money counter_after;
  Money limit = kNoLimit;  // of the counter
};

// A counter as the decision found it; its row was read.
struct CounterRead {
  std::string person_id;
  int32_t year = kNoYear;
  std::string counter;
  int64_t amount = 0;
  Day until = kOpenUntil;
};

// What is left of a deductible or cap after this settlement.
struct Remaining {
  std::string counter;
  int scheme = -1;
  int layer = -1;
  bool is_deductible = false;
  Money limit;
  Money used;
  Money Left() const { return Max(Money{0}, limit - used); }
};

struct SchemePay {
  int scheme = 0;
  Money pay;
};

struct Outcome {
  const Plan* plan = nullptr;  // lives as long as its Policy
  Category category = Category::kUnspecified;
  Insurance insurance = Insurance::kUnspecified;
  std::string region;
  Totals totals;
  std::vector<SchemePay> by_scheme;  // schemes that ran, in order
  std::vector<LineResult> lines;     // as Claim::lines
  std::vector<Step> steps;
  std::vector<Movement> movements;
  std::vector<CounterRead> reads;
  std::vector<Remaining> remaining;
  bool has_account = false;
  Money account_balance;  // own, after
};

}  // namespace onestop::domain

#endif  // ONESTOP_DOMAIN_OUTCOME_H_
