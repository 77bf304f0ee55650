// Two round trips: who shares an account with the person, then all the rows.
#include "server/eligibility.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/status_macros.h"
#include "domain/eligibility.h"

namespace onestop::server {
namespace {

const domain::LedgerRow kEmptyRow;

const domain::LedgerRow& RowOf(const storage::Gathered& rows, int32_t year) {
  for (const auto& [key, row] : rows.ledger) {
    if (key.year == year) return row;
  }
  return kEmptyRow;
}

}  // namespace

absl::StatusOr<std::string> GetEligibility(storage::Store& store,
                                           const Snapshot& snapshot,
                                           domain::Day today,
                                           const wire::GetEligibilityAsk& ask) {
  domain::Inquiry inquiry = ask.inquiry;
  if (ask.today) inquiry.service_date = today;
  const std::string& person_id = inquiry.person_id;
  const int32_t year = domain::YearOf(inquiry.service_date);
  storage::GatherKeys keys;
  ONESTOP_ASSIGN_OR_RETURN(
      keys.persons,
      store.FamilyAccountOwners(person_id, limits::kMaxAccountOwners));
  std::erase(keys.persons, person_id);
  keys.persons.push_back(person_id);
  keys.ledger = {{person_id, year}, {person_id, domain::kNoYear}};
  ONESTOP_ASSIGN_OR_RETURN(storage::Gathered rows, store.Gather(keys));

  // The owners in order of id, the person apart from them.
  std::sort(rows.persons.begin(), rows.persons.end(),
            [](const domain::Person& a, const domain::Person& b) {
              return a.person_id < b.person_id;
            });
  const auto person = std::find_if(rows.persons.begin(), rows.persons.end(),
                                   [&](const domain::Person& known) {
                                     return known.person_id == person_id;
                                   });
  domain::Facts facts;
  facts.person = person == rows.persons.end() ? nullptr : &*person;
  facts.year = &RowOf(rows, year);
  facts.no_year = &RowOf(rows, domain::kNoYear);
  facts.catalog = &snapshot.catalog;
  facts.today = today;
  facts.year_closed = std::binary_search(snapshot.closed_years.begin(),
                                         snapshot.closed_years.end(), year);
  ONESTOP_ASSIGN_OR_RETURN(
      const domain::Eligibility eligibility,
      domain::JudgeEligibility(*snapshot.policy, facts, rows.persons, inquiry));
  return wire::EligibilityToProto(inquiry, eligibility).SerializeAsString();
}

}  // namespace onestop::server
