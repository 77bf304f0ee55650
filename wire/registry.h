// Persons, institutions, items, designations, balances and counters in and out.
#ifndef ONESTOP_WIRE_REGISTRY_H_
#define ONESTOP_WIRE_REGISTRY_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "domain/catalog.h"
#include "domain/ledger.h"
#include "domain/person.h"
#include "domain/policy.h"
#include "onestop/v1/registry.pb.h"
#include "onestop/v1/resources.pb.h"

namespace onestop::wire {

namespace pb = ::onestop::v1;

// All name every malformed field at once (MALFORMED_REQUEST); `path` is the
// row's, for example "persons[3]", empty: the row alone.

// Without registrations and version. Also REGION_UNKNOWN (NOT_FOUND) for a
// region without schemes and WRONG_INSURANCE (FAILED_PRECONDITION) for a
// category that does not fit the insurance.
absl::StatusOr<domain::Person> PersonFromProto(const pb::Person& person,
                                               const domain::Policy& policy,
                                               std::string_view path = "");
absl::StatusOr<domain::Institution> InstitutionFromProto(
    const pb::Institution& institution, std::string_view path = "");
absl::StatusOr<domain::Item> ItemFromProto(const pb::Item& item,
                                           std::string_view path = "");
absl::StatusOr<domain::Designation> DesignationFromProto(
    const pb::Designation& designation, std::string_view path = "");

// A person's id with an opening balance, opening counter or inpatient payment:
// what it adds to which counter.
absl::StatusOr<domain::Movement> AccountFromProto(
    const pb::AccountBalance& account, std::string_view path = "");
absl::StatusOr<domain::Movement> CounterFromProto(
    const pb::LedgerCounter& counter, std::string_view path = "");
absl::StatusOr<domain::Movement> UsageFromProto(const pb::InpatientUsage& usage,
                                                std::string_view path = "");

// A month's credit, as far as it is told: the person and the contribution base.
struct CreditAsk {
  std::string person_id;
  domain::Money contribution_base;
};
absl::StatusOr<CreditAsk> CreditFromProto(const pb::AccountCredit& credit,
                                          std::string_view path = "");

// A year to close.
struct CloseYearAsk {
  std::string request_id;
  int32_t year = 0;
};
absl::StatusOr<CloseYearAsk> CloseYearFromProto(
    const pb::CloseYearRequest& request);
pb::CloseYearResponse CloseYearAnswer(int32_t year, int64_t closed_at_ms);

// One of the two diseases: HYPERTENSION, DIABETES.
bool IsTwoDisease(std::string_view disease);

pb::Person PersonToProto(const domain::Person& person);
pb::Institution InstitutionToProto(const domain::Institution& institution);
pb::Item ItemToProto(const domain::Item& item);
pb::Designation DesignationToProto(const domain::Designation& designation);

}  // namespace onestop::wire

#endif  // ONESTOP_WIRE_REGISTRY_H_
