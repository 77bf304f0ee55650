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

void AddStep(const domain::Claim& claim, const Plan& plan,
             const domain::Step& step, pb::Step& out) {
  out.set_kind(ToProto(step.kind));
  const std::string& rule = IdOf(plan, step.scheme, step.layer);
  out.mutable_rule_id()->assign(rule.empty() ? RuleOf(step.kind)
                                             : std::string_view(rule));
  out.set_group(step.key);
  for (const int line : step.lines) {
    out.add_line_ids(claim.lines[static_cast<size_t>(line)].line_id);
  }
  out.set_before_fen(step.before.fen);
  out.set_taken_fen(step.amount.fen);
  out.set_after_fen(step.after.fen);
  if (HasRatio(step.kind)) out.set_ratio_bp(step.ratio.basis_points);
  if (!step.counter.empty()) {
    out.set_counter(step.counter);
    out.set_counter_before_fen(step.counter_before.fen);
    out.set_counter_after_fen(step.counter_after.fen);
  }
  if (step.limit != domain::kNoLimit) out.set_limit_fen(step.limit.fen);
  out.set_to_rule_id(IdOf(plan, step.to_scheme, -1));
  if (step.source != nullptr) {
    out.set_basis(step.source->text);
    out.set_assumed(step.source->assumed);
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

void AddRemaining(const Plan& plan,
                  absl::Span<const domain::Remaining> remaining,
                  google::protobuf::RepeatedPtrField<pb::Remaining>* out) {
  for (const domain::Remaining& left : remaining) {
    pb::Remaining& added = *out->Add();
    added.set_counter(left.counter);
    added.set_kind(KindOf(left));
    added.set_rule_id(IdOf(plan, left.scheme, left.layer));
    added.set_limit_fen(left.limit.fen);
    added.set_used_fen(left.used.fen);
    added.set_left_fen(left.Left().fen);
  }
}

void AddSteps(const domain::Claim& claim, const Outcome& outcome,
              pb::Receipt& receipt) {
  const Plan& plan = *outcome.plan;
  receipt.mutable_steps()->Reserve(static_cast<int>(outcome.steps.size()));
  for (const domain::Step& step : outcome.steps) {
    AddStep(claim, plan, step, *receipt.add_steps());
  }
  AddRemaining(plan, outcome.remaining, receipt.mutable_remaining());
  if (outcome.has_account) {
    pb::Remaining& out = *receipt.add_remaining();
    out.set_counter(std::string(domain::kAccountCounter));
    out.set_kind(pb::REMAINING_KIND_ACCOUNT);
    out.set_left_fen(outcome.account_balance.fen);
  }
}

}  // namespace onestop::wire
