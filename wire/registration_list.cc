// Reads what list of registrations is asked for, and where it goes on.
#include "wire/registration_list.h"

#include "base/limits.h"
#include "wire/enums.h"
#include "wire/page_token.h"
#include "wire/violations.h"

namespace onestop::wire {
namespace {

// What the tokens belong to: everything but the page.
std::string QuestionOf(pb::ListRegistrationsRequest request) {
  request.clear_page_size();
  request.clear_page_token();
  return request.SerializeAsString();
}

}  // namespace

absl::StatusOr<ListRegistrationsAsk> ListRegistrationsFromProto(
    const pb::ListRegistrationsRequest& request) {
  Violations violations;
  const FieldPath path("");
  ListRegistrationsAsk ask;
  ask.question = QuestionOf(request);
  const FieldPath person(path, "person_id");
  ask.person_id = OptionalId(request.person_id(), person, violations);
  ask.institution_id = OptionalId(
      request.institution_id(), FieldPath(path, "institution_id"), violations);
  if (request.person_id().empty() && request.institution_id().empty()) {
    violations.Add(person, "is required unless institution_id is given");
  }
  ask.kind = OptionalEnum(FromProto(request.registration_kind()),
                          domain::RegistrationKind::kUnspecified,
                          FieldPath(path, "registration_kind"), violations);
  if (!request.active_on().empty()) {
    ask.active_on = RequiredDay(request.active_on(),
                                FieldPath(path, "active_on"), violations);
  }
  ask.page_size = NumberBetween(request.page_size(), 0, limits::kMaxPageSize,
                                FieldPath(path, "page_size"), violations);
  if (ask.page_size == 0) ask.page_size = limits::kDefaultPageSize;
  if (!request.page_token().empty()) {
    const auto place = ReadPageToken(ask.question, request.page_token());
    if (place && place->size() == 2) {
      ask.after = RegistrationPlace{(*place)[0], (*place)[1]};
    } else {
      violations.Add(FieldPath(path, "page_token"),
                     "was not given by a page of this list; send what the page "
                     "before gave, with the same other fields");
    }
  }
  if (!violations.empty()) return violations.ToStatus();
  return ask;
}

std::string PageTokenAfter(const ListRegistrationsAsk& ask,
                           const RegistrationPlace& place) {
  return MakePageToken(ask.question, {place.person_id, place.registration_id});
}

}  // namespace onestop::wire
