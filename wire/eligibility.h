// Eligibility: the question in, the answer out.
#ifndef ONESTOP_WIRE_ELIGIBILITY_H_
#define ONESTOP_WIRE_ELIGIBILITY_H_

#include <optional>

#include "absl/status/statusor.h"
#include "domain/eligibility.h"
#include "onestop/v1/settlement.pb.h"

namespace onestop::wire {

namespace pb = ::onestop::v1;

// GetEligibilityRequest, checked.
struct GetEligibilityAsk {
  domain::Inquiry inquiry;
  bool today = false;  // no day was given: inquiry.service_date is to be set
};

// MALFORMED_REQUEST, naming every malformed field at once.
absl::StatusOr<GetEligibilityAsk> GetEligibilityFromProto(
    const pb::GetEligibilityRequest& request);

pb::GetEligibilityResponse EligibilityToProto(
    const domain::Inquiry& inquiry, const domain::Eligibility& eligibility);

}  // namespace onestop::wire

#endif  // ONESTOP_WIRE_ELIGIBILITY_H_
