// Which institution sends a claim, found without parsing the message: overload
// must cost little.
#ifndef ONESTOP_WIRE_SENDER_H_
#define ONESTOP_WIRE_SENDER_H_

#include <string>
#include <string_view>

namespace onestop::wire {

// Claim.institution_id of a QuoteRequest or SettleRequest, or the
// institution_id of a ReverseRequest; empty where there is none, or where the
// bytes are not the message: parsing them tells.
std::string SenderOfQuote(std::string_view bytes);
std::string SenderOfSettle(std::string_view bytes);
std::string SenderOfReversal(std::string_view bytes);

}  // namespace onestop::wire

#endif  // ONESTOP_WIRE_SENDER_H_
