// What was taken by which rule, and what is left of each limit.
#include <string>

#include "wire/enums.h"
#include "wire/receipt_parts.h"

namespace onestop::wire {
namespace {

using domain::Outcome;
using domain::Plan;
using domain::StepKind;

// A scheme's or layer's id; empty for neither.
const std::string& IdOf(const Plan& plan, int scheme, int layer) {
  if (layer < 0 || scheme >= 0) return SchemeId(plan, scheme);
  return plan.layers[static_cast<size_t>(layer)].id;
}

// The name of a rule that is neither a scheme's nor a layer's.
std::string_view RuleOf(StepKind kind) {
  switch (kind) {
    case StepKind::kPaymentStandard:
      return "payment-standard";
    case StepKind::kOwnExpense:
    case StepKind::kDelisted:
      return "item-class";
    case StepKind::kPreself:
      return "preself";
    case StepKind::kAccount:
      return "account";
    case StepKind::kFamilyAccount:
      return "family-account";
    case StepKind::kRoute:
    case StepKind::kDeductible:
    case StepKind::kFundPay:
    case StepKind::kCap:
    case StepKind::kOverflow:
    case StepKind::kLayerPay:
    case StepKind::kLayerCap:
      break;
  }
  return "";
}

bool HasRatio(StepKind kind) {
  return kind == StepKind::kPreself || kind == StepKind::kFundPay ||
         kind == StepKind::kLayerPay;
}

void WriteStep(const domain::Claim& claim, const Plan& plan,
               const domain::Step& step, MessageWriter& receipt) {
  MessageWriter out(receipt, pb::Receipt::kStepsFieldNumber);
  out.Number(pb::Step::kKindFieldNumber, ToProto(step.kind));
  const std::string& rule = IdOf(plan, step.scheme, step.layer);
  out.Text(pb::Step::kRuleIdFieldNumber,
           rule.empty() ? RuleOf(step.kind) : std::string_view(rule));
  out.Text(pb::Step::kGroupFieldNumber, step.key);
  for (const int line : step.lines) {
    out.RepeatedText(pb::Step::kLineIdsFieldNumber,
                     claim.lines[static_cast<size_t>(line)].line_id);
  }
  out.Number(pb::Step::kBeforeFenFieldNumber, step.before.fen);
  out.Number(pb::Step::kTakenFenFieldNumber, step.amount.fen);
  out.Number(pb::Step::kAfterFenFieldNumber, step.after.fen);
  if (HasRatio(step.kind)) {
    out.Present(pb::Step::kRatioBpFieldNumber, step.ratio.basis_points);
  }
  if (!step.counter.empty()) {
    out.Text(pb::Step::kCounterFieldNumber, step.counter);
    out.Number(pb::Step::kCounterBeforeFenFieldNumber, step.counter_before.fen);
    out.Number(pb::Step::kCounterAfterFenFieldNumber, step.counter_after.fen);
  }
  if (step.limit != domain::kNoLimit) {
    out.Present(pb::Step::kLimitFenFieldNumber, step.limit.fen);
  }
  out.Text(pb::Step::kToRuleIdFieldNumber, IdOf(plan, step.to_scheme, -1));
  if (step.source != nullptr) {
    out.Text(pb::Step::kBasisFieldNumber, step.source->text);
    out.Bool(pb::Step::kAssumedFieldNumber, step.source->assumed);
  }
}

pb::RemainingKind KindOf(const domain::Remaining& remaining) {
  if (remaining.layer >= 0) {
    return remaining.is_deductible ? pb::REMAINING_KIND_LAYER_THRESHOLD
                                   : pb::REMAINING_KIND_LAYER_CAP;
  }
  return remaining.is_deductible ? pb::REMAINING_KIND_DEDUCTIBLE
                                 : pb::REMAINING_KIND_CAP;
}

}  // namespace

void WriteRemaining(const Plan& plan,
                    absl::Span<const domain::Remaining> remaining, int field,
                    MessageWriter& outer) {
  for (const domain::Remaining& left : remaining) {
    MessageWriter out(outer, field);
    out.Text(pb::Remaining::kCounterFieldNumber, left.counter);
    out.Number(pb::Remaining::kKindFieldNumber, KindOf(left));
    out.Text(pb::Remaining::kRuleIdFieldNumber,
             IdOf(plan, left.scheme, left.layer));
    out.Number(pb::Remaining::kLimitFenFieldNumber, left.limit.fen);
    out.Number(pb::Remaining::kUsedFenFieldNumber, left.used.fen);
    out.Number(pb::Remaining::kLeftFenFieldNumber, left.Left().fen);
  }
}

void WriteSteps(const domain::Claim& claim, const Outcome& outcome,
                MessageWriter& receipt) {
  for (const domain::Step& step : outcome.steps) {
    WriteStep(claim, *outcome.plan, step, receipt);
  }
}

void WriteAllRemaining(const Outcome& outcome, MessageWriter& receipt) {
  constexpr int kField = pb::Receipt::kRemainingFieldNumber;
  WriteRemaining(*outcome.plan, outcome.remaining, kField, receipt);
  if (!outcome.has_account) return;
  MessageWriter out(receipt, kField);
  out.Text(pb::Remaining::kCounterFieldNumber, domain::kAccountCounter);
  out.Number(pb::Remaining::kKindFieldNumber, pb::REMAINING_KIND_ACCOUNT);
  out.Number(pb::Remaining::kLeftFenFieldNumber, outcome.account_balance.fen);
}

}  // namespace onestop::wire
