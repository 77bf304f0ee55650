// Fills schemes and layers with the rows that hold during a span.
#include "domain/policy_scheme.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace onestop::domain {
namespace {

bool Fits(const DraftFigure& row, Category category, int32_t level) {
  const auto has = [](const auto& all, auto one) {
    return all.empty() || std::find(all.begin(), all.end(), one) != all.end();
  };
  return has(row.categories, category) && has(row.levels, level);
}

// Where a condition's flag and its source stand.
struct FlagField {
  ConditionKind kind;
  bool Conditions::*flag;
  const Source* Conditions::*source;
};

constexpr FlagField kFlagFields[] = {
    {ConditionKind::kOnList, &Conditions::on_list, &Conditions::on_list_source},
    {ConditionKind::kNegotiated, &Conditions::negotiated,
     &Conditions::negotiated_source},
    {ConditionKind::kIndication, &Conditions::indication,
     &Conditions::indication_source},
    {ConditionKind::kRegisteredHospital, &Conditions::registered_hospital,
     &Conditions::registered_hospital_source},
    {ConditionKind::kRegisteredPhysician, &Conditions::registered_physician,
     &Conditions::registered_physician_source},
    {ConditionKind::kDualChannel, &Conditions::dual_channel,
     &Conditions::dual_channel_source},
    {ConditionKind::kDesignated, &Conditions::designated,
     &Conditions::designated_source},
    {ConditionKind::kInPooling, &Conditions::in_pooling,
     &Conditions::in_pooling_source},
    {ConditionKind::kECenter, &Conditions::e_center,
     &Conditions::e_center_source},
};

}  // namespace

const std::vector<Category>& CategoriesOf(Insurance insurance) {
  static const auto& employee =
      *new std::vector<Category>{Category::kInService, Category::kRetired};
  static const auto& resident = *new std::vector<Category>{Category::kResident};
  return insurance == Insurance::kEmployee ? employee : resident;
}

bool SpanBuilder::InForce(const DraftScheme& draft) const {
  return draft.in_force && rows_.Covers(*draft.in_force, span_.from);
}

bool SpanBuilder::InForce(const DraftLayer& draft) const {
  return !draft.in_force || rows_.Covers(*draft.in_force, span_.from);
}

template <typename Row, typename Wanted>
std::vector<const Row*> SpanBuilder::Rows(const DraftScheme& draft,
                                          std::vector<Row> DraftFigures::*kind,
                                          Wanted wanted) const {
  std::vector<const Row*> all = Select(draft.figures.*kind, wanted);
  for (const DraftFigures& figures : region_.figures) {
    if (figures.scheme != draft.id) continue;
    const std::vector<const Row*> more = Select(figures.*kind, wanted);
    all.insert(all.end(), more.begin(), more.end());
  }
  return all;
}

Scheme SpanBuilder::BuildScheme(const DraftScheme& draft) {
  Scheme scheme;
  scheme.id = draft.id;
  scheme.name = draft.name;
  scheme.in_force = InForce(draft);
  if (draft.in_force) {
    scheme.in_force_source = rows_.SourceOf(draft.in_force->source);
  }
  scheme.serves = draft.serves.value_or(Serves::kOutpatient);
  scheme.grouping = draft.grouping.value_or(Grouping::kNone);
  if (!scheme.in_force) return scheme;
  scheme.feeds_layers =
      picker_.Optional(
          Select(draft.feeds_layers, [](const DraftRow&) { return true; }),
          span_, absl::StrCat("feeds_layers of '", draft.id, "'")) != nullptr;
  FillConditions(draft, &scheme.conditions);
  CheckConditions(draft, scheme);
  FillDeductible(draft, &scheme);
  FillRatios(draft, &scheme);
  FillCaps(draft, &scheme);
  CheckCaps(draft, scheme);
  return scheme;
}

void SpanBuilder::FillConditions(const DraftScheme& draft,
                                 Conditions* conditions) {
  const auto pick = [&](ConditionKind kind) -> const DraftCondition* {
    return picker_.Optional(
        Select(draft.conditions,
               [kind](const DraftCondition& row) { return row.kind == kind; }),
        span_, absl::StrCat("a condition of '", draft.id, "'"));
  };
  for (const FlagField& field : kFlagFields) {
    if (const DraftCondition* row = pick(field.kind)) {
      conditions->*field.flag = true;
      conditions->*field.source = rows_.SourceOf(row->source);
    }
  }
  if (const DraftCondition* row = pick(ConditionKind::kRegistration)) {
    conditions->registration = row->registration;
    conditions->registration_source = rows_.SourceOf(row->source);
  }
  if (const DraftCondition* row = pick(ConditionKind::kMinimumLevel)) {
    conditions->minimum_level = row->level;
    conditions->minimum_level_source = rows_.SourceOf(row->source);
  }
  if (const DraftCondition* row = pick(ConditionKind::kPrescriberRegion)) {
    conditions->prescriber_region_prefix = row->region_prefix;
    conditions->prescriber_region_source = rows_.SourceOf(row->source);
  }
  if (const DraftCondition* row = pick(ConditionKind::kPrescriberGoverns)) {
    conditions->prescriber_governs_from_level = row->level;
    conditions->prescriber_governs_source = rows_.SourceOf(row->source);
  }
}

