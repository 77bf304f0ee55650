// Lists of registrations: the question in, a page out.
#ifndef ONESTOP_WIRE_REGISTRATION_LIST_H_
#define ONESTOP_WIRE_REGISTRATION_LIST_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "domain/person.h"
#include "onestop/v1/registry.pb.h"

namespace onestop::wire {

namespace pb = ::onestop::v1;

// A registration's place in the order of the lists.
struct RegistrationPlace {
  std::string person_id;
  std::string registration_id;
};

// ListRegistrationsRequest, checked.
struct ListRegistrationsAsk {
  std::string person_id;       // empty: institution_id is not
  std::string institution_id;  // empty: any
  domain::RegistrationKind kind = domain::RegistrationKind::kUnspecified;
  std::optional<domain::Day> active_on;
  int page_size = 0;
  std::optional<RegistrationPlace> after;  // the page begins behind it
  std::string question;                    // to make the next page's token
};

// MALFORMED_REQUEST.
absl::StatusOr<ListRegistrationsAsk> ListRegistrationsFromProto(
    const pb::ListRegistrationsRequest& request);

std::string PageTokenAfter(const ListRegistrationsAsk& ask,
                           const RegistrationPlace& place);

}  // namespace onestop::wire

#endif  // ONESTOP_WIRE_REGISTRATION_LIST_H_
