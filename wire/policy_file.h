// Policy files (textproto of onestop.v1.PolicyFile) as the compiled policy.
#ifndef ONESTOP_WIRE_POLICY_FILE_H_
#define ONESTOP_WIRE_POLICY_FILE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "domain/policy.h"
#include "domain/policy_compile.h"
#include "domain/policy_draft.h"

namespace onestop::wire {

// One policy file: its name without folders, and its content.
struct PolicyText {
  std::string name;
  std::string text;
};

struct CompiledPolicy {
  domain::Policy policy;
  std::vector<domain::Finding> warnings;
};

// A draft and what the parser could not read. A file with a syntax error gives
// nothing to the draft.
struct ParsedPolicy {
  domain::PolicyDraft draft;
  std::vector<domain::Finding> errors;
};

// Reads the texts, whatever their order; draft and findings are in order of
// name.
ParsedPolicy ParsePolicy(std::vector<PolicyText> texts);

// Parses and compiles. INVALID_ARGUMENT (reason POLICY_INVALID) lists every
// error with its file and line. `revision` is a digest of the texts that the
// caller computed; receipts name it.
absl::StatusOr<CompiledPolicy> LoadPolicy(std::vector<PolicyText> texts,
                                          std::string revision);

// The *.textproto files of a folder, by name. NOT_FOUND (reason
// POLICY_NOT_FOUND) when the folder does not exist, holds none, or a file of it
// cannot be read; INVALID_ARGUMENT (POLICY_INVALID) when there is too much.
absl::StatusOr<std::vector<PolicyText>> ReadPolicyDirectory(
    const std::string& path);

// Both: reads the folder, then loads it.
absl::StatusOr<CompiledPolicy> LoadPolicyDirectory(const std::string& path,
                                                   std::string revision = "");

}  // namespace onestop::wire

#endif  // ONESTOP_WIRE_POLICY_FILE_H_
