// Page tokens: where the next page of a list begins, bound to the question that
// it was given for. Opaque to callers.
#ifndef ONESTOP_WIRE_PAGE_TOKEN_H_
#define ONESTOP_WIRE_PAGE_TOKEN_H_

#include <optional>
#include <string>
#include <string_view>

#include "domain/listing.h"

namespace onestop::wire {

// A token is letters, digits, '-' and '_'. `query` stands for everything that
// must be asked again with it, in any form. The token is no secret and no
// proof: whoever makes one up gets another page of the same list.
std::string PageToken(std::string_view query, const domain::BookingPlace& next);

// nullopt: not a token, or one of another query.
std::optional<domain::BookingPlace> PlaceOfToken(std::string_view query,
                                                 std::string_view token);

}  // namespace onestop::wire

#endif  // ONESTOP_WIRE_PAGE_TOKEN_H_
