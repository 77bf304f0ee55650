// What a window sends: the bytes for the server, and the same as the checker
// reads it.
#ifndef ONESTOP_TESTS_CHAOS_DRIVER_REQUESTS_H_
#define ONESTOP_TESTS_CHAOS_DRIVER_REQUESTS_H_

#include <cstdint>
#include <string>

#include "domain/claim.h"
#include "onestop/v1/registry.pb.h"
#include "onestop/v1/settlement.pb.h"
#include "tests/history/history.h"

namespace onestop::chaos {

namespace pb = ::onestop::v1;

struct Request {
  enum class Method {
    kQuote,
    kSettle,
    kReverse,
    kRegister,
    kRevoke,
    kPostUsage,       // one message of one row
    kImportAccounts,  // the same
  };
  Method method = Method::kQuote;
  std::string bytes;
  history::Ask ask;
};

// Each must be well-formed: they are made by us.
Request QuoteOf(const domain::Claim& claim);
Request SettleOf(const pb::SettleRequest& settle);
Request ReverseOf(const pb::ReverseRequest& reverse);
Request RegisterOf(const pb::RegisterRequest& request);
Request RevokeOf(const pb::RevokeRegistrationRequest& revoke);
Request UsageOf(const std::string& request_id, const std::string& person_id,
                int64_t fen);
Request BalanceOf(const std::string& import_id, const std::string& person_id,
                  int64_t fen);

pb::SettleRequest NewSettle(const std::string& request_id,
                            const domain::Claim& claim);
// By the settle's request id.
pb::ReverseRequest ReversalOf(const pb::SettleRequest& settle);

}  // namespace onestop::chaos

#endif  // ONESTOP_TESTS_CHAOS_DRIVER_REQUESTS_H_
