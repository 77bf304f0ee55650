// Why a claim is refused, why a scheme does not pay a line, and what auditors
// are told (docs/rules.md sections 3 and 7).
#ifndef ONESTOP_DOMAIN_REASON_H_
#define ONESTOP_DOMAIN_REASON_H_

#include <cstdint>
#include <string_view>

namespace onestop::domain {

// Why a scheme passed over a line, in the order in which a scheme checks.
enum class PassReason : uint8_t {
  kNone,
  kNotInForce,
  kNothingInScope,
  kNoRegistration,
  kRegistrationExpired,
  kReassessmentOverdue,
  kNotOnList,
  kNotNegotiated,
  kOutOfIndication,
  kInstitutionLevel,
  kOtherHospital,
  kOtherPhysician,
  kPrescriptionRequired,
  kNotDualChannel,
  kNotDesignated,
  kNotInPooling,
  kNotECenter,
  kOtherProvince,
  kNotModelled,
};

// "NOT_IN_FORCE" and so on; empty for kNone.
std::string_view Name(PassReason reason);

// The reasons of refused claims: values of ErrorReason() (base/error.h).
namespace refusal {
inline constexpr std::string_view kRequestReversed = "REQUEST_REVERSED";
inline constexpr std::string_view kRequestIdReused = "REQUEST_ID_REUSED";
inline constexpr std::string_view kPersonUnknown = "PERSON_UNKNOWN";
inline constexpr std::string_view kInstitutionUnknown = "INSTITUTION_UNKNOWN";
inline constexpr std::string_view kFutureServiceDate = "FUTURE_SERVICE_DATE";
inline constexpr std::string_view kYearClosed = "YEAR_CLOSED";
inline constexpr std::string_view kBenefitSuspended = "BENEFIT_SUSPENDED";
inline constexpr std::string_view kInstitutionNotContracted =
    "INSTITUTION_NOT_CONTRACTED";
inline constexpr std::string_view kInstitutionNotNetworked =
    "INSTITUTION_NOT_NETWORKED";
inline constexpr std::string_view kDuplicateLine = "DUPLICATE_LINE";
inline constexpr std::string_view kItemUnknown = "ITEM_UNKNOWN";
inline constexpr std::string_view kPrescriptionRequired =
    "PRESCRIPTION_REQUIRED";
inline constexpr std::string_view kPrescriptionExpired = "PRESCRIPTION_EXPIRED";
inline constexpr std::string_view kPrescriptionExhausted =
    "PRESCRIPTION_EXHAUSTED";
inline constexpr std::string_view kOverQuantity = "OVER_QUANTITY";
inline constexpr std::string_view kRefillTooSoon = "REFILL_TOO_SOON";
inline constexpr std::string_view kAmountMismatch = "AMOUNT_MISMATCH";
inline constexpr std::string_view kAccountNotBound = "ACCOUNT_NOT_BOUND";
// A reversal's: the settlement that it names does not exist.
inline constexpr std::string_view kSettlementUnknown = "SETTLEMENT_UNKNOWN";
// A reversal or posting that would take a counter below zero.
inline constexpr std::string_view kCounterBelowZero = "COUNTER_BELOW_ZERO";
// Conservation or a counter's bound does not hold: nothing was written.
inline constexpr std::string_view kInvariantBroken = "INVARIANT_BROKEN";
}  // namespace refusal

}  // namespace onestop::domain

#endif  // ONESTOP_DOMAIN_REASON_H_
