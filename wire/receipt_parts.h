// The parts of a receipt, each built in a file of its own, and those that other
// answers share; for wire/ alone.
#ifndef ONESTOP_WIRE_RECEIPT_PARTS_H_
#define ONESTOP_WIRE_RECEIPT_PARTS_H_

#include <string>

#include "absl/types/span.h"
#include "domain/catalog.h"
#include "domain/claim.h"
#include "domain/outcome.h"
#include "google/protobuf/repeated_field.h"
#include "onestop/v1/receipt.pb.h"

namespace onestop::wire {

namespace pb = ::onestop::v1;

// lines and flags. receipt_lines.cc
void AddLines(const domain::Claim& claim, const domain::Outcome& outcome,
              const domain::Catalog& catalog, pb::Receipt& receipt);
// steps and remaining. receipt_steps.cc
void AddSteps(const domain::Claim& claim, const domain::Outcome& outcome,
              pb::Receipt& receipt);

// A scheme's id; empty for -1. receipt_lines.cc
const std::string& SchemeId(const domain::Plan& plan, int scheme);
// What is left of deductibles and caps. receipt_steps.cc
void AddRemaining(const domain::Plan& plan,
                  absl::Span<const domain::Remaining> remaining,
                  google::protobuf::RepeatedPtrField<pb::Remaining>* out);

}  // namespace onestop::wire

#endif  // ONESTOP_WIRE_RECEIPT_PARTS_H_
