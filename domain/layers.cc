// The layers after the schemes: critical illness or large amounts, medical
// assistance, commercial cover (docs/rules.md section 5).
#include <string>
#include <utility>

#include "domain/working_claim.h"

namespace onestop::domain {
namespace {

Money* FieldOf(Totals& totals, LayerField field) {
  switch (field) {
    case LayerField::kCriticalIllness:
      return &totals.critical_illness;
    case LayerField::kLargeAmount:
      return &totals.large_amount;
    case LayerField::kMedicalAssistance:
      return &totals.medical_assistance;
    case LayerField::kCommercial:
      return &totals.commercial;
  }
  return nullptr;
}

// What the person still bears of the lines whose first scheme feeds layers.
Money BorneBefore(const WorkingClaim& work, bool counts_preself,
                  Money paid_by_layers) {
  Money borne;
  for (const LineResult& line : work.outcome.lines) {
    if (line.first_scheme < 0 ||
        !work.plan.schemes[static_cast<size_t>(line.first_scheme)]
             .feeds_layers) {
      continue;
    }
    borne += line.in_scope - line.SchemePay();
    if (counts_preself) borne += line.preself;
  }
  return Max(Money{0}, borne - paid_by_layers);
}

// The bands' share of (before, after], a step each.
Money PayBands(WorkingClaim& work, int layer, const LayerTerms& terms,
               Money before, Money after) {
  Money pay;
  for (size_t i = 0; i < terms.bands.size(); ++i) {
    const Band& band = terms.bands[i];
    const Money end =
        i + 1 < terms.bands.size() ? terms.bands[i + 1].from : kNoLimit;
    const Money from = Max(before, band.from);
    const Money to = Min(after, end);
    if (to <= from) continue;
    Step step;
    step.kind = StepKind::kLayerPay;
    step.source = band.source;
    step.layer = layer;
    step.before = to - from;
    step.ratio = band.ratio;
    step.amount = Share(to - from, band.ratio);
    step.after = step.before - step.amount;
    step.counter =
        BasisCounter(work.plan.layers[static_cast<size_t>(layer)].id);
    step.counter_before = from;
    step.counter_after = to;
    pay += step.amount;
    work.outcome.steps.push_back(std::move(step));
  }
  return pay;
}

// At most what is left of the year's cap.
Money CapPay(WorkingClaim& work, int layer, const LayerTerms& terms,
             const std::string& paid_counter, Money pay) {
  const Money paid = work.counters.Get(paid_counter);
  const Money room = Max(Money{0}, terms.cap.value - paid);
  work.Note({paid_counter, -1, layer, false, terms.cap.value});
  if (pay <= room) return pay;
  Step step;
  step.kind = StepKind::kLayerCap;
  step.source = terms.cap.source;
  step.layer = layer;
  step.before = pay;
  step.amount = pay - room;
  step.after = room;
  step.counter = paid_counter;
  step.counter_before = paid;
  step.counter_after = paid + room;
  step.limit = terms.cap.value;
  work.outcome.steps.push_back(std::move(step));
  return room;
}

}  // namespace

void RunLayers(WorkingClaim& work) {
  Money paid_by_layers;
  for (int i = 0; i < static_cast<int>(work.plan.layers.size()); ++i) {
    const Layer& layer = work.plan.layers[static_cast<size_t>(i)];
    const LayerTerms* terms = layer.TermsFor(
        *work.facts.person, work.coverage.assistance, work.claim.service_date);
    if (terms == nullptr) continue;
    const Money basis = BorneBefore(work, layer.counts_preself, paid_by_layers);
    if (basis.fen == 0) continue;
    const std::string basis_counter = BasisCounter(layer.id);
    const std::string paid_counter = PaidCounter(layer.id);
    const Money before = work.counters.Get(basis_counter);
    const Money pay = CapPay(work, i, *terms, paid_counter,
                             PayBands(work, i, *terms, before, before + basis));
    work.counters.Add(basis_counter, basis);
    work.counters.Add(paid_counter, pay);
    *FieldOf(work.outcome.totals, layer.field) += pay;
    paid_by_layers += pay;
  }
  work.outcome.totals.fund_pay =
      work.outcome.totals.scheme_pay + paid_by_layers;
  work.outcome.totals.personal =
      work.outcome.totals.gross - work.outcome.totals.fund_pay;
}

}  // namespace onestop::domain
