// Cuts the days of a region and insurance type where anything changes, and
// builds one plan for each span.
#include "domain/policy_plan.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "domain/policy_pick.h"
#include "domain/policy_scheme.h"

namespace onestop::domain {
namespace {

template <typename T>
void Append(const std::vector<T>& from, std::vector<const DraftDates*>* to) {
  for (const T& row : from) to->push_back(&row);
}

void Append(const DraftFigures& figures, std::vector<const DraftDates*>* to) {
  Append(figures.deductibles, to);
  Append(figures.ratios, to);
  Append(figures.limits, to);
}

class PlanBuilder {
 public:
  PlanBuilder(const PolicyDraft& draft, const PolicyIndex& index,
              const PolicyRows& rows, const DraftRegion& region,
              Insurance insurance, Findings* findings)
      : draft_(draft),
        index_(index),
        rows_(rows),
        region_(region),
        insurance_(insurance),
        findings_(*findings),
        picker_(&rows, findings),
        where_(absl::StrCat(region.code, " ", NameOf(insurance))) {}

  std::vector<Plan> Build();

 private:
  void Collect();
  std::vector<Period> Spans() const;
  Plan BuildSpan(const Period& span);
  void FillPrices(const Period& span, Plan* plan);
  SourcedRatio Preself(const Period& span, PreselfKind kind);
  const Source* PriceRule(const Period& span, PriceKind kind, bool required);
  void FillSchemes(const Period& span, Plan* plan);
  void FillOverflow(const Period& span, Plan* plan);
  void CheckAllInOrder(const Period& span, const Plan& plan,
                       const DraftOrder* order);
  void FillLayers(const Period& span, Plan* plan);
  void CheckSharedCaps(const Plan& plan);

