// Compiles a policy draft into the Policy that the engine reads, or says
// everything that is wrong with it at once (docs/rules.md section 9).
#ifndef ONESTOP_DOMAIN_POLICY_COMPILE_H_
#define ONESTOP_DOMAIN_POLICY_COMPILE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "domain/policy.h"
#include "domain/policy_draft.h"

namespace onestop::domain {

// Something wrong, or worth a look, at a place of a policy file. A conflict's
// message names the other place too, as file:line.
struct Finding {
  Place place;
  std::string message;
  // "yn36.textproto:12: the message".
  std::string ToString() const;
  friend bool operator==(const Finding& a, const Finding& b) {
    return a.place.file == b.place.file && a.place.line == b.place.line &&
           a.message == b.message;
  }
};

// One number, order, condition, measure or scope with its source.
struct Statement {
  std::string what;  // "yn-negotiated-resident: deductible 1200.00"
  Place place;
  std::string source;  // as Source::text
  bool assumed = false;
  bool is_number = false;
};

struct CompileResult {
  Policy policy;  // only to be used when `errors` is empty
  std::vector<Finding> errors;
  std::vector<Finding> warnings;
  std::vector<Statement> statements;  // in file order
};

// Checks everything and compiles what it can. Never fails: errors are in the
// result.
CompileResult CheckPolicy(const PolicyDraft& draft);

// The compiled policy with its warnings; INVALID_ARGUMENT (reason
// POLICY_INVALID) with one line an error when there is any.
absl::StatusOr<CompileResult> CompilePolicy(const PolicyDraft& draft);

// The same for errors found elsewhere, such as by a parser.
absl::Status PolicyInvalid(const std::vector<Finding>& errors);

}  // namespace onestop::domain

#endif  // ONESTOP_DOMAIN_POLICY_COMPILE_H_
