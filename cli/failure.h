// Errors as people read them: what was wrong, where, and what to do.
#ifndef ONESTOP_CLI_FAILURE_H_
#define ONESTOP_CLI_FAILURE_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "cli/exit_code.h"
#include "cli/text.h"

namespace onestop::cli {

// What somebody at the window can do about an error reason; empty when the
// reason is not known here.
std::string Advice(std::string_view reason, Language language);
// All reasons that Advice knows.
std::vector<std::string_view> KnownReasons();

// The reason, the message, each bad field, the metadata, and what to do; some
// lines, the last ending in a newline.
std::string FailureText(const absl::Status& status, Language language);

// The exit code that an answer's status stands for.
ExitCode ExitCodeOf(const absl::Status& status);

}  // namespace onestop::cli

#endif  // ONESTOP_CLI_FAILURE_H_
