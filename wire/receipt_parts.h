// The parts of a receipt, each built in a file of its own; for wire/ alone.
#ifndef ONESTOP_WIRE_RECEIPT_PARTS_H_
#define ONESTOP_WIRE_RECEIPT_PARTS_H_

#include "domain/catalog.h"
#include "domain/claim.h"
#include "domain/outcome.h"
#include "onestop/v1/receipt.pb.h"

namespace onestop::wire {

namespace pb = ::onestop::v1;

// lines and flags. receipt_lines.cc
void AddLines(const domain::Claim& claim, const domain::Outcome& outcome,
              const domain::Catalog& catalog, pb::Receipt& receipt);
// steps and remaining. receipt_steps.cc
void AddSteps(const domain::Claim& claim, const domain::Outcome& outcome,
              pb::Receipt& receipt);

}  // namespace onestop::wire

#endif  // ONESTOP_WIRE_RECEIPT_PARTS_H_
