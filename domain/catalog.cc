// Look-ups in the reference data.
#include "domain/catalog.h"

#include <algorithm>
#include <tuple>

#include "base/strings.h"

namespace onestop::domain {

bool Item::NegotiatedOn(Day day) const {
  return negotiated.has_value() && negotiated->period.Contains(day);
}

bool Item::DelistedOn(Day day) const {
  return negotiated.has_value() &&
         negotiated->after == AfterAgreement::kDelisted &&
         negotiated->period.until < day;
}

const ListEntry* Item::OnList(std::string_view list) const {
  for (const ListEntry& entry : lists) {
    if (entry.list == list) return &entry;
  }
  return nullptr;
}

const DatedPrice* PriceOn(const std::vector<DatedPrice>& prices, Day day) {
  const DatedPrice* latest = nullptr;
  for (const DatedPrice& price : prices) {
    if (price.from <= day && (!latest || latest->from <= price.from)) {
      latest = &price;
    }
  }
  return latest;
}

void PutPeriod(Period period, std::vector<Period>& periods) {
  const auto at = std::lower_bound(
      periods.begin(), periods.end(), period,
      [](const Period& a, const Period& b) { return a.from < b.from; });
  if (at != periods.end() && at->from == period.from) {
    *at = period;
  } else {
    periods.insert(at, period);
  }
}

void Catalog::Put(Item item) {
  std::string key = item.item_code;
  items_.insert_or_assign(std::move(key), std::move(item));
}

void Catalog::Put(Institution institution) {
  std::string key = institution.institution_id;
  institutions_.insert_or_assign(std::move(key), std::move(institution));
}

void Catalog::Put(Designation designation) {
  PutPeriod(designation.period,
            designations_[{std::move(designation.hospital_id),
                           std::move(designation.pharmacy_id)}]);
}

const Item* Catalog::FindItem(std::string_view item_code) const {
  const auto found = items_.find(View(item_code));
  return found == items_.end() ? nullptr : &found->second;
}

const Institution* Catalog::FindInstitution(
    std::string_view institution_id) const {
  const auto found = institutions_.find(View(institution_id));
  return found == institutions_.end() ? nullptr : &found->second;
}

std::vector<Designation> Catalog::DesignationsOf(
    std::string_view institution_id) const {
  std::vector<Designation> found;
  for (const auto& [pair, periods] : designations_) {
    if (pair.first != institution_id && pair.second != institution_id) continue;
    for (const Period& period : periods) {
      found.push_back({pair.first, pair.second, period});
    }
  }
  std::sort(found.begin(), found.end(),
            [](const Designation& a, const Designation& b) {
              return std::tie(a.hospital_id, a.pharmacy_id, a.period.from) <
                     std::tie(b.hospital_id, b.pharmacy_id, b.period.from);
            });
  return found;
}

bool Catalog::Designated(std::string_view hospital_id,
                         std::string_view pharmacy_id, Day day) const {
  const auto found = designations_.find(
      std::make_pair(std::string(hospital_id), std::string(pharmacy_id)));
  return found != designations_.end() &&
         std::any_of(
             found->second.begin(), found->second.end(),
             [day](const Period& period) { return period.Contains(day); });
}

}  // namespace onestop::domain
