// Reads and writes the items of the catalog.
#include <algorithm>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "wire/enums.h"
#include "wire/registry.h"
#include "wire/violations.h"

namespace onestop::wire {
namespace {

constexpr int kMaxPrices = 200;
constexpr int kMaxCodes = 500;

using PriceRows = google::protobuf::RepeatedPtrField<pb::DatedPrice>;

// Ascending by day; two rows of one day are a violation.
std::vector<domain::DatedPrice> ReadPrices(const PriceRows& rows,
                                           const FieldPath& parent,
                                           std::string_view name,
                                           Violations& violations) {
  const FieldPath all(parent, name);
  const int count = BoundedCount(rows.size(), kMaxPrices, all, violations);
  std::vector<domain::DatedPrice> prices;
  for (int i = 0; i < count; ++i) {
    const FieldPath at(parent, name, i);
    const FieldPath price_field(at, "price");
    const domain::Day from =
        RequiredDay(rows[i].from(), FieldPath(at, "from"), violations);
    if (rows[i].price().empty()) {
      violations.Add(price_field, "is required; it is empty");
    }
    const std::optional<domain::UnitPrice> price =
        OptionalPrice(rows[i].price(), price_field, violations);
    if (price && price->micro_yuan == 0) {
      violations.Add(price_field, "must be above 0");
    }
    prices.push_back({from, price.value_or(domain::UnitPrice{})});
  }
  std::sort(prices.begin(), prices.end(),
            [](const domain::DatedPrice& a, const domain::DatedPrice& b) {
              return a.from < b.from;
            });
  for (size_t i = 1; i < prices.size(); ++i) {
    if (prices[i].from == prices[i - 1].from) {
      violations.Add(all, "has two prices from the same day; keep one");
      break;
    }
  }
  return prices;
}

void WritePrices(const std::vector<domain::DatedPrice>& prices,
                 PriceRows* out) {
  for (const domain::DatedPrice& price : prices) {
    pb::DatedPrice& added = *out->Add();
    added.set_from(domain::FormatDay(price.from));
    added.set_price(domain::FormatUnitPrice(price.price));
  }
}

void ReadLists(const pb::Item& item, const FieldPath& path, domain::Item& read,
               Violations& violations) {
  const int count = BoundedCount(item.lists_size(), kMaxCodes,
                                 FieldPath(path, "lists"), violations);
  for (int i = 0; i < count; ++i) {
    const FieldPath at(path, "lists", i);
    domain::ListEntry entry{
        RequiredId(item.lists(i).list(), FieldPath(at, "list"), violations),
        AmountBetween(item.lists(i).annual_limit_fen(), 0,
                      limits::kMaxPostingFen, FieldPath(at, "annual_limit_fen"),
                      violations)};
    if (read.OnList(entry.list) != nullptr) {
      violations.Add(FieldPath(at, "list"), "names a list twice; keep one");
    }
    read.lists.push_back(std::move(entry));
  }
}

void ReadDiseases(const pb::Item& item, const FieldPath& path,
                  domain::Item& read, Violations& violations) {
  read.indications =
      IdList(item.indications(), kMaxCodes, path, "indications", violations);
  read.chronic = IdList(item.chronic(), kMaxCodes, path, "chronic", violations);
  read.two_disease =
      IdList(item.two_disease(), kMaxCodes, path, "two_disease", violations);
  for (size_t i = 0; i < read.two_disease.size(); ++i) {
    if (!IsTwoDisease(read.two_disease[i])) {
      violations.Add(FieldPath(path, "two_disease", static_cast<int>(i)),
                     "is not one of HYPERTENSION, DIABETES");
    }
  }
}

}  // namespace

bool IsTwoDisease(std::string_view disease) {
  return disease == "HYPERTENSION" || disease == "DIABETES";
}

absl::StatusOr<domain::Item> ItemFromProto(const pb::Item& item,
                                           std::string_view path) {
  Violations violations;
  const FieldPath at(path);
  domain::Item read;
  read.item_code =
      RequiredId(item.item_code(), FieldPath(at, "item_code"), violations);
  read.name = BoundedText(item.name(), FieldPath(at, "name"), violations,
                          limits::kMaxNameBytes);
  read.form = BoundedText(item.form(), FieldPath(at, "form"), violations,
                          limits::kMaxNameBytes);
  read.item_class = RequiredEnum(FromProto(item.item_class()),
                                 domain::ItemClass::kUnspecified,
                                 FieldPath(at, "item_class"), violations);
  read.centrally_procured = item.centrally_procured();
  read.standards = ReadPrices(item.standards(), at, "standards", violations);
  read.listing = ReadPrices(item.listing(), at, "listing", violations);
  if (item.has_negotiated()) {
    const FieldPath negotiated(at, "negotiated");
    read.negotiated = domain::Agreement{
        PeriodOf(item.negotiated().agreement_from(),
                 item.negotiated().agreement_until(), negotiated, violations,
                 "agreement_from", "agreement_until"),
        OptionalEnum(FromProto(item.negotiated().after_agreement()),
                     domain::AfterAgreement::kRegular,
                     FieldPath(negotiated, "after_agreement"), violations)};
  }
  ReadDiseases(item, at, read, violations);
  ReadLists(item, at, read, violations);
  read.restriction =
      BoundedText(item.restriction(), FieldPath(at, "restriction"), violations);
  if (!violations.empty()) return violations.ToStatus();
  return read;
}

pb::Item ItemToProto(const domain::Item& item) {
  pb::Item out;
  out.set_item_code(item.item_code);
  out.set_name(item.name);
  out.set_form(item.form);
  out.set_item_class(ToProto(item.item_class));
  out.set_centrally_procured(item.centrally_procured);
  WritePrices(item.standards, out.mutable_standards());
  WritePrices(item.listing, out.mutable_listing());
  if (item.negotiated) {
    const domain::Agreement& agreement = *item.negotiated;
    pb::Negotiation& to = *out.mutable_negotiated();
    if (agreement.period.from != domain::kOpenFrom) {
      to.set_agreement_from(domain::FormatDay(agreement.period.from));
    }
    if (agreement.period.until != domain::kOpenUntil) {
      to.set_agreement_until(domain::FormatDay(agreement.period.until));
    }
    to.set_after_agreement(ToProto(agreement.after));
  }
  for (const auto& prefix : item.indications) out.add_indications(prefix);
  for (const auto& disease : item.chronic) out.add_chronic(disease);
  for (const auto& disease : item.two_disease) out.add_two_disease(disease);
  for (const domain::ListEntry& entry : item.lists) {
    pb::ListMembership& added = *out.add_lists();
    added.set_list(entry.list);
    added.set_annual_limit_fen(entry.annual_limit.fen);
  }
  out.set_restriction(item.restriction);
  return out;
}

}  // namespace onestop::wire
