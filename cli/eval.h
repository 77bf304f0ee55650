// Offline evaluation: plays a scenario on a store in memory the way a lane
// does, gather → decide → write, without a clock.
#ifndef ONESTOP_CLI_EVAL_H_
#define ONESTOP_CLI_EVAL_H_

#include <ostream>
#include <string_view>

#include "absl/status/statusor.h"
#include "domain/policy.h"
#include "onestop/v1/scenario.pb.h"

namespace onestop::cli {

// Plays one scenario: a result for each step, in the shape of its `expect`.
// INVALID_ARGUMENT when the scenario's world is malformed; INTERNAL when the
// engine breaks a rule of its own. Depends on its arguments alone.
absl::StatusOr<::onestop::v1::ScenarioResult> RunScenario(
    const ::onestop::v1::Scenario& scenario, const domain::Policy& policy);

// What became of the scenarios of one or more texts.
struct EvalTally {
  int scenarios = 0;    // played
  int steps = 0;        // of these
  int differences = 0;  // check: steps' fields that differ from `expect`
  int malformed = 0;    // scenarios that could not be read
  int broken = 0;       // scenarios in which the engine broke a rule of its own
};

// Plays every scenario of a text (a JSON list, an object, JSON Lines). Without
// `check` each result is a line of JSON on `out`; with it each difference from
// `expect` is a line there. What cannot be played is told on `err`; `name` says
// there which file it is.
void EvalText(std::string_view name, std::string_view json,
              const domain::Policy& policy, bool check, std::ostream& out,
              std::ostream& err, EvalTally& tally);

}  // namespace onestop::cli

#endif  // ONESTOP_CLI_EVAL_H_
