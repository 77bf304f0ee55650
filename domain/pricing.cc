// One claim line becomes four parts: over limit, own expense, self-pay-first,
// in scope (docs/rules.md section 2).
#include <algorithm>
#include <optional>

#include "domain/working_claim.h"

namespace onestop::domain {
namespace {

struct Ceiling {
  UnitPrice price;
  const Source* source;
};

// A negotiated or procured drug has its payment standard and nothing else; any
// other item its ceiling on record.
std::optional<Ceiling> CeilingOf(const Plan& plan, const Item& item, Day day) {
  if (item.NegotiatedOn(day) || item.centrally_procured) {
    const DatedPrice* standard = PriceOn(item.standards, day);
    if (standard == nullptr) return std::nullopt;
    return Ceiling{standard->price, plan.payment_standard_source};
  }
  const DatedPrice* listing = PriceOn(item.listing, day);
  if (listing == nullptr) return std::nullopt;
  return Ceiling{listing->price, item.two_disease.empty()
                                     ? plan.listing_source
                                     : plan.listing_two_disease_source};
}

void CutToCeiling(WorkingClaim& work, int index) {
  const ClaimLine& line = work.claim.lines[static_cast<size_t>(index)];
  LineResult& result = work.outcome.lines[static_cast<size_t>(index)];
  const Item& item = *work.items[static_cast<size_t>(index)];
  result.gross = line.amount;
  result.allowed = line.amount;
  const std::optional<Ceiling> ceiling =
      CeilingOf(work.plan, item, work.claim.service_date);
  if (!ceiling) return;
  const __int128 most = CostFen(ceiling->price, line.quantity);
  if (most >= line.amount.fen) return;
  result.allowed = Money{static_cast<int64_t>(most)};
  result.over_limit = result.gross - result.allowed;
  Step step;
  step.kind = StepKind::kPaymentStandard;
  step.source = ceiling->source;
  step.lines = {index};
  step.key = line.item_code;
  step.before = result.gross;
  step.amount = result.over_limit;
  step.after = result.allowed;
  work.outcome.steps.push_back(std::move(step));
}

SourcedRatio PreselfOf(const Plan& plan, const Item& item, Day day) {
  if (item.NegotiatedOn(day)) return plan.preself_negotiated;
  return item.item_class == ItemClass::kA ? plan.preself_class_a
                                          : plan.preself_class_b;
}

void SplitByClass(WorkingClaim& work, int index) {
  LineResult& result = work.outcome.lines[static_cast<size_t>(index)];
  const Item& item = *work.items[static_cast<size_t>(index)];
  const Day day = work.claim.service_date;
  Step step;
  step.lines = {index};
  step.key = item.item_code;
  step.before = result.allowed;
  const bool delisted = item.DelistedOn(day);
  if (delisted || item.item_class == ItemClass::kOwnExpense) {
    result.own_expense = result.allowed;
    step.kind = delisted ? StepKind::kDelisted : StepKind::kOwnExpense;
    step.amount = result.own_expense;
    work.outcome.steps.push_back(std::move(step));
    return;
  }
  const SourcedRatio ratio = PreselfOf(work.plan, item, day);
  result.preself_ratio = ratio.value;
  result.preself = Share(result.allowed, ratio.value);
  result.in_scope = result.allowed - result.preself;
  if (result.preself.fen == 0) return;
  step.kind = StepKind::kPreself;
  step.source = ratio.source;
  step.ratio = ratio.value;
  step.amount = result.preself;
  step.after = result.in_scope;
  work.outcome.steps.push_back(std::move(step));
}

}  // namespace

void PriceLines(WorkingClaim& work) {
  Totals& totals = work.outcome.totals;
  for (int i = 0; i < static_cast<int>(work.claim.lines.size()); ++i) {
    CutToCeiling(work, i);
    SplitByClass(work, i);
    LineResult& result = work.outcome.lines[static_cast<size_t>(i)];
    result.out_of_indication =
        !WithinIndications(work.claim, *work.items[static_cast<size_t>(i)]);
    totals.gross += result.gross;
    totals.over_limit += result.over_limit;
    totals.own_expense += result.own_expense;
    totals.preself += result.preself;
    totals.in_scope += result.in_scope;
  }
}

}  // namespace onestop::domain
