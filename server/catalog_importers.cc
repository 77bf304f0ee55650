// Loads institutions, items and designations.
#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "domain/reason.h"
#include "server/importers.h"
#include "wire/registry.h"

namespace onestop::server {
namespace {

using Answers = std::vector<RowAnswer>;

std::string KeyOf(const domain::Item& item) { return item.item_code; }
std::string KeyOf(const domain::Institution& institution) {
  return institution.institution_id;
}
std::string KeyOf(const domain::Designation& designation) {
  return absl::StrCat(designation.hospital_id.size(), "/",
                      designation.hospital_id, designation.pharmacy_id.size(),
                      "/", designation.pharmacy_id,
                      designation.period.from.number);
}

RowAnswer AnswerOf(storage::PutOutcome outcome) {
  switch (outcome) {
    case storage::PutOutcome::kCreated:
      return pb::ROW_OUTCOME_CREATED;
    case storage::PutOutcome::kUpdated:
      return pb::ROW_OUTCOME_UPDATED;
    case storage::PutOutcome::kUnchanged:
      return pb::ROW_OUTCOME_UNCHANGED;
    case storage::PutOutcome::kConflict:
      break;
  }
  return MakeError(absl::StatusCode::kAborted, "CONFLICT",
                   "Another import changed the same row; send it again.");
}

// Writes the rows that were read, in their order: a key that occurs twice goes
// into two changes, so that the later row holds.
template <typename Row>
absl::Status PutRows(
    storage::Store& store, const std::vector<absl::StatusOr<Row>>& rows,
    std::vector<Row> storage::CatalogChange::*changed,
    std::vector<storage::PutOutcome> storage::CatalogPutResult::*outcomes,
    Answers& answers) {
  size_t next = 0;
  while (next < rows.size()) {
    storage::CatalogChange change;
    std::vector<size_t> places;
    std::set<std::string> keys;
    for (; next < rows.size(); ++next) {
      if (!rows[next].ok()) {
        answers[next] = rows[next].status();
        continue;
      }
      if (!keys.insert(KeyOf(*rows[next])).second) break;
      (change.*changed).push_back(*rows[next]);
      places.push_back(next);
    }
    if (places.empty()) continue;
    ONESTOP_ASSIGN_OR_RETURN(const auto result, store.PutCatalog(change));
    for (size_t i = 0; i < places.size(); ++i) {
      answers[places[i]] = AnswerOf((result.*outcomes)[i]);
    }
  }
  return absl::OkStatus();
}

// What the three kinds share: when the stream ends, publish.
template <typename Request>
class CatalogImporter : public Importer<Request> {
 public:
  explicit CatalogImporter(const ServiceParts& parts) : parts_(parts) {}
  absl::Status Finish(storage::Store& store) override {
    return parts_.snapshots.Refresh(store);
  }

