// The names of the reasons why a scheme passes over a line.
#include "domain/reason.h"

namespace onestop::domain {

std::string_view Name(PassReason reason) {
  switch (reason) {
    case PassReason::kNone:
      return "";
    case PassReason::kNotInForce:
      return "NOT_IN_FORCE";
    case PassReason::kNothingInScope:
      return "NOTHING_IN_SCOPE";
    case PassReason::kNoRegistration:
      return "NO_REGISTRATION";
    case PassReason::kRegistrationExpired:
      return "REGISTRATION_EXPIRED";
    case PassReason::kReassessmentOverdue:
      return "REASSESSMENT_OVERDUE";
    case PassReason::kNotOnList:
      return "NOT_ON_LIST";
    case PassReason::kNotNegotiated:
      return "NOT_NEGOTIATED";
    case PassReason::kOutOfIndication:
      return "OUT_OF_INDICATION";
    case PassReason::kInstitutionLevel:
      return "INSTITUTION_LEVEL";
    case PassReason::kOtherHospital:
      return "OTHER_HOSPITAL";
    case PassReason::kOtherPhysician:
      return "OTHER_PHYSICIAN";
    case PassReason::kPrescriptionRequired:
      return "PRESCRIPTION_REQUIRED";
    case PassReason::kNotDualChannel:
      return "NOT_DUAL_CHANNEL";
    case PassReason::kNotDesignated:
      return "NOT_DESIGNATED";
    case PassReason::kNotInPooling:
      return "NOT_IN_POOLING";
    case PassReason::kNotECenter:
      return "NOT_E_CENTER";
    case PassReason::kOtherProvince:
      return "OTHER_PROVINCE";
    case PassReason::kNotModelled:
      return "NOT_MODELLED";
  }
  return "";
}

}  // namespace onestop::domain
