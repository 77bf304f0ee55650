// Lists of settlements: what is asked for, in which order rows come, and what a
// row tells.
#ifndef ONESTOP_DOMAIN_LISTING_H_
#define ONESTOP_DOMAIN_LISTING_H_

#include <compare>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "domain/outcome.h"
#include "domain/person.h"
#include "domain/settlement.h"
#include "domain/units.h"

namespace onestop::domain {

// Which records to list. At least one of person and institution is given; an
// institution alone comes with both days.
struct SettlementFilter {
  std::string person_id;                          // empty: of anyone
  std::string institution_id;                     // empty: of any
  Period booked;                                  // by booking day
  Insurance insurance = Insurance::kUnspecified;  // kUnspecified: of any
  friend bool operator==(const SettlementFilter&,
                         const SettlementFilter&) = default;
};

// Where a record stands in the order of booking. Those of one millisecond stand
// in the order of their ids. The default stands before all.
struct BookingPlace {
  Day booked_on = kOpenFrom;
  int64_t booked_at_ms = std::numeric_limits<int64_t>::min();
  SettlementId id;
  friend auto operator<=>(const BookingPlace&, const BookingPlace&) = default;
};

// A row of a list: a record without what only its receipt tells.
struct SettlementSummary {
  BookingPlace place;
  RecordKind kind = RecordKind::kSettlement;
  std::string person_id;
  std::string institution_id;
  std::string request_id;           // of the settle
  std::optional<Day> service_date;  // nullopt: kClosed
  Insurance insurance = Insurance::kUnspecified;
  Totals totals;                            // kReversal: negated
  std::optional<SettlementId> reverses;     // kReversal
  std::optional<SettlementId> reversed_by;  // kSettlement: as it stands now
  friend bool operator==(const SettlementSummary&,
                         const SettlementSummary&) = default;
};

}  // namespace onestop::domain

#endif  // ONESTOP_DOMAIN_LISTING_H_