void SpanBuilder::CheckConditions(const DraftScheme& draft,
                                  const Scheme& scheme) {
  const Conditions& asked = scheme.conditions;
  const auto complain = [&](std::string message) {
    findings_.Error(draft.place,
                    absl::StrCat("scheme '", draft.id, "' ", message));
  };
  if (scheme.serves == Serves::kChronic &&
      asked.registration != RegistrationKind::kChronicDisease) {
    complain(
        "serves chronic diseases without asking for a CHRONIC_DISEASE "
        "registration");
  }
  if (scheme.serves == Serves::kTwoDisease &&
      asked.registration != RegistrationKind::kTwoDisease) {
    complain(
        "serves the two diseases without asking for a TWO_DISEASE "
        "registration");
  }
  if ((asked.registered_hospital || asked.registered_physician) &&
      asked.registration != RegistrationKind::kTreatment) {
    complain(
        "asks for the registered hospital or physician without asking "
        "for a TREATMENT registration");
  }
}

std::array<const DraftFigure*, kLevels> SpanBuilder::Figures(
    const DraftScheme& draft, std::vector<DraftFigure> DraftFigures::*kind,
    const std::string& name, Category category, int first_level) {
  const std::string what =
      absl::StrCat("the ", name, " of '", draft.id, "' for ", NameOf(category));
  const std::string where = absl::StrCat(" in region ", region_.code);
  std::array<const DraftFigure*, kLevels> rows{};
  std::vector<int> missing;
  for (int level = first_level; level < kLevels; ++level) {
    rows[level] = picker_.Optional(
        Rows(draft, kind,
             [=](const DraftFigure& it) { return Fits(it, category, level); }),
        span_, what + where);
    if (rows[level] == nullptr) missing.push_back(level);
  }
  if (!missing.empty()) {
    picker_.Gap(
        span_,
        absl::StrCat(what, " at level ", absl::StrJoin(missing, ", "), where),
        draft.place);
  }
  return rows;
}

void SpanBuilder::FillDeductible(const DraftScheme& draft, Scheme* scheme) {
  const DraftDeductibleRule* rule = picker_.Required(
      Select(draft.deductible_rules,
             [](const DraftDeductibleRule&) { return true; }),
      span_, absl::StrCat("the deductible's scope of '", draft.id, "'"),
      draft.place);
  if (rule != nullptr) {
    scheme->deductible_scope = rule->scope.value_or(DeductibleScope::kNone);
    scheme->deductible_scope_source = rows_.SourceOf(rule->source);
  }
  const int first = std::max(1, scheme->conditions.minimum_level);
  for (Category category : CategoriesOf(insurance_)) {
    const auto rows = Figures(draft, &DraftFigures::deductibles, "deductible",
                              category, first);
    for (int level = first; level < kLevels; ++level) {
      if (rows[level] == nullptr) continue;
      const DraftFigure& row = *rows[level];
      scheme->deductible[static_cast<size_t>(category)][level] = {
          Money{row.value.value_or(0)}, rows_.SourceOf(row.source)};
      if (rule != nullptr && rule->scope == DeductibleScope::kNone &&
          row.value.value_or(0) != 0) {
        findings_.Error(row.place,
                        absl::StrCat("a deductible above 0, but '", draft.id,
                                     "' has none (", At(rule->place), ")"));
      }
    }
  }
}

void SpanBuilder::FillRatios(const DraftScheme& draft, Scheme* scheme) {
  const int first = std::max(1, scheme->conditions.minimum_level);
  for (Category category : CategoriesOf(insurance_)) {
    const auto rows =
        Figures(draft, &DraftFigures::ratios, "ratio", category, first);
    for (int level = first; level < kLevels; ++level) {
      if (rows[level] == nullptr) continue;
      scheme->ratio[static_cast<size_t>(category)][level] = {
          Ratio{static_cast<int32_t>(rows[level]->value.value_or(0))},
          rows_.SourceOf(rows[level]->source)};
    }
  }
}

void SpanBuilder::FillCaps(const DraftScheme& draft, Scheme* scheme) {
  std::set<std::string> done;
  for (const DraftCap& named : draft.caps) {
    if (!done.insert(named.id).second) continue;
    const DraftCap* row = picker_.Unbroken(
        Select(draft.caps,
               [&](const DraftCap& it) { return it.id == named.id; }),
        span_, absl::StrCat("cap '", named.id, "' of '", draft.id, "'"),
        draft.place);
    if (row == nullptr || !row->scope) continue;
    Cap cap;
    cap.measure = row->measure == DraftMeasure::kInScopeFee
                      ? CapMeasure::kInScopeFee
                      : CapMeasure::kFundPaid;
    cap.measure_source = rows_.SourceOf(row->source);
    cap.scope = *row->scope;
    cap.scope_source = rows_.SourceOf(row->scope_source);
    cap.shared_counter = row->shared_counter;
    cap.from_list = cap.scope == CapScope::kDrugYear;
    FillLimits(draft, *row, &cap);
    scheme->caps.push_back(std::move(cap));
  }
}

