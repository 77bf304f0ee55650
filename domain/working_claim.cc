// Resolves what a claim refers to and keeps its view of the counters.
#include "domain/working_claim.h"

#include <utility>

namespace onestop::domain {

CounterView::Seen& CounterView::Look(const std::string& counter) {
  for (Seen& seen : seen_) {
    if (seen.counter == counter) return seen;
  }
  seen_.push_back({counter, row_.Get(counter), 0});
  return seen_.back();
}

Money CounterView::Get(const std::string& counter) {
  const Seen& seen = Look(counter);
  return Money{seen.found} + Money{seen.moved};
}

void CounterView::Add(const std::string& counter, Money amount) {
  Seen& seen = Look(counter);
  seen.moved = (Money{seen.moved} + amount).fen;
}

void CounterView::AppendTo(Outcome& outcome) const {
  outcome.reads.reserve(outcome.reads.size() + seen_.size());
  outcome.movements.reserve(outcome.movements.size() + seen_.size());
  for (const Seen& seen : seen_) {
    outcome.reads.push_back(
        {std::string(person_id_), year_, seen.counter, seen.found, kOpenUntil});
    if (seen.moved != 0) {
      outcome.movements.push_back({std::string(person_id_), year_, seen.counter,
                                   seen.moved, kOpenUntil});
    }
  }
}

WorkingClaim::WorkingClaim(const Facts& given_facts, const Claim& given_claim,
                           const Plan& given_plan,
                           const Coverage& given_coverage)
    : facts(given_facts),
      claim(given_claim),
      plan(given_plan),
      coverage(given_coverage),
      visited(facts.catalog->FindInstitution(claim.institution_id)),
      prescriber(claim.prescription ? facts.catalog->FindInstitution(
                                          claim.prescription->institution_id)
                                    : nullptr),
      counters(claim.person_id, YearOf(claim.service_date), *facts.year),
      entries(plan.schemes.size()) {
  items.reserve(claim.lines.size());
  for (const ClaimLine& line : claim.lines) {
    items.push_back(facts.catalog->FindItem(line.item_code));
  }
  outcome.plan = &plan;
  outcome.category = coverage.category;
  outcome.insurance = coverage.insurance;
  outcome.region = coverage.region;
  outcome.lines.resize(claim.lines.size());
  outcome.steps.reserve(2 * claim.lines.size() + 2);  // most claims' steps
}

const Institution* WorkingClaim::Governing(const Scheme& scheme) const {
  if (AtPharmacy()) return prescriber;
  const int32_t from_level = scheme.conditions.prescriber_governs_from_level;
  if (from_level > 0 && prescriber != nullptr &&
      visited->RuleLevel() < from_level &&
      prescriber->RuleLevel() >= from_level) {
    return prescriber;
  }
  return visited;
}

void WorkingClaim::Note(UsedLimit limit) {
  for (UsedLimit& known : limits) {
    if (known.counter == limit.counter) {
      known = std::move(limit);
      return;
    }
  }
  limits.push_back(std::move(limit));
}

void WorkingClaim::TellRemaining() {
  outcome.remaining.reserve(limits.size());
  for (UsedLimit& limit : limits) {
    const Money used = counters.Get(limit.counter);
    outcome.remaining.push_back({std::move(limit.counter), limit.scheme,
                                 limit.layer, limit.is_deductible, limit.limit,
                                 used});
  }
}

}  // namespace onestop::domain
