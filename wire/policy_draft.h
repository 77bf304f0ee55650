// Turns one parsed policy file into draft structures that keep file and line.
#ifndef ONESTOP_WIRE_POLICY_DRAFT_H_
#define ONESTOP_WIRE_POLICY_DRAFT_H_

#include <google/protobuf/text_format.h>

#include <string>

#include "domain/policy_draft.h"
#include "onestop/v1/policy.pb.h"

namespace onestop::wire {

// Adds what `file` says to `draft`. `tree` tells where each field was read.
void AppendToDraft(const v1::PolicyFile& file,
                   google::protobuf::TextFormat::ParseInfoTree* tree,
                   const std::string& name, domain::PolicyDraft* draft);

}  // namespace onestop::wire

#endif  // ONESTOP_WIRE_POLICY_DRAFT_H_
