// A request as a verb is given it, in JSON: whole, or the claim or registration
// that it holds.
#ifndef ONESTOP_CLI_CLAIM_INPUT_H_
#define ONESTOP_CLI_CLAIM_INPUT_H_

#include <string>

#include "absl/status/status.h"
#include "google/protobuf/message.h"
#include "onestop/v1/settlement.pb.h"

namespace onestop::cli {

// Fills the request from the file (or "-"); no path: leaves it as it is.
absl::Status ReadRequest(const std::string& path,
                         google::protobuf::Message& request);

// Fills the request from the file (or "-"): JSON of the request when it has a
// field "claim", else JSON of the claim alone.
absl::Status ReadQuote(const std::string& path,
                       ::onestop::v1::QuoteRequest& request);
absl::Status ReadSettle(const std::string& path,
                        ::onestop::v1::SettleRequest& request);
// The same for a registration: the request when it has "registration".
absl::Status ReadRegister(const std::string& path,
                          ::onestop::v1::RegisterRequest& request);

}  // namespace onestop::cli

#endif  // ONESTOP_CLI_CLAIM_INPUT_H_