 protected:
  const ServiceParts parts_;
};

class InstitutionImporter final
    : public CatalogImporter<pb::ImportInstitutionsRequest> {
 public:
  using CatalogImporter::CatalogImporter;
  Import kind() const override { return Import::kInstitutions; }
  int Rows(const pb::ImportInstitutionsRequest& request) const override {
    return request.institutions_size();
  }
  absl::StatusOr<Answers> Load(
      storage::Store& store,
      const pb::ImportInstitutionsRequest& request) override {
    std::vector<absl::StatusOr<domain::Institution>> rows;
    for (int i = 0; i < request.institutions_size(); ++i) {
      rows.push_back(wire::InstitutionFromProto(
          request.institutions(i), absl::StrCat("institutions[", i, "]")));
    }
    Answers answers(rows.size(), pb::ROW_OUTCOME_UNSPECIFIED);
    ONESTOP_RETURN_IF_ERROR(
        PutRows(store, rows, &storage::CatalogChange::institutions,
                &storage::CatalogPutResult::institutions, answers));
    return answers;
  }
};

class ItemImporter final : public CatalogImporter<pb::ImportItemsRequest> {
 public:
  using CatalogImporter::CatalogImporter;
  Import kind() const override { return Import::kItems; }
  int Rows(const pb::ImportItemsRequest& request) const override {
    return request.items_size();
  }
  absl::StatusOr<Answers> Load(storage::Store& store,
                               const pb::ImportItemsRequest& request) override {
    std::vector<absl::StatusOr<domain::Item>> rows;
    for (int i = 0; i < request.items_size(); ++i) {
      rows.push_back(wire::ItemFromProto(request.items(i),
                                         absl::StrCat("items[", i, "]")));
    }
    Answers answers(rows.size(), pb::ROW_OUTCOME_UNSPECIFIED);
    ONESTOP_RETURN_IF_ERROR(PutRows(store, rows, &storage::CatalogChange::items,
                                    &storage::CatalogPutResult::items,
                                    answers));
    return answers;
  }
};

class DesignationImporter final
    : public CatalogImporter<pb::ImportDesignationsRequest> {
 public:
  using CatalogImporter::CatalogImporter;
  Import kind() const override { return Import::kDesignations; }
  int Rows(const pb::ImportDesignationsRequest& request) const override {
    return request.designations_size();
  }
  absl::StatusOr<Answers> Load(
      storage::Store& store,
      const pb::ImportDesignationsRequest& request) override {
    std::vector<absl::StatusOr<domain::Designation>> rows;
    for (int i = 0; i < request.designations_size(); ++i) {
      rows.push_back(wire::DesignationFromProto(
          request.designations(i), absl::StrCat("designations[", i, "]")));
    }
    ONESTOP_RETURN_IF_ERROR(RefuseUnknown(store, rows));
    Answers answers(rows.size(), pb::ROW_OUTCOME_UNSPECIFIED);
    ONESTOP_RETURN_IF_ERROR(
        PutRows(store, rows, &storage::CatalogChange::designations,
                &storage::CatalogPutResult::designations, answers));
    return answers;
  }

 private:
  using Row = absl::StatusOr<domain::Designation>;

  static bool Known(const Snapshot& snapshot, const Row& row) {
    return snapshot.catalog.FindInstitution(row->hospital_id) != nullptr &&
           snapshot.catalog.FindInstitution(row->pharmacy_id) != nullptr;
  }

  // The institutions may have come by another stream or replica just now.
  absl::Status RefuseUnknown(storage::Store& store, std::vector<Row>& rows) {
    SnapshotPtr snapshot = parts_.snapshots.Current();
    const bool stale =
        std::any_of(rows.begin(), rows.end(), [&snapshot](const Row& row) {
          return row.ok() && !Known(*snapshot, row);
        });
    if (!stale) return absl::OkStatus();
    ONESTOP_RETURN_IF_ERROR(parts_.snapshots.Refresh(store));
    snapshot = parts_.snapshots.Current();
    for (Row& row : rows) {
      if (!row.ok() || Known(*snapshot, row)) continue;
      row = MakeError(absl::StatusCode::kNotFound,
                      domain::refusal::kInstitutionUnknown,
                      "the hospital or the pharmacy is not known; import it "
                      "first");
    }
    return absl::OkStatus();
  }
};

}  // namespace

std::unique_ptr<Importer<pb::ImportInstitutionsRequest>> NewInstitutionImporter(
    const ServiceParts& parts) {
  return std::make_unique<InstitutionImporter>(parts);
}

std::unique_ptr<Importer<pb::ImportItemsRequest>> NewItemImporter(
    const ServiceParts& parts) {
  return std::make_unique<ItemImporter>(parts);
}

std::unique_ptr<Importer<pb::ImportDesignationsRequest>> NewDesignationImporter(
    const ServiceParts& parts) {
  return std::make_unique<DesignationImporter>(parts);
}

}  // namespace onestop::server
