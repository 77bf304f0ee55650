// Works out what a change of the reference data writes.
#include "storage/catalog_rows.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "storage/codec.h"

namespace onestop::storage {
namespace {

using Writes = std::vector<std::pair<CatalogKey, std::string>>;

// A key written twice in one change: the later one stands.
std::vector<PutOutcome> PlanTable(const CatalogRows& current,
                                  const Writes& writes, CatalogRows& changed) {
  std::vector<PutOutcome> outcomes;
  outcomes.reserve(writes.size());
  for (const auto& [key, data] : writes) {
    const auto stored = current.find(key);
    const auto pending = changed.find(key);
    const std::string* before = pending != changed.end()  ? &pending->second
                                : stored != current.end() ? &stored->second
                                                          : nullptr;
    if (before == nullptr) {
      outcomes.push_back(PutOutcome::kCreated);
    } else if (*before == data) {
      outcomes.push_back(PutOutcome::kUnchanged);
      continue;
    } else {
      outcomes.push_back(PutOutcome::kUpdated);
    }
    if (stored != current.end() && stored->second == data) {
      changed.erase(key);  // back to what is stored
    } else {
      changed[key] = data;
    }
  }
  return outcomes;
}

// Puts the period among those of its pair and says what that was.
PutOutcome Put(const domain::Period& period,
               std::vector<domain::Period>& periods) {
  const auto before = std::find_if(periods.begin(), periods.end(),
                                   [&period](const domain::Period& other) {
                                     return other.from == period.from;
                                   });
  if (before == periods.end()) {
    domain::PutPeriod(period, periods);
    return PutOutcome::kCreated;
  }
  if (*before == period) return PutOutcome::kUnchanged;
  *before = period;
  return PutOutcome::kUpdated;
}

absl::StatusOr<std::vector<PutOutcome>> PlanDesignations(
    const CatalogRows& current,
    const std::vector<std::pair<CatalogKey, domain::Period>>& writes,
    CatalogRows& changed) {
  std::vector<PutOutcome> outcomes;
  outcomes.reserve(writes.size());
  std::map<CatalogKey, std::vector<domain::Period>> pairs;
  for (const auto& [key, period] : writes) {
    const auto [pair, is_first] = pairs.try_emplace(key);
    const auto stored = current.find(key);
    if (is_first && stored != current.end()) {
      ONESTOP_ASSIGN_OR_RETURN(pair->second, DecodePeriods(stored->second));
    }
    outcomes.push_back(Put(period, pair->second));
  }
  for (const auto& [key, periods] : pairs) {
    const auto stored = current.find(key);
    std::string data = EncodePeriods(periods);
    if (stored != current.end() && stored->second == data) continue;
    changed[key] = std::move(data);
  }
  return outcomes;
}

}  // namespace

EncodedChange EncodeChange(const CatalogChange& change) {
  EncodedChange encoded;
  for (const domain::Item& item : change.items) {
    encoded.items.emplace_back(CatalogKey{item.item_code, ""},
                               EncodeItem(item));
  }
  for (const domain::Institution& institution : change.institutions) {
    encoded.institutions.emplace_back(
        CatalogKey{institution.institution_id, ""},
        EncodeInstitution(institution));
  }
  for (const domain::Designation& designation : change.designations) {
    encoded.designations.emplace_back(
        CatalogKey{designation.hospital_id, designation.pharmacy_id},
        designation.period);
  }
  return encoded;
}

absl::StatusOr<CatalogPlan> PlanCatalogChange(const CatalogTables& current,
                                              const EncodedChange& change) {
  CatalogPlan plan;
  plan.result.items = PlanTable(current.items, change.items, plan.writes.items);
  plan.result.institutions = PlanTable(
      current.institutions, change.institutions, plan.writes.institutions);
  ONESTOP_ASSIGN_OR_RETURN(
      plan.result.designations,
      PlanDesignations(current.designations, change.designations,
                       plan.writes.designations));
  return plan;
}

absl::Status UnknownCatalogRevision(int64_t revision) {
  return absl::NotFoundError(absl::StrCat("the catalog has no revision ",
                                          revision,
                                          "; CatalogRevision says which "
                                          "is the latest"));
}

absl::StatusOr<domain::Catalog> BuildCatalog(const CatalogTables& tables,
                                             int64_t revision) {
  domain::Catalog catalog;
  catalog.set_revision(revision);
  for (const auto& [key, data] : tables.items) {
    ONESTOP_ASSIGN_OR_RETURN(domain::Item item, DecodeItem(key.first, data));
    catalog.Put(std::move(item));
  }
  for (const auto& [key, data] : tables.institutions) {
    ONESTOP_ASSIGN_OR_RETURN(domain::Institution institution,
                             DecodeInstitution(key.first, data));
    catalog.Put(std::move(institution));
  }
  for (const auto& [key, data] : tables.designations) {
    ONESTOP_ASSIGN_OR_RETURN(const std::vector<domain::Period> periods,
                             DecodePeriods(data));
    for (const domain::Period& period : periods) {
      catalog.Put(domain::Designation{key.first, key.second, period});
    }
  }
  return catalog;
}

}  // namespace onestop::storage
