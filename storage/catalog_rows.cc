// Works out what a change of the reference data writes.
#include "storage/catalog_rows.h"

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
        EncodeDesignation(designation));
  }
  return encoded;
}

CatalogPlan PlanCatalogChange(const CatalogTables& current,
                              const EncodedChange& change) {
  CatalogPlan plan;
  plan.result.items = PlanTable(current.items, change.items, plan.writes.items);
  plan.result.institutions = PlanTable(
      current.institutions, change.institutions, plan.writes.institutions);
  plan.result.designations = PlanTable(
      current.designations, change.designations, plan.writes.designations);
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
    ONESTOP_ASSIGN_OR_RETURN(domain::Designation designation,
                             DecodeDesignation(key.first, key.second, data));
    catalog.Put(std::move(designation));
  }
  return catalog;
}

}  // namespace onestop::storage
