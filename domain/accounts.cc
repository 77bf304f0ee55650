// The person's part: personal account, then relatives' accounts, then cash
// (docs/rules.md section 6); and what the claim books as dispensed (section 7).
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "domain/working_claim.h"

namespace onestop::domain {
namespace {

const std::string kAccount(kAccountCounter);

// Takes up to `wanted` from one account and tells it as a step.
Money TakeFrom(WorkingClaim& work, const std::string& person_id,
               const LedgerRow& row, Money wanted, StepKind kind) {
  const Money balance{row.Get(kAccount)};
  work.outcome.reads.push_back(
      {person_id, kNoYear, kAccount, balance.fen, kOpenUntil});
  const Money taken = Min(balance, wanted);
  if (taken.fen <= 0) return Money{0};
  work.outcome.movements.push_back(
      {person_id, kNoYear, kAccount, -taken.fen, kOpenUntil});
  Step step;
  step.kind = kind;
  step.source = work.plan.account_source;
  step.before = wanted;
  step.amount = taken;
  step.after = wanted - taken;
  // A relative's balance is not the patient's to see.
  if (kind == StepKind::kAccount) {
    step.counter = kAccount;
    step.counter_before = balance;
    step.counter_after = balance - taken;
  }
  work.outcome.steps.push_back(std::move(step));
  return taken;
}

void UseRelatives(WorkingClaim& work, Money wanted) {
  const std::vector<std::string> relatives = DistinctRelatives(work.claim);
  for (size_t i = 0; i < relatives.size() && wanted.fen > 0; ++i) {
    const RelativeFacts& relative = work.facts.relatives[i];
    const Coverage& coverage =
        relative.person->CoverageOn(work.claim.service_date);
    if (coverage.insurance != Insurance::kEmployee) continue;
    const Money taken = TakeFrom(work, relatives[i], *relative.no_year, wanted,
                                 StepKind::kFamilyAccount);
    work.outcome.totals.family_account += taken;
    wanted -= taken;
  }
}

}  // namespace

void UseAccounts(WorkingClaim& work) {
  Totals& totals = work.outcome.totals;
  const AccountUse& use = work.claim.account;
  if (use.use) {
    Money wanted = totals.personal;
    if (use.limit) wanted = Min(wanted, *use.limit);
    if (work.coverage.insurance == Insurance::kEmployee) {
      totals.account = TakeFrom(work, work.claim.person_id, *work.facts.no_year,
                                wanted, StepKind::kAccount);
      work.outcome.has_account = true;
      work.outcome.account_balance =
          Money{work.facts.no_year->Get(kAccount)} - totals.account;
    }
    UseRelatives(work, wanted - totals.account);
  }
  totals.cash = totals.personal - totals.account - totals.family_account;
}

namespace {

void BookPrescription(WorkingClaim& work) {
  const Prescription& prescription = *work.claim.prescription;
  const Day until = prescription.issued_on + limits::kPrescriptionValidDays;
  std::vector<Movement> dispensed;
  for (const ClaimLine& line : work.claim.lines) {
    std::string counter =
        PrescriptionCounter(prescription.institution_id,
                            prescription.prescription_id, line.item_code);
    auto known = std::find_if(dispensed.begin(), dispensed.end(),
                              [&counter](const Movement& movement) {
                                return movement.counter == counter;
                              });
    if (known == dispensed.end()) {
      const LedgerEntry* entry = work.facts.no_year->Find(counter);
      work.outcome.reads.push_back({work.claim.person_id, kNoYear, counter,
                                    entry ? entry->amount : 0,
                                    entry ? entry->until : kOpenUntil});
      dispensed.push_back(
          {work.claim.person_id, kNoYear, std::move(counter), 0, until});
      known = dispensed.end() - 1;
    }
    known->amount += line.quantity.ten_thousandths;
  }
  std::move(dispensed.begin(), dispensed.end(),
            std::back_inserter(work.outcome.movements));
}

// One entry an item: the line that reaches furthest.
void BookSupply(WorkingClaim& work) {
  std::vector<std::pair<std::string, int32_t>> days;
  for (const ClaimLine& line : work.claim.lines) {
    if (line.days_supply == 0) continue;
    auto known = std::find_if(
        days.begin(), days.end(),
        [&line](const auto& entry) { return entry.first == line.item_code; });
    if (known == days.end()) {
      days.emplace_back(line.item_code, line.days_supply);
    } else {
      known->second = std::max(known->second, line.days_supply);
    }
  }
  for (const auto& [item_code, supply] : days) {
    for (const LedgerEntry& entry :
         work.facts.no_year->WithPrefix(SupplyPrefix(item_code))) {
      work.outcome.reads.push_back({work.claim.person_id, kNoYear, entry.name,
                                    entry.amount, entry.until});
    }
    work.outcome.movements.push_back(
        {work.claim.person_id, kNoYear,
         SupplyCounter(item_code, work.facts.settlement_id), 1,
         work.claim.service_date + supply});
  }
}

}  // namespace

void BookDispensing(WorkingClaim& work) {
  if (work.claim.prescription) BookPrescription(work);
  BookSupply(work);
}

}  // namespace onestop::domain