void SpanBuilder::FillLimits(const DraftScheme& draft,
                             const DraftCap& cap_draft, Cap* cap) {
  const std::string what =
      absl::StrCat("the limit of cap '", cap_draft.id, "' of '", draft.id,
                   "' in region ", region_.code);
  const auto limits =
      Rows(draft, &DraftFigures::limits,
           [&](const DraftLimit& it) { return it.cap == cap_draft.id; });
  if (cap->from_list) return;
  if (cap->scope != CapScope::kDiseaseYear) {
    const DraftLimit* row =
        picker_.Required(limits, span_, what, cap_draft.place);
    if (row == nullptr) return;
    cap->limit = {Money{row->fen.value_or(0)}, rows_.SourceOf(row->source)};
    return;
  }
  std::set<std::string> diseases;
  for (const DraftLimit* limit : limits) diseases.insert(limit->disease);
  for (const std::string& disease : diseases) {
    std::vector<const DraftLimit*> of_disease;
    for (const DraftLimit* limit : limits) {
      if (limit->disease == disease) of_disease.push_back(limit);
    }
    const DraftLimit* row =
        picker_.Unbroken(of_disease, span_,
                         absl::StrCat(what, " for ", disease), cap_draft.place);
    if (row == nullptr) continue;
    cap->by_disease[disease] = {Money{row->fen.value_or(0)},
                                rows_.SourceOf(row->source)};
  }
  if (cap->by_disease.empty()) picker_.Gap(span_, what, cap_draft.place);
}

void SpanBuilder::CheckCaps(const DraftScheme& draft, const Scheme& scheme) {
  std::set<std::string> counters;
  for (const Cap& cap : scheme.caps) {
    const std::string counter =
        cap.scope == CapScope::kShared
            ? cap.shared_counter
            : absl::StrCat("cap/", scheme.id,
                           cap.scope == CapScope::kSchemeYear ? "" : "/…");
    if (!counters.insert(counter).second) {
      findings_.Error(draft.place, absl::StrCat("two caps of scheme '",
                                                draft.id, "' count into ",
                                                counter, FormatPeriod(span_),
                                                "; their scopes must differ"));
    }
    if (cap.from_list && !scheme.conditions.on_list) {
      findings_.Error(draft.place,
                      absl::StrCat("scheme '", draft.id,
                                   "' takes limits from its drug list, but "
                                   "has no condition on_list"));
    }
  }
}

Layer SpanBuilder::BuildLayer(const DraftLayer& draft) {
  Layer layer;
  layer.id = draft.id;
  layer.name = draft.name;
  layer.field = draft.field.value_or(LayerField::kCriticalIllness);
  layer.product_id = draft.product_id;
  layer.counts_preself =
      picker_.Optional(
          Select(draft.counts_preself, [](const DraftRow&) { return true; }),
          span_, absl::StrCat("counts_preself of '", draft.id, "'")) != nullptr;
  for (const DraftLayerTerms& terms_draft : draft.terms) {
    LayerTerms terms;
    terms.any_assistance = terms_draft.assistance == Assistance::kNone;
    terms.assistance = terms_draft.assistance;
    FillBands(draft, terms_draft, &terms);
    layer.terms.push_back(std::move(terms));
  }
  return layer;
}

void SpanBuilder::FillBands(const DraftLayer& draft,
                            const DraftLayerTerms& terms_draft,
                            LayerTerms* terms) {
  const DraftBand* last = nullptr;
  for (const DraftBand& row : terms_draft.bands) {
    if (!rows_.Covers(row, span_.from)) continue;
    const int64_t from = row.from_fen.value_or(0);
    if (last == nullptr && from != 0) {
      findings_.Error(row.place, absl::StrCat("the first band of '", draft.id,
                                              "' must begin at 0"));
    }
    if (last != nullptr && from <= last->from_fen.value_or(0)) {
      findings_.Error(
          row.place,
          absl::StrCat("the bands of '", draft.id,
                       "' must ascend: this one "
                       "begins at ",
                       FormatYuan(Money{from}), ", the one before it (",
                       At(last->place), ") at ",
                       FormatYuan(Money{last->from_fen.value_or(0)})));
    }
    terms->bands.push_back({Money{from},
                            Ratio{static_cast<int32_t>(row.bp.value_or(0))},
                            rows_.SourceOf(row.source)});
    last = &row;
  }
  if (last == nullptr) {
    findings_.ErrorDuring(
        terms_draft.place,
        absl::StrCat("the bands of '", draft.id, "' are missing"), span_,
        "; add a band from 0");
  }
  const DraftLayerCap* cap = picker_.Required(
      Select(terms_draft.caps, [](const DraftLayerCap&) { return true; }),
      span_, absl::StrCat("the yearly cap of '", draft.id, "'"),
      terms_draft.place);
  if (cap == nullptr) return;
  terms->cap = {Money{cap->fen.value_or(0)}, rows_.SourceOf(cap->source)};
}

}  // namespace onestop::domain
