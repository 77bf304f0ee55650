// Lists of settlements: the question in, a page out.
#ifndef ONESTOP_WIRE_LISTING_H_
#define ONESTOP_WIRE_LISTING_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "domain/listing.h"
#include "onestop/v1/settlement.pb.h"

namespace onestop::wire {

namespace pb = ::onestop::v1;

// ListSettlementsRequest, checked.
struct ListSettlementsAsk {
  domain::SettlementFilter filter;
  domain::BookingPlace after;  // the default: the first page
  int page_size = 0;           // 1 to kMaxPageSize
  std::string query;           // what the next page's token is bound to
};

// MALFORMED_REQUEST with every bad field, page_token among them.
absl::StatusOr<ListSettlementsAsk> ListSettlementsFromProto(
    const pb::ListSettlementsRequest& request);

// The token of the page after `place` (wire/page_token.h).
std::string BookingToken(std::string_view query,
                         const domain::BookingPlace& place);
std::optional<domain::BookingPlace> PlaceOfToken(std::string_view query,
                                                 std::string_view token);

// `rows` are those of the page and, if there is more, at least one beyond it.
pb::ListSettlementsResponse PageToProto(
    const ListSettlementsAsk& ask,
    const std::vector<domain::SettlementSummary>& rows);

}  // namespace onestop::wire

#endif  // ONESTOP_WIRE_LISTING_H_
