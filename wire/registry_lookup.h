// Look-ups of persons, institutions and items: the questions in, the answers
// out.
#ifndef ONESTOP_WIRE_REGISTRY_LOOKUP_H_
#define ONESTOP_WIRE_REGISTRY_LOOKUP_H_

#include <string>

#include "absl/status/statusor.h"
#include "domain/catalog.h"
#include "domain/person.h"
#include "onestop/v1/registry.pb.h"

namespace onestop::wire {

namespace pb = ::onestop::v1;

// The id asked for. MALFORMED_REQUEST.
absl::StatusOr<std::string> GetPersonFromProto(
    const pb::GetPersonRequest& request);
absl::StatusOr<std::string> GetInstitutionFromProto(
    const pb::GetInstitutionRequest& request);
absl::StatusOr<std::string> GetItemFromProto(const pb::GetItemRequest& request);

pb::GetPersonResponse PersonAnswer(const domain::Person& person);
// Both are of `catalog`.
pb::GetInstitutionResponse InstitutionAnswer(
    const domain::Catalog& catalog, const domain::Institution& institution);
pb::GetItemResponse ItemAnswer(const domain::Catalog& catalog,
                               const domain::Item& item);

}  // namespace onestop::wire

#endif  // ONESTOP_WIRE_REGISTRY_LOOKUP_H_
