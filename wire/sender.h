// Which institution sends a claim, found without parsing the message: overload
// must cost little.
#ifndef ONESTOP_WIRE_SENDER_H_
#define ONESTOP_WIRE_SENDER_H_

#include <google/protobuf/io/zero_copy_stream.h>

#include <string>

namespace onestop::wire {

// Claim.institution_id of a QuoteRequest or SettleRequest, or the
// institution_id of a ReverseRequest; empty where there is none, or where the
// bytes are not the message: parsing them tells.
std::string SenderOfQuote(google::protobuf::io::ZeroCopyInputStream& bytes);
std::string SenderOfSettle(google::protobuf::io::ZeroCopyInputStream& bytes);
std::string SenderOfReversal(google::protobuf::io::ZeroCopyInputStream& bytes);

}  // namespace onestop::wire

#endif  // ONESTOP_WIRE_SENDER_H_
