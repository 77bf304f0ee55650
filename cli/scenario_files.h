// Scenario files for a server: several files read as one world and one list of
// steps.
#ifndef ONESTOP_CLI_SCENARIO_FILES_H_
#define ONESTOP_CLI_SCENARIO_FILES_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "onestop/v1/scenario.pb.h"

namespace onestop::cli {

// All scenarios of all files, merged in order. INVALID_ARGUMENT names the file
// and the line.
absl::StatusOr<::onestop::v1::Scenario> ReadScenarioFiles(
    const std::vector<std::string>& paths);

// Adds `suffix` to every person id, wherever it stands, so that the same files
// can be played again on a database that has seen them.
void AddPersonSuffix(std::string_view suffix,
                     ::onestop::v1::Scenario& scenario);

// Gives every reversal that names a request id alone the person and the
// institution of the settle step with that id, looking back first.
void CompleteReversals(::onestop::v1::Scenario& scenario);

}  // namespace onestop::cli

#endif  // ONESTOP_CLI_SCENARIO_FILES_H_
