// The parts of a receipt, each built in a file of its own, and those that other
// answers share; for wire/ alone.
#ifndef ONESTOP_WIRE_RECEIPT_PARTS_H_
#define ONESTOP_WIRE_RECEIPT_PARTS_H_

#include <string>

#include "absl/types/span.h"
#include "domain/catalog.h"
#include "domain/claim.h"
#include "domain/outcome.h"
#include "onestop/v1/receipt.pb.h"
#include "base/message_writer.h"

namespace onestop::wire {

namespace pb = ::onestop::v1;

// In the order of a receipt's fields: lines, steps, flags, remaining.
// receipt_lines.cc, receipt_steps.cc
void WriteLines(const domain::Claim& claim, const domain::Outcome& outcome,
                const domain::Catalog& catalog, MessageWriter& receipt);
void WriteSteps(const domain::Claim& claim, const domain::Outcome& outcome,
                MessageWriter& receipt);
void WriteFlags(const domain::Claim& claim, const domain::Outcome& outcome,
                MessageWriter& receipt);
void WriteAllRemaining(const domain::Outcome& outcome, MessageWriter& receipt);

// A scheme's id; empty for -1. receipt_lines.cc
const std::string& SchemeId(const domain::Plan& plan, int scheme);
// What is left of deductibles and caps, as the repeated `field` of `outer`.
// receipt_steps.cc
void WriteRemaining(const domain::Plan& plan,
                    absl::Span<const domain::Remaining> remaining, int field,
                    MessageWriter& outer);

}  // namespace onestop::wire

#endif  // ONESTOP_WIRE_RECEIPT_PARTS_H_
