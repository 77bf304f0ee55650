// Page tokens: where a list goes on. Opaque to the caller, and checked: a token
// fits only the question whose answer gave it.
#ifndef ONESTOP_WIRE_PAGE_TOKEN_H_
#define ONESTOP_WIRE_PAGE_TOKEN_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace onestop::wire {

// `question` is what was asked, without the page; `place` holds ids, none of
// which has a NUL.
std::string MakePageToken(std::string_view question,
                          const std::vector<std::string>& place);

// The place; nullopt when the token was given to another question, or was not
// given here at all.
std::optional<std::vector<std::string>> ReadPageToken(std::string_view question,
                                                      std::string_view token);

}  // namespace onestop::wire

#endif  // ONESTOP_WIRE_PAGE_TOKEN_H_
