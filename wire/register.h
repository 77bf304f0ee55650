// Registrations in and out. What needs to know the person or the catalog is
// checked by domain/register.h.
#ifndef ONESTOP_WIRE_REGISTER_H_
#define ONESTOP_WIRE_REGISTER_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "domain/person.h"
#include "onestop/v1/registry.pb.h"
#include "onestop/v1/resources.pb.h"
#include "onestop/v1/settlement.pb.h"

namespace onestop::wire {

namespace pb = ::onestop::v1;

// A registration and whose it is.
struct RegistrationOf {
  std::string person_id;
  domain::Registration registration;
};

// RegisterRequest, checked; registration.registration_id is still empty,
// request_id, physician_title and operator_id are set.
struct RegisterAsk {
  std::string request_id;
  std::string person_id;
  domain::Registration registration;
};

// A later change, checked; change.caller and change.person_version are not set.
struct ChangeAsk {
  std::string person_id;
  std::string registration_id;
  domain::RegistrationChange change;
};

// All name every malformed field at once (MALFORMED_REQUEST), among them
// fields that the kind of registration needs or must not have.
absl::StatusOr<RegisterAsk> RegisterFromProto(
    const pb::RegisterRequest& request);
absl::StatusOr<ChangeAsk> UpdateFromProto(
    const pb::UpdateRegistrationRequest& request);
absl::StatusOr<ChangeAsk> ReassessFromProto(
    const pb::ReassessRegistrationRequest& request);
absl::StatusOr<ChangeAsk> RevokeFromProto(
    const pb::RevokeRegistrationRequest& request);
// A registration made elsewhere, as it is: imports and scenarios.
absl::StatusOr<RegistrationOf> RegistrationFromProto(
    const pb::Registration& registration, std::string_view path = "");

pb::Registration RegistrationToProto(const std::string& person_id,
                                     const domain::Registration& registration);

}  // namespace onestop::wire

#endif  // ONESTOP_WIRE_REGISTER_H_
