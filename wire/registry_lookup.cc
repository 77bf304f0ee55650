// Checks the ids that are looked up and writes what is known of them.
#include "wire/registry_lookup.h"

#include <string_view>

#include "wire/register.h"
#include "wire/registry.h"
#include "wire/violations.h"

namespace onestop::wire {
namespace {

absl::StatusOr<std::string> OnlyId(const std::string& value,
                                   std::string_view name) {
  Violations violations;
  std::string id = RequiredId(value, FieldPath(name), violations);
  if (!violations.empty()) return violations.ToStatus();
  return id;
}

}  // namespace

absl::StatusOr<std::string> GetPersonFromProto(
    const pb::GetPersonRequest& request) {
  return OnlyId(request.person_id(), "person_id");
}

absl::StatusOr<std::string> GetInstitutionFromProto(
    const pb::GetInstitutionRequest& request) {
  return OnlyId(request.institution_id(), "institution_id");
}

absl::StatusOr<std::string> GetItemFromProto(
    const pb::GetItemRequest& request) {
  return OnlyId(request.item_code(), "item_code");
}

pb::GetPersonResponse PersonAnswer(const domain::Person& person) {
  pb::GetPersonResponse out;
  *out.mutable_person() = PersonToProto(person);
  for (const domain::Registration& registration : person.registrations) {
    *out.add_registrations() =
        RegistrationToProto(person.person_id, registration);
  }
  return out;
}

pb::GetInstitutionResponse InstitutionAnswer(
    const domain::Catalog& catalog, const domain::Institution& institution) {
  pb::GetInstitutionResponse out;
  *out.mutable_institution() = InstitutionToProto(institution);
  for (const domain::Designation& designation :
       catalog.DesignationsOf(institution.institution_id)) {
    *out.add_designations() = DesignationToProto(designation);
  }
  out.set_catalog_revision(catalog.revision());
  return out;
}

pb::GetItemResponse ItemAnswer(const domain::Catalog& catalog,
                               const domain::Item& item) {
  pb::GetItemResponse out;
  *out.mutable_item() = ItemToProto(item);
  out.set_catalog_revision(catalog.revision());
  return out;
}

}  // namespace onestop::wire
