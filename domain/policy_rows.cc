// Walks a policy draft row by row: days, sources, and what each row states.
#include "domain/policy_rows.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "domain/policy_describe.h"

namespace onestop::domain {
void Findings::Error(const Place& place, std::string message) {
  Finding finding{place, std::move(message)};
  if (First(absl::StrCat("error ", finding.ToString()))) {
    result_.errors.push_back(std::move(finding));
  }
}

void Findings::Warning(const Place& place, std::string message) {
  Finding finding{place, std::move(message)};
  if (First(absl::StrCat("warning ", finding.ToString()))) {
    result_.warnings.push_back(std::move(finding));
  }
}

void Findings::ErrorDuring(const Place& place, const std::string& before,
                           const Period& span, const std::string& after) {
  for (Spanning& known : spanning_) {
    if (known.before == before && known.after == after &&
        known.place.file == place.file && known.place.line == place.line &&
        known.span.until != kOpenUntil && known.span.until + 1 == span.from) {
      known.span.until = span.until;
      return;
    }
  }
  spanning_.push_back({place, before, span, after});
}

void Findings::FlushSpans() {
  for (const Spanning& it : spanning_) {
    Error(it.place, absl::StrCat(it.before, FormatPeriod(it.span), it.after));
  }
  spanning_.clear();
}

PolicyRows::PolicyRows(const PolicyDraft& draft, CompileResult* result,
                       Findings* findings)
    : result_(*result), findings_(*findings) {
  for (const DraftDocument& document : draft.documents) {
    documents_.insert(document.id);
  }
  for (const DraftPreself& row : draft.preself_ratios) {
    AddPreself(row, "every region");
  }
  for (const DraftPriceRule& row : draft.price_rules) {
    AddPriceRule(row, "every region");
  }
  for (const DraftScheme& scheme : draft.schemes) AddScheme(scheme);
  for (const DraftLayer& layer : draft.layers) AddLayer(layer);
  for (const DraftRegion& region : draft.regions) AddRegion(region);
  for (const DraftParity& row : draft.parities) {
    AddRow(row,
           absl::StrCat(row.region, ": equal ratios, each at least ",
                        FormatPercent(row.least_bp)),
           true);
  }
  for (const DraftCeiling& row : draft.ceilings) {
    AddRow(row,
           absl::StrCat(row.region, ": self-pay-first of ", Describe(row.kind),
                        " at most ", Percent(row.most_bp)),
           true);
  }
  for (const DraftEngineRule& row : draft.engine_rules) {
    AddSource(row.source, row.place, absl::StrCat("engine: ", Describe(row)),
              row.value.has_value());
  }
  for (const DraftAccountCredit& row : draft.account_credits) {
    AddRow(row,
           absl::StrCat(row.region, ": monthly credit ", NameOf(row.category),
                        row.from_age > 0
                            ? absl::StrCat(" from ", row.from_age, " years")
                            : "",
                        " ",
                        row.bp ? Percent(row.bp) + " of the contribution base"
                               : Yuan(row.fen)),
           true);
  }
  std::stable_sort(result_.statements.begin(), result_.statements.end(),
                   [](const Statement& a, const Statement& b) {
                     return std::tie(a.place.file, a.place.line) <
                            std::tie(b.place.file, b.place.line);
                   });
}

const Period& PolicyRows::PeriodOf(const DraftDates& row) const {
  const auto found = periods_.find(&row);
  ONESTOP_CHECK(found != periods_.end());
  return found->second;
}

const Source* PolicyRows::SourceOf(const DraftSource& source) const {
  const auto found = sources_.find(&source);
  ONESTOP_CHECK(found != sources_.end());
  return found->second;
}

void PolicyRows::AddDates(const DraftDates& row) {
  constexpr Period kNever{Day{1}, Day{0}};
  Period period;
  bool good = true;
  const auto parse = [&](const std::string& text, absl::string_view field,
                         Day* day) {
    if (text.empty()) return;
    if (const std::optional<Day> parsed = ParseDay(text)) {
      *day = *parsed;
      return;
    }
    good = false;
    findings_.Error(row.place, absl::StrCat("'", field, "' is '", text,
                                            "'; write a day as YYYY-MM-DD"));
  };
  parse(row.from, "from", &period.from);
  parse(row.until, "until", &period.until);
  if (good && period.until < period.from) {
    good = false;
    findings_.Error(
        row.place, absl::StrCat("ends on ", row.until, ", before it begins on ",
                                row.from, "; put the days in order"));
  }
  periods_[&row] = good ? period : kNever;
}

void PolicyRows::AddSource(const DraftSource& source, const Place& place,
                           std::string what, bool is_number) {
  const Place& at = source.place.line > 0 ? source.place : place;
  if (source.cited.empty() && source.assumed.empty()) {
    findings_.Error(at, absl::StrCat(what,
                                     ": no source; cite a document and "
                                     "article, or say what is assumed"));
  }
  if (!source.cited.empty()) {
    const size_t space = source.cited.find(' ');
    const std::string document = source.cited.substr(0, space);
    if (!documents_.contains(document)) {
      findings_.Error(at, absl::StrCat(what, ": cites '", source.cited,
                                       "', but no file declares a document '",
                                       document, "'"));
    } else if (space == std::string::npos || space + 1 == source.cited.size()) {
      findings_.Error(at, absl::StrCat(what, ": cites '", source.cited,
                                       "' without an article; write for "
                                       "example '",
                                       document, " §1'"));
    }
  }
  std::string text = source.cited;
  if (!source.assumed.empty()) {
    absl::StrAppend(&text, text.empty() ? "" : "; ", source.assumed);
  }
  const bool assumed = !source.assumed.empty();
  sources_[&source] =
      result_.policy.AddSource({text, assumed, at.file, at.line});
  result_.statements.push_back(
      {std::move(what), place, std::move(text), assumed, is_number});
}

void PolicyRows::AddRow(const DraftRow& row, const std::string& what,
                        bool is_number) {
  AddDates(row);
  AddSource(row.source, row.place,
            absl::StrCat(what, FormatPeriod(PeriodOf(row))), is_number);
}

void PolicyRows::AddScheme(const DraftScheme& scheme) {
  const std::string prefix = absl::StrCat(scheme.id, ": ");
  if (scheme.in_force) {
    AddRow(*scheme.in_force, absl::StrCat(prefix, "in force"), false);
  }
  for (const DraftRow& row : scheme.feeds_layers) {
    AddRow(row, absl::StrCat(prefix, "feeds the layers"), false);
  }
  for (const DraftCondition& row : scheme.conditions) {
    AddRow(row, absl::StrCat(prefix, Describe(row)), false);
  }
  for (const DraftDeductibleRule& row : scheme.deductible_rules) {
    AddRow(row, absl::StrCat(prefix, Describe(row.scope)), false);
  }
  AddFigures(scheme.figures, scheme.id);
  for (const DraftCap& cap : scheme.caps) AddCap(scheme, cap);
  for (const DraftOverflow& row : scheme.overflows) {
    AddRow(row, absl::StrCat(prefix, "overflow to ", row.to), false);
  }
}

void PolicyRows::AddCap(const DraftScheme& scheme, const DraftCap& cap) {
  const std::string prefix = absl::StrCat(scheme.id, ": cap '", cap.id, "' ");
  AddRow(cap, absl::StrCat(prefix, "counts ", Describe(cap.measure)), false);
  AddSource(cap.scope_source, cap.place, absl::StrCat(prefix, Describe(cap)),
            false);
}

void PolicyRows::AddFigures(const DraftFigures& figures,
                            const std::string& prefix) {
  for (const DraftFigure& row : figures.deductibles) {
    AddRow(
        row,
        absl::StrCat(prefix, ": deductible ", Yuan(row.value), Describe(row)),
        true);
  }
  for (const DraftFigure& row : figures.ratios) {
    AddRow(row,
           absl::StrCat(prefix, ": ratio ", Percent(row.value), Describe(row)),
           true);
  }
  for (const DraftLimit& row : figures.limits) {
    AddRow(row,
           absl::StrCat(prefix, ": limit of cap '", row.cap, "' ",
                        row.disease.empty() ? "" : row.disease + " ",
                        Yuan(row.fen)),
           true);
  }
}

void PolicyRows::AddLayer(const DraftLayer& layer) {
  const std::string prefix = absl::StrCat(layer.id, ": ");
  if (layer.in_force) {
    AddRow(*layer.in_force, absl::StrCat(prefix, "in force"), false);
  }
  for (const DraftRow& row : layer.counts_preself) {
    AddRow(row, absl::StrCat(prefix, "counts self-pay-first"), false);
  }
  for (const DraftLayerTerms& terms : layer.terms) {
    const absl::string_view who = Describe(terms.assistance);
    for (const DraftBand& band : terms.bands) {
      AddRow(band,
             absl::StrCat(prefix, who, Percent(band.bp), " above ",
                          Yuan(band.from_fen)),
             true);
    }
    for (const DraftLayerCap& cap : terms.caps) {
      AddRow(cap, absl::StrCat(prefix, who, "yearly cap ", Yuan(cap.fen)),
             true);
    }
  }
}

void PolicyRows::AddRegion(const DraftRegion& region) {
  for (const DraftOrder& order : region.orders) AddOrder(order, region.code);
  for (const DraftOrder& order : region.layer_orders) {
    AddOrder(order, region.code);
  }
  for (const DraftPreself& row : region.preself_ratios) {
    AddPreself(row, region.code);
  }
  for (const DraftPriceRule& row : region.price_rules) {
    AddPriceRule(row, region.code);
  }
  for (const DraftFigures& figures : region.figures) {
    AddFigures(figures, absl::StrCat(region.code, ": ", figures.scheme));
  }
}

void PolicyRows::AddOrder(const DraftOrder& order, const std::string& prefix) {
  AddDates(order);
  std::string insurances;
  for (Insurance insurance : order.insurances) {
    absl::StrAppend(&insurances, " ", NameOf(insurance));
  }
  std::string before = "first";
  for (const DraftOrderPlace& place : order.places) {
    AddSource(place.source, place.place,
              absl::StrCat(prefix, insurances, ": ", place.id, " ", before,
                           FormatPeriod(PeriodOf(order))),
              false);
    before = absl::StrCat("after ", place.id);
  }
}

void PolicyRows::AddPreself(const DraftPreself& row,
                            const std::string& prefix) {
  AddRow(row,
         absl::StrCat(prefix, ": self-pay-first of ", Describe(row.kind), " ",
                      Percent(row.bp)),
         true);
}

void PolicyRows::AddPriceRule(const DraftPriceRule& row,
                              const std::string& prefix) {
  AddRow(row, absl::StrCat(prefix, ": ", Describe(row.kind)), false);
}

}  // namespace onestop::domain
