// A claim while it is being worked out: what it refers to, resolved once, and
// the counters of its person-year with what this claim has added so far.
#ifndef ONESTOP_DOMAIN_WORKING_CLAIM_H_
#define ONESTOP_DOMAIN_WORKING_CLAIM_H_

#include <string>
#include <string_view>
#include <vector>

#include "domain/catalog.h"
#include "domain/claim.h"
#include "domain/evaluate.h"
#include "domain/ledger.h"
#include "domain/outcome.h"
#include "domain/person.h"
#include "domain/policy.h"

namespace onestop::domain {

// The counters of one row as this claim sees them: as found, plus its own
// movements. Every counter that was looked at is remembered.
class CounterView {
 public:
  CounterView(std::string_view person_id, int32_t year, const LedgerRow& row)
      : person_id_(person_id), year_(year), row_(row) {}

  Money Get(const std::string& counter);
  void Add(const std::string& counter, Money amount);
  // Appends what was read and what was moved.
  void AppendTo(Outcome& outcome) const;

 private:
  struct Seen {
    std::string counter;
    int64_t found;
    int64_t moved;
  };
  Seen& Look(const std::string& counter);

  const std::string_view person_id_;
  const int32_t year_;
  const LedgerRow& row_;
  std::vector<Seen> seen_;
};

// A deductible or cap that was looked at, to tell what is left of it.
struct UsedLimit {
  std::string counter;
  int scheme = -1;
  int layer = -1;
  bool is_deductible = false;
  Money limit;
};

// One line's amount that enters a scheme.
struct SchemeEntry {
  int line = 0;
  Money base;
  std::string disease;  // the line's disease in that scheme, if it has one
};

struct WorkingClaim {
  WorkingClaim(const Facts& facts, const Claim& claim, const Plan& plan,
               const Coverage& coverage);

  const Facts& facts;
  const Claim& claim;
  const Plan& plan;
  const Coverage& coverage;
  const Institution* visited;      // nullptr: anywhere (domain/eligibility.h)
  const Institution* prescriber;   // nullptr without a prescription
  std::vector<const Item*> items;  // as claim.lines
  CounterView counters;            // of the service date's year
  std::vector<UsedLimit> limits;
  // What enters each scheme of the plan: first lines, then overflow.
  std::vector<std::vector<SchemeEntry>> entries;
  Outcome outcome;

  bool AtPharmacy() const {
    return visited != nullptr && !visited->IsHospital();
  }
  // Whose level and rules apply under `scheme`; nullptr at a pharmacy without
  // a prescription (docs/rules.md section 3). `visited` is known.
  const Institution* Governing(const Scheme& scheme) const;
  // Remembers a limit so that the outcome tells what is left of it.
  void Note(UsedLimit limit);
  // Moves what was noted to the outcome: what is left of each limit.
  void TellRemaining();
};

// The stages, each in a file of its own.
void PriceLines(WorkingClaim& work);      // pricing.cc
void RouteLines(WorkingClaim& work);      // routing.cc
void RunSchemes(WorkingClaim& work);      // schemes.cc
void RunLayers(WorkingClaim& work);       // layers.cc
void UseAccounts(WorkingClaim& work);     // accounts.cc
void BookDispensing(WorkingClaim& work);  // accounts.cc

// Whether `scheme` takes the line; if not, why. `disease` gets the line's
// disease there. Anywhere, only person and item are asked. routing.cc
PassReason CheckScheme(const WorkingClaim& work, const Scheme& scheme, int line,
                       std::string* disease);
// The same without what the institution, the physician and the prescription
// decide. routing.cc
PassReason CheckEntitlement(const WorkingClaim& work, const Scheme& scheme,
                            int line);
// Why a registration in this state entitles to nothing; kNone: it is active.
// routing.cc
PassReason ReasonOf(RegistrationState state);
// Some diagnosis code of the claim starts with one of the item's indications,
// or the item has none. routing.cc
bool WithinIndications(const Claim& claim, const Item& item);

}  // namespace onestop::domain

#endif  // ONESTOP_DOMAIN_WORKING_CLAIM_H_
