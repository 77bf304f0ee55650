// Walks persons in the order of their ids and picks their registrations.
#include "server/registration_list.h"

#include <algorithm>
#include <vector>

#include "base/limits.h"
#include "base/status_macros.h"
#include "wire/register.h"

namespace onestop::server {
namespace {

using domain::Person;
using domain::Registration;

constexpr int kPersonsARound = 100;

bool IsAsked(const wire::ListRegistrationsAsk& ask,
             const Registration& registration) {
  using domain::RegistrationKind;
  return (ask.institution_id.empty() ||
          ask.institution_id == registration.institution_id) &&
         (ask.kind == RegistrationKind::kUnspecified ||
          ask.kind == registration.kind) &&
         (!ask.active_on || domain::StateOn(registration, *ask.active_on) ==
                                domain::RegistrationState::kActive);
}

// One page, filled in order.
class Page {
 public:
  explicit Page(const wire::ListRegistrationsAsk& ask) : ask_(ask) {
    if (ask.after) last_ = *ask.after;
  }

  // False when the page was full before the person's last row.
  bool Add(const Person& person) {
    if (last_.person_id != person.person_id) last_ = {person.person_id, ""};
    std::vector<const Registration*> rows;
    for (const Registration& registration : person.registrations) {
      if (last_.registration_id < registration.registration_id) {
        rows.push_back(&registration);
      }
    }
    std::sort(rows.begin(), rows.end(),
              [](const Registration* a, const Registration* b) {
                return a->registration_id < b->registration_id;
              });
    for (const Registration* row : rows) {
      if (IsAsked(ask_, *row)) {
        if (Full()) return false;
        wire::pb::Registration& added = *response_.add_registrations();
        added = wire::RegistrationToProto(person.person_id, *row);
        bytes_ += added.ByteSizeLong();
      }
      last_.registration_id = row->registration_id;
    }
    return true;
  }

  // Everything up to here was seen.
  const std::string& person_id() const { return last_.person_id; }

  std::string Bytes(bool more) {
    if (more) {
      response_.set_next_page_token(wire::PageTokenAfter(ask_, last_));
    }
    return response_.SerializeAsString();
  }

 private:
  bool Full() const {
    return response_.registrations_size() >= ask_.page_size ||
           bytes_ > limits::kMaxPageBytes;
  }

  const wire::ListRegistrationsAsk& ask_;
  wire::RegistrationPlace last_;
  wire::pb::ListRegistrationsResponse response_;
  size_t bytes_ = 0;
};

}  // namespace

absl::StatusOr<std::string> ListRegistrations(
    storage::Store& store, const wire::ListRegistrationsAsk& ask) {
  Page page(ask);
  std::vector<std::string> ids;
  if (!ask.person_id.empty()) {
    ids.push_back(ask.person_id);
  } else if (ask.after) {
    ids.push_back(ask.after->person_id);  // may have more rows
  }
  for (int read = 0; read < limits::kMaxListedPersons; read += kPersonsARound) {
    ONESTOP_ASSIGN_OR_RETURN(const std::vector<Person> persons,
                             store.GetPersons(ids));
    for (const Person& person : persons) {
      if (!page.Add(person)) return page.Bytes(/*more=*/true);
    }
    if (!ask.person_id.empty()) return page.Bytes(/*more=*/false);
    ONESTOP_ASSIGN_OR_RETURN(
        ids, store.ScanRegistered(ask.institution_id, page.person_id(),
                                  kPersonsARound));
    if (ids.empty()) return page.Bytes(/*more=*/false);
  }
  return page.Bytes(/*more=*/true);
}

}  // namespace onestop::server
