// Who may be registered for what: the refusals of Register that need to know
// the person, the catalog and the policy (docs/rules.md section 3,
// "Registrations").
#ifndef ONESTOP_DOMAIN_REGISTER_H_
#define ONESTOP_DOMAIN_REGISTER_H_

#include <string_view>

#include "absl/status/status.h"
#include "domain/catalog.h"
#include "domain/person.h"
#include "domain/policy.h"
#include "domain/units.h"

namespace onestop::domain {

// The reasons beside those of domain/reason.h.
namespace refusal {
inline constexpr std::string_view kPhysicianTitle = "PHYSICIAN_TITLE";
inline constexpr std::string_view kAlreadyRegistered = "ALREADY_REGISTERED";
inline constexpr std::string_view kNotCertified = "NOT_CERTIFIED";
inline constexpr std::string_view kWrongInsurance = "WRONG_INSURANCE";
inline constexpr std::string_view kInstitutionLevel = "INSTITUTION_LEVEL";
inline constexpr std::string_view kNotOnList = "NOT_ON_LIST";
inline constexpr std::string_view kRegistrationUnknown = "REGISTRATION_UNKNOWN";
inline constexpr std::string_view kRegistrationExpired = "REGISTRATION_EXPIRED";
inline constexpr std::string_view kTooManyRegistrations =
    "TOO_MANY_REGISTRATIONS";
inline constexpr std::string_view kRegionUnknown = "REGION_UNKNOWN";
}  // namespace refusal

// What a registration is judged by.
struct RegisterFacts {
  const Person* person = nullptr;       // nullptr: no such person
  const Person* beneficiary = nullptr;  // FAMILY_ACCOUNT
  const Catalog* catalog = nullptr;
  const Policy* policy = nullptr;
  Day today;
};

// The person is given where a change is applied.
struct ChangeFacts {
  const Catalog& catalog;
  const Policy& policy;
  Day today;
};

// OK, or the first refusal: MALFORMED_REQUEST (INVALID_ARGUMENT, registered_on
// after today), PERSON_UNKNOWN, INSTITUTION_UNKNOWN, ITEM_UNKNOWN (NOT_FOUND),
// INSTITUTION_NOT_CONTRACTED (of any kind that names an institution),
// WRONG_INSURANCE, INSTITUTION_LEVEL, PHYSICIAN_TITLE, NOT_ON_LIST,
// ALREADY_REGISTERED, NOT_CERTIFIED, TOO_MANY_REGISTRATIONS
// (FAILED_PRECONDITION). An empty institution_id is the agency.
absl::Status CheckRegistration(const RegisterFacts& facts,
                               const Registration& registration);

// The registration of that id; nullptr: none.
const Registration* FindRegistration(const Person& person,
                                     std::string_view registration_id);

// The change that this caller asked for under this request id, and what of;
// nullptr: none.
struct FoundChange {
  const Registration* registration = nullptr;
  const RegistrationChange* change = nullptr;
};
FoundChange FindChange(const Person& person, const RegistrationChange& asked);

// Does what is asked for the first time and keeps it with the registration;
// changes `person` or nothing. The refusals are those of UpdateItems, Reassess
// and Revoke below, and TOO_MANY_REGISTRATIONS (FAILED_PRECONDITION) when a
// person's changes are too many: a first revocation is always taken.
absl::Status ApplyChange(Person& person, std::string_view registration_id,
                         const RegistrationChange& change,
                         const ChangeFacts& facts);

// Later changes of a TREATMENT registration; each changes `person` or nothing.
// REGISTRATION_UNKNOWN (NOT_FOUND), REGISTRATION_EXPIRED, NOT_ON_LIST
// (FAILED_PRECONDITION), ITEM_UNKNOWN (NOT_FOUND). The new drugs replace the
// set from their day on; a second change of one day replaces the first.
absl::Status UpdateItems(Person& person, std::string_view registration_id,
                         const ItemVersion& version, const Catalog& catalog,
                         const Policy& policy);
// Also MALFORMED_REQUEST when the day lies after today.
absl::Status Reassess(Person& person, std::string_view registration_id,
                      Day assessed_on, Day today);
// Of any kind. REGISTRATION_UNKNOWN; REGISTRATION_EXPIRED when it was revoked
// from another day on.
absl::Status Revoke(Person& person, std::string_view registration_id,
                    Day revoked_on);

}  // namespace onestop::domain

#endif  // ONESTOP_DOMAIN_REGISTER_H_
