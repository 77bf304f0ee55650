// What `onestop policy check` says about policy files: what they hold, what is
// wrong, and what is assumed.
#ifndef ONESTOP_WIRE_POLICY_REPORT_H_
#define ONESTOP_WIRE_POLICY_REPORT_H_

#include <string>
#include <vector>

#include "domain/policy_compile.h"
#include "wire/policy_file.h"

namespace onestop::wire {

// How many statements are cited and how many are assumed.
struct SourceCount {
  int cited = 0;
  int assumed = 0;
};

struct PolicyReport {
  int files = 0;
  int documents = 0;
  int schemes = 0;
  int layers = 0;
  int regions = 0;
  SourceCount numbers;
  SourceCount others;  // orders, conditions, measures, scopes, dates, rules
  std::vector<domain::Finding> errors;
  std::vector<domain::Finding> warnings;
  std::vector<domain::Statement> assumed;  // in file order

  bool ok() const { return errors.empty(); }
};

// Checks policy files without loading them. Files with syntax errors are
// reported alone: nothing else is judged until they can be read.
PolicyReport CheckPolicyFiles(std::vector<PolicyText> texts);

// The report as text for people, one finding a line, each with file and line.
std::string FormatPolicyReport(const PolicyReport& report);

}  // namespace onestop::wire

#endif  // ONESTOP_WIRE_POLICY_REPORT_H_
