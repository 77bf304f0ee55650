// The reference data that a settlement reads: items, institutions and which
// pharmacies a hospital designated.
#ifndef ONESTOP_DOMAIN_CATALOG_H_
#define ONESTOP_DOMAIN_CATALOG_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "domain/units.h"

namespace onestop::domain {

enum class ItemClass : uint8_t { kUnspecified, kA, kB, kOwnExpense };
enum class AfterAgreement : uint8_t { kRegular, kDelisted };

// A price a unit from a day on.
struct DatedPrice {
  Day from = kOpenFrom;
  UnitPrice price;
  friend bool operator==(const DatedPrice&, const DatedPrice&) = default;
};

struct Agreement {
  Period period;
  AfterAgreement after = AfterAgreement::kRegular;
  friend bool operator==(const Agreement&, const Agreement&) = default;
};

// An item's place on a scheme's drug list, with its yearly limit.
struct ListEntry {
  std::string list;  // a scheme id
  Money annual_limit;
  friend bool operator==(const ListEntry&, const ListEntry&) = default;
};

struct Item {
  std::string item_code;
  std::string name;
  std::string form;
  ItemClass item_class = ItemClass::kUnspecified;
  bool centrally_procured = false;
  std::vector<DatedPrice> standards;  // payment standards
  std::vector<DatedPrice> listing;    // ceilings on record
  std::optional<Agreement> negotiated;
  std::vector<std::string> indications;  // ICD-10 prefixes
  std::vector<std::string> chronic;      // diseases whose list holds it
  std::vector<std::string> two_disease;
  std::vector<ListEntry> lists;
  std::string restriction;  // the document's words, for people
  friend bool operator==(const Item&, const Item&) = default;

  bool NegotiatedOn(Day day) const;
  // Its agreement ended and took its place in the catalog with it.
  bool DelistedOn(Day day) const;
  const ListEntry* OnList(std::string_view list) const;
};

// The price in force: the row with the latest `from` not after `day`.
const DatedPrice* PriceOn(const std::vector<DatedPrice>& prices, Day day);

enum class InstitutionKind : uint8_t { kUnspecified, kHospital, kPharmacy };

struct Institution {
  std::string institution_id;
  std::string name;
  InstitutionKind kind = InstitutionKind::kUnspecified;
  int32_t level = 0;  // as on record: 0 to 3
  std::string region;
  Period contract;
  bool dual_channel = false;
  bool instant_settlement = false;
  bool outpatient_pooling = false;
  bool certifies_chronic_disease = false;
  friend bool operator==(const Institution&, const Institution&) = default;

  // 1 to 3; level 0 (village clinics and the like) counts as 1.
  int32_t RuleLevel() const { return level < 1 ? 1 : level; }
  bool IsHospital() const { return kind == InstitutionKind::kHospital; }
};

struct Designation {
  std::string hospital_id;
  std::string pharmacy_id;
  Period period;
  friend bool operator==(const Designation&, const Designation&) = default;
};

// Puts a period among those of one hospital and pharmacy, which ascend by first
// day; it replaces the one with the same first day.
void PutPeriod(Period period, std::vector<Period>& periods);

// One revision of the reference data. Immutable once shared; const methods may
// be called from several threads.
class Catalog {
 public:
  int64_t revision() const { return revision_; }
  void set_revision(int64_t revision) { revision_ = revision; }

  // Each replaces what had the same key; a designation's is the hospital, the
  // pharmacy and the first day.
  void Put(Item item);
  void Put(Institution institution);
  void Put(Designation designation);

  // nullptr where there is none.
  const Item* FindItem(std::string_view item_code) const;
  const Institution* FindInstitution(std::string_view institution_id) const;
  // Those that a hospital made and those that name a pharmacy, in order of
  // hospital, pharmacy and first day. Reads all of them.
  std::vector<Designation> DesignationsOf(
      std::string_view institution_id) const;
  // Whether any period of the two holds the day.
  bool Designated(std::string_view hospital_id, std::string_view pharmacy_id,
                  Day day) const;
  size_t items() const { return items_.size(); }
  size_t institutions() const { return institutions_.size(); }

 private:
  int64_t revision_ = 0;
  absl::flat_hash_map<std::string, Item> items_;
  absl::flat_hash_map<std::string, Institution> institutions_;
  // By hospital and pharmacy.
  absl::flat_hash_map<std::pair<std::string, std::string>, std::vector<Period>>
      designations_;
};

}  // namespace onestop::domain

#endif  // ONESTOP_DOMAIN_CATALOG_H_
