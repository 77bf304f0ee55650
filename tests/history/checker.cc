// Counts the calls, runs every check, verifies the store.
#include "tests/history/checker.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "tests/history/checks.h"
#include "tests/history/findings.h"
#include "tests/history/stored.h"

namespace onestop::history {
namespace {

void CountCalls(const Operation& operation, Verdict& verdict) {
  ++verdict.operations;
  for (const Attempt& attempt : operation.attempts) {
    ++verdict.calls;
    switch (MeaningOf(operation, attempt)) {
      case Meaning::kAcknowledged:
        ++verdict.acknowledged;
        break;
      case Meaning::kRefused:
        ++verdict.refused;
        break;
      case Meaning::kUnknown:
        ++verdict.unknown;
        break;
    }
  }
  const bool writes = !std::holds_alternative<QuoteAsk>(operation.ask);
  if (writes && IsOutcomeUnknown(operation)) ++verdict.never_known;
}

}  // namespace

absl::StatusOr<Verdict> Check(absl::Span<const Operation> operations,
                              storage::Store& store,
                              const CheckOptions& options) {
  Verdict verdict;
  for (const Operation& operation : operations) CountCalls(operation, verdict);
  Findings findings(options.max_problems);
  ONESTOP_ASSIGN_OR_RETURN(const Stored stored, ReadAll(store));
  const IdUses uses = UsesOf(operations);
  for (const auto& [key, use] : uses) {
    CheckSettles(key, use, stored, findings);
    CheckReversals(key, use, stored, findings);
  }
  CheckOrigins(uses, stored, findings);
  CheckOrder(operations, uses, stored, findings);
  CheckBounds(stored, findings);
  CheckRegistry(operations, stored, options.from_before, findings);
  ONESTOP_ASSIGN_OR_RETURN(verdict.verify,
                           cli::VerifyDatabase(store, options.verify));
  verdict.lost = findings.Count(Wound::kLost);
  verdict.doubled = findings.Count(Wound::kDoubled);
  verdict.half = findings.Count(Wound::kHalf);
  verdict.differing = findings.Count(Wound::kDiffering);
  verdict.broken = findings.Count(Wound::kBroken);
  verdict.problems = findings.TakeSentences();
  for (const cli::Difference& difference : verdict.verify.differences) {
    if (verdict.problems.size() >= 2 * options.max_problems) break;
    verdict.problems.push_back(absl::StrCat("verify: ", difference.ToString()));
  }
  return verdict;
}

}  // namespace onestop::history
