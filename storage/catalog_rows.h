// The reference data as both stores keep it: encoded rows by key, and what a
// change makes of them.
#ifndef ONESTOP_STORAGE_CATALOG_ROWS_H_
#define ONESTOP_STORAGE_CATALOG_ROWS_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "domain/catalog.h"
#include "storage/store.h"

namespace onestop::storage {

// An item code or an institution id (then the second is empty), or the
// hospital and the pharmacy of a designation.
using CatalogKey = std::pair<std::string, std::string>;
using CatalogRows = std::map<CatalogKey, std::string>;

struct CatalogTables {
  CatalogRows items;
  CatalogRows institutions;
  CatalogRows designations;
};

// A change, encoded, in the order it was sent. A designation's row holds all
// periods of its pair, so a write adds one to what is there.
struct EncodedChange {
  std::vector<std::pair<CatalogKey, std::string>> items;
  std::vector<std::pair<CatalogKey, std::string>> institutions;
  std::vector<std::pair<CatalogKey, domain::Period>> designations;
};

EncodedChange EncodeChange(const CatalogChange& change);

// What a change does to the rows that it names: one outcome a write, in the
// order of the writes, and the rows that differ in the end.
struct CatalogPlan {
  CatalogPutResult result;  // the revision is left to the store
  CatalogTables writes;
  bool changes() const {
    return !writes.items.empty() || !writes.institutions.empty() ||
           !writes.designations.empty();
  }
};

// `current` holds at least the rows that `change` names, where they exist.
// STORED_FORM_BROKEN when one of the designations cannot be read.
absl::StatusOr<CatalogPlan> PlanCatalogChange(const CatalogTables& current,
                                              const EncodedChange& change);

// A revision that the catalog has not reached: NOT_FOUND.
absl::Status UnknownCatalogRevision(int64_t revision);

// STORED_FORM_BROKEN when a row cannot be read.
absl::StatusOr<domain::Catalog> BuildCatalog(const CatalogTables& tables,
                                             int64_t revision);

}  // namespace onestop::storage

#endif  // ONESTOP_STORAGE_CATALOG_ROWS_H_
