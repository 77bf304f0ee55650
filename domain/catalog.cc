// Look-ups in the reference data.
#include "domain/catalog.h"

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

void Catalog::Put(Item item) {
  std::string key = item.item_code;
  items_.insert_or_assign(std::move(key), std::move(item));
}

void Catalog::Put(Institution institution) {
  std::string key = institution.institution_id;
  institutions_.insert_or_assign(std::move(key), std::move(institution));
}

void Catalog::Put(Designation designation) {
  auto key = std::make_pair(designation.hospital_id, designation.pharmacy_id);
  designations_.insert_or_assign(std::move(key), std::move(designation));
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

const Designation* Catalog::FindDesignation(
    std::string_view hospital_id, std::string_view pharmacy_id) const {
  const auto found = designations_.find(
      std::make_pair(std::string(hospital_id), std::string(pharmacy_id)));
  return found == designations_.end() ? nullptr : &found->second;
}

bool Catalog::Designated(std::string_view hospital_id,
                         std::string_view pharmacy_id, Day day) const {
  const Designation* designation = FindDesignation(hospital_id, pharmacy_id);
  return designation != nullptr && designation->period.Contains(day);
}

}  // namespace onestop::domain
