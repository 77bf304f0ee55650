// Reversals out: the negative of a settlement, as the bytes that are stored and
// answered each time it is asked for.
#ifndef ONESTOP_WIRE_REVERSAL_H_
#define ONESTOP_WIRE_REVERSAL_H_

#include <string>
#include <string_view>

#include "domain/settlement.h"
#include "onestop/v1/receipt.pb.h"

namespace onestop::wire {

namespace pb = ::onestop::v1;

// What a reversal keeps of its request beside the target; onestop verify takes
// it from the stored reply.
struct ReversalNote {
  std::string reason;
  std::string operator_id;
  std::string replaced_by;  // settlement id; empty: not replaced
};

// Serialized ReverseResponse without `replacement`, of a record of kind
// kReversal (then `target` is the settlement taken back, with its reply) or
// kClosed (then `target` is nullptr). Deterministic.
std::string ReversalReply(const domain::SettlementRecord& record,
                          const domain::SettlementRecord* target,
                          const ReversalNote& note);

// The note in the bytes of a reversal's reply; empty when they hold none.
ReversalNote NoteOfReply(std::string_view reply);

// `reply` with the serialized SettleResponse of its replacement added.
std::string WithReplacement(std::string_view reply,
                            std::string_view settle_reply);

}  // namespace onestop::wire

#endif  // ONESTOP_WIRE_REVERSAL_H_
