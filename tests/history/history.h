// What clients asked for and were told: the operations of one history, each
// with every attempt at it. Written down by whoever drives a server, real or
// simulated, and judged by Check (tests/history/checker.h).
#ifndef ONESTOP_TESTS_HISTORY_HISTORY_H_
#define ONESTOP_TESTS_HISTORY_HISTORY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "domain/claim.h"
#include "domain/settlement.h"
#include "storage/store.h"
#include "wire/claim.h"
#include "wire/register.h"

namespace onestop::history {

// One call. Times are of one clock for the whole history, in any unit.
struct Attempt {
  std::string where;  // the replica that it was sent to
  int64_t sent = 0;
  std::optional<int64_t> answered;  // absent: no answer came
  // With an answer: OK, or the error with its reason (base/error.h; a client
  // has it from wire::FromRpcStatusBytes). A status without a reason is gRPC's
  // own and tells nothing about what the server did.
  absl::Status status;
  std::string answer;  // the bytes of an OK answer

  // What the driver knows of the replica at the time of sending; 0 and false
  // where it knows nothing. It decides by this catalog revision or a later one:
  int64_t least_catalog = 0;
  // and it knows that the year of the claim is closed.
  bool year_closed = false;
};

struct QuoteAsk {
  domain::Claim claim;
};

// What is asked, as the border reads it (wire::SettleFromProto and so on); a
// posting as the store is to keep it, with the id that the import derives.
using Ask = std::variant<QuoteAsk, wire::SettleAsk, wire::ReverseAsk,
                         wire::RegisterAsk, wire::ChangeAsk, storage::Posting>;

// One request with its attempts in the order of sending; they may overlap and
// go to several replicas. Another claim under the same request id is another
// operation.
struct Operation {
  Ask ask;
  std::vector<Attempt> attempts;
};

enum class Meaning {
  kAcknowledged,  // it is booked, now or before
  kRefused,       // this attempt wrote nothing
  kUnknown,       // it may have written
};

Meaning MeaningOf(const Operation& operation, const Attempt& attempt);

// Refused for the service's sake, not the request's: sent again, it may be
// booked.
bool IsTransient(const Attempt& attempt);

// Whether any attempt may have written, and the first that may: its time of
// sending.
std::optional<int64_t> FirstThatMayHaveWritten(const Operation& operation);
// When the first acknowledgement came.
std::optional<int64_t> FirstAcknowledged(const Operation& operation);

// Whether it is still not known what became of it: some attempt may have
// written, and no later answer tells.
bool IsOutcomeUnknown(const Operation& operation);

// What a reversal takes back.
domain::SettlementId TargetOf(const wire::ReverseAsk& ask);

// "settle H1/P1/request-1", for people.
std::string Describe(const Operation& operation);

}  // namespace onestop::history

#endif  // ONESTOP_TESTS_HISTORY_HISTORY_H_