  const PolicyDraft& draft_;
  const PolicyIndex& index_;
  const PolicyRows& rows_;
  const DraftRegion& region_;
  const Insurance insurance_;
  Findings& findings_;
  RowPicker picker_;
  const std::string where_;                  // "530100 EMPLOYEE"
  std::vector<const DraftScheme*> schemes_;  // that apply here
  std::vector<const DraftLayer*> layers_;
  std::vector<const DraftOrder*> orders_;
  std::vector<const DraftOrder*> layer_orders_;
};

void PlanBuilder::Collect() {
  for (const DraftScheme& scheme : draft_.schemes) {
    if (Contains(scheme.insurances, insurance_) &&
        AppliesTo(scheme.region, region_.code)) {
      schemes_.push_back(&scheme);
    }
  }
  for (const DraftLayer& layer : draft_.layers) {
    if (Contains(layer.insurances, insurance_) &&
        AppliesTo(layer.region, region_.code)) {
      layers_.push_back(&layer);
    }
  }
  const auto for_insurance = [this](const DraftOrder& order) {
    return Contains(order.insurances, insurance_);
  };
  orders_ = Select(region_.orders, for_insurance);
  layer_orders_ = Select(region_.layer_orders, for_insurance);
}

std::vector<Period> PlanBuilder::Spans() const {
  std::vector<const DraftDates*> all(orders_.begin(), orders_.end());
  all.insert(all.end(), layer_orders_.begin(), layer_orders_.end());
  Append(draft_.preself_ratios, &all);
  Append(draft_.price_rules, &all);
  Append(region_.preself_ratios, &all);
  Append(region_.price_rules, &all);
  for (const DraftFigures& figures : region_.figures) Append(figures, &all);
  for (const DraftScheme* scheme : schemes_) {
    if (scheme->in_force) all.push_back(&*scheme->in_force);
    Append(scheme->feeds_layers, &all);
    Append(scheme->conditions, &all);
    Append(scheme->deductible_rules, &all);
    Append(scheme->figures, &all);
    Append(scheme->caps, &all);
    Append(scheme->overflows, &all);
  }
  for (const DraftLayer* layer : layers_) {
    if (layer->in_force) all.push_back(&*layer->in_force);
    Append(layer->counts_preself, &all);
    for (const DraftLayerTerms& terms : layer->terms) {
      Append(terms.bands, &all);
      Append(terms.caps, &all);
    }
  }
  std::set<Day> starts = {kOpenFrom};
  for (const DraftDates* row : all) {
    const Period& period = rows_.PeriodOf(*row);
    if (period.until < period.from) continue;  // bad dates, reported
    starts.insert(period.from);
    if (period.until != kOpenUntil) starts.insert(period.until + 1);
  }
  std::vector<Period> spans;
  for (auto start = starts.begin(); start != starts.end(); ++start) {
    const auto next = std::next(start);
    spans.push_back({*start, next == starts.end() ? kOpenUntil : *next - 1});
  }
  return spans;
}

std::vector<Plan> PlanBuilder::Build() {
  Collect();
  if (schemes_.empty() && orders_.empty()) return {};
  std::vector<Plan> plans;
  for (const Period& span : Spans()) plans.push_back(BuildSpan(span));
  findings_.FlushSpans();
  return plans;
}

Plan PlanBuilder::BuildSpan(const Period& span) {
  Plan plan;
  plan.period = span;
  FillPrices(span, &plan);
  FillSchemes(span, &plan);
  FillOverflow(span, &plan);
  FillLayers(span, &plan);
  CheckSharedCaps(plan);
  return plan;
}

void PlanBuilder::FillPrices(const Period& span, Plan* plan) {
  plan->preself_class_a = Preself(span, PreselfKind::kClassA);
  plan->preself_class_b = Preself(span, PreselfKind::kClassB);
  plan->preself_negotiated = Preself(span, PreselfKind::kNegotiated);
  plan->payment_standard_source =
      PriceRule(span, PriceKind::kPaymentStandard, true);
  plan->listing_source = PriceRule(span, PriceKind::kListing, true);
  plan->listing_two_disease_source =
      PriceRule(span, PriceKind::kListingTwoDisease, false);
  for (const DraftEngineRule& rule : draft_.engine_rules) {
    if (rule.rule == EngineRule::kAccountUse) {
      plan->account_source = rows_.SourceOf(rule.source);
    }
  }
}

SourcedRatio PlanBuilder::Preself(const Period& span, PreselfKind kind) {
  const auto wanted = [kind](const DraftPreself& row) {
    return row.kind == kind;
  };
  std::vector<const DraftPreself*> all = Select(draft_.preself_ratios, wanted);
  for (const DraftPreself* row : Select(region_.preself_ratios, wanted)) {
    all.push_back(row);
  }
  const char* const name = kind == PreselfKind::kClassA   ? "class A"
                           : kind == PreselfKind::kClassB ? "class B"
                                                          : "negotiated drugs";
  const DraftPreself* row =
      picker_.Required(all, span,
                       absl::StrCat("the self-pay-first ratio of ", name,
                                    " in region ", region_.code),
                       region_.place);
  if (row == nullptr) return {};
  return {Ratio{static_cast<int32_t>(row->bp.value_or(0))},
          rows_.SourceOf(row->source)};
}

const Source* PlanBuilder::PriceRule(const Period& span, PriceKind kind,
                                     bool required) {
  const auto wanted = [kind](const DraftPriceRule& row) {
    return row.kind == kind;
  };
  std::vector<const DraftPriceRule*> all = Select(draft_.price_rules, wanted);
  for (const DraftPriceRule* row : Select(region_.price_rules, wanted)) {
    all.push_back(row);
  }
  const char* const name =
      kind == PriceKind::kPaymentStandard ? "PAYMENT_STANDARD"
      : kind == PriceKind::kListing       ? "LISTING"
                                          : "LISTING_TWO_DISEASE";
  const std::string what =
      absl::StrCat("the price rule ", name, " of region ", region_.code);
  const DraftPriceRule* row =
      required ? picker_.Required(all, span, what, region_.place)
               : picker_.Optional(all, span, what);
  return row == nullptr ? nullptr : rows_.SourceOf(row->source);
}

void PlanBuilder::FillSchemes(const Period& span, Plan* plan) {
  const DraftOrder* order =
      orders_.empty()
          ? nullptr  // CheckAllInOrder says so
          : picker_.Required(
                orders_, span,
                absl::StrCat("the order of the schemes of ", where_),
                region_.place);
  SpanBuilder builder(&rows_, &region_, insurance_, span, &findings_);
  absl::flat_hash_map<std::string, const DraftOrderPlace*> seen;
  if (order != nullptr) {
    for (const DraftOrderPlace& place : order->places) {
      if (const auto [first, added] = seen.insert({place.id, &place}); !added) {
        findings_.Error(place.place,
                        absl::StrCat("scheme '", place.id,
                                     "' stands in the "
                                     "order of ",
                                     where_, " at ", At(first->second->place),
                                     " already; remove one"));
        continue;
      }
      const auto found = index_.schemes.find(place.id);
      if (found == index_.schemes.end()) {
        findings_.Error(place.place,
                        absl::StrCat("the order of ", where_, " names scheme '",
                                     place.id, "', which no file declares"));
        continue;
      }
      if (std::find(schemes_.begin(), schemes_.end(), found->second) ==
          schemes_.end()) {
        findings_.Error(place.place,
                        absl::StrCat("the order of ", where_, " names scheme '",
                                     place.id, "' (", At(found->second->place),
                                     "), which is not for that region and "
                                     "insurance"));
        continue;
      }
      plan->schemes.push_back(builder.BuildScheme(*found->second));
      plan->schemes.back().order_source = rows_.SourceOf(place.source);
    }
  }
  CheckAllInOrder(span, *plan, order);
}

void PlanBuilder::CheckAllInOrder(const Period& span, const Plan& plan,
                                  const DraftOrder* order) {
  if (order == nullptr && !orders_.empty()) return;  // a gap, reported
  const SpanBuilder builder(&rows_, &region_, insurance_, span, &findings_);
  for (const DraftScheme* scheme : schemes_) {
    if (!builder.InForce(*scheme) ||
        std::any_of(plan.schemes.begin(), plan.schemes.end(),
                    [&](const Scheme& it) { return it.id == scheme->id; })) {
      continue;
    }
    std::string after =
        absl::StrCat(" but does not stand in its order (",
                     At(order == nullptr ? region_.place : order->place), ")");
    for (const DraftScheme* other : schemes_) {
      if (other == scheme || !builder.InForce(*other)) continue;
      absl::StrAppend(&after, "; it and scheme '", other->id, "' (",
                      At(other->place), ") could both claim a line");
      break;
    }
    findings_.ErrorDuring(
        scheme->place,
        absl::StrCat("scheme '", scheme->id, "' applies to ", where_), span,
        absl::StrCat(after, "; give it a place in the order"));
  }
}

void PlanBuilder::FillOverflow(const Period& span, Plan* plan) {
  for (size_t i = 0; i < plan->schemes.size(); ++i) {
    Scheme& scheme = plan->schemes[i];
    if (!scheme.in_force) continue;
    const DraftScheme& draft = *index_.schemes.at(scheme.id);
    for (const DraftOverflow& row : draft.overflows) {
      if (!rows_.Covers(row, span.from)) continue;
      const std::string what =
          absl::StrCat("overflow of '", scheme.id, "' to '", row.to, "'");
      const auto target =
          std::find_if(plan->schemes.begin(), plan->schemes.end(),
                       [&](const Scheme& it) { return it.id == row.to; });
      if (target == plan->schemes.end()) {
        const auto declared = index_.schemes.find(row.to);
        findings_.Error(
            row.place,
            declared == index_.schemes.end()
                ? absl::StrCat(what, ": no file declares that scheme")
                : absl::StrCat(what, " (", At(declared->second->place),
                               "): that scheme is not among those of ",
                               where_));
        continue;
      }
      const int to = static_cast<int>(target - plan->schemes.begin());
      if (to <= static_cast<int>(i)) {
        findings_.Error(
            row.place,
            absl::StrCat(what, " (", At(index_.schemes.at(row.to)->place),
                         ") runs backwards: the order of ", where_,
                         " does not put it later"));
        continue;
      }
      scheme.overflow_to.push_back(to);
      scheme.overflow_sources.push_back(rows_.SourceOf(row.source));
    }
  }
}

void PlanBuilder::FillLayers(const Period& span, Plan* plan) {
  SpanBuilder builder(&rows_, &region_, insurance_, span, &findings_);
  const std::string what = absl::StrCat("the order of the layers of ", where_);
  const DraftOrder* order =
      layers_.empty()
          ? picker_.Optional(layer_orders_, span, what)
          : picker_.Required(layer_orders_, span, what, region_.place);
  absl::flat_hash_map<std::string, const DraftOrderPlace*> seen;
  if (order != nullptr) {
    for (const DraftOrderPlace& place : order->places) {
      const auto found = index_.layers.find(place.id);
      if (found == index_.layers.end() ||
          std::find(layers_.begin(), layers_.end(), found->second) ==
              layers_.end()) {
        findings_.Error(place.place,
                        absl::StrCat(what, " names layer '", place.id,
                                     "', which no file declares for that "
                                     "region and insurance"));
        continue;
      }
      if (const auto [first, added] = seen.insert({place.id, &place}); !added) {
        findings_.Error(
            place.place,
            absl::StrCat("layer '", place.id, "' stands in ", what, " at ",
                         At(first->second->place), " already; remove one"));
        continue;
      }
      if (!builder.InForce(*found->second)) continue;
      plan->layers.push_back(builder.BuildLayer(*found->second));
      plan->layers.back().source = rows_.SourceOf(place.source);
    }
  }
  for (const DraftLayer* layer : layers_) {
    if (order == nullptr || seen.contains(layer->id)) continue;
    findings_.Error(layer->place,
                    absl::StrCat("layer '", layer->id, "' applies to ", where_,
                                 " but does not stand in its order (",
                                 At(order->place), "); give it a place"));
  }
}

void PlanBuilder::CheckSharedCaps(const Plan& plan) {
  absl::flat_hash_map<std::string, const Cap*> seen;
  for (const Scheme& scheme : plan.schemes) {
    for (const Cap& cap : scheme.caps) {
      if (cap.scope != CapScope::kShared || cap.limit.source == nullptr) {
        continue;
      }
      const auto [first, added] = seen.insert({cap.shared_counter, &cap});
      const SourcedMoney& other = first->second->limit;
      if (added || other.value == cap.limit.value) continue;
      findings_.Warning(
          {cap.limit.source->file, cap.limit.source->line},
          absl::StrCat("the limit of ", cap.shared_counter, " is ",
                       FormatYuan(cap.limit.value), " here and ",
                       FormatYuan(other.value), " at ", other.source->file, ":",
                       other.source->line, " for the same persons"));
    }
  }
}

}  // namespace

std::vector<Plan> BuildPlans(const PolicyDraft& draft, const PolicyIndex& index,
                             const PolicyRows& rows, const DraftRegion& region,
                             Insurance insurance, Findings* findings) {
  return PlanBuilder(draft, index, rows, region, insurance, findings).Build();
}

}  // namespace onestop::domain
