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
// request_id and physician_title are set.
struct RegisterAsk {
  std::string request_id;
  std::string person_id;
  domain::Registration registration;
  std::string operator_id;
};

struct UpdateAsk {
  std::string request_id;
  std::string person_id;
  std::string registration_id;
  domain::ItemVersion version;
  std::string treatment_plan;  // empty: as before
  std::string operator_id;
};

struct ReassessAsk {
  std::string request_id;
  std::string person_id;
  std::string registration_id;
  domain::Day assessed_on;
  std::string operator_id;
};

struct RevokeAsk {
  std::string request_id;
  std::string person_id;
  std::string registration_id;
  domain::Day revoked_on;
  std::string reason;
  std::string operator_id;
};

// All name every malformed field at once (MALFORMED_REQUEST), among them
// fields that the kind of registration needs or must not have.
absl::StatusOr<RegisterAsk> RegisterFromProto(
    const pb::RegisterRequest& request);
absl::StatusOr<UpdateAsk> UpdateFromProto(
    const pb::UpdateRegistrationRequest& request);
absl::StatusOr<ReassessAsk> ReassessFromProto(
    const pb::ReassessRegistrationRequest& request);
absl::StatusOr<RevokeAsk> RevokeFromProto(
    const pb::RevokeRegistrationRequest& request);
// A registration made elsewhere, as it is: imports and scenarios.
absl::StatusOr<RegistrationOf> RegistrationFromProto(
    const pb::Registration& registration, std::string_view path = "");

pb::Registration RegistrationToProto(const std::string& person_id,
                                     const domain::Registration& registration);

}  // namespace onestop::wire

#endif  // ONESTOP_WIRE_REGISTER_H_
