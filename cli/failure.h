// Errors as people read them: what was wrong, where, and what to do.
#ifndef ONESTOP_CLI_FAILURE_H_
#define ONESTOP_CLI_FAILURE_H_

#include <string>

#include "absl/status/status.h"
#include "cli/exit_code.h"
#include "cli/text.h"

namespace onestop::cli {

// The reason, what happened (in the language, where the reason is known), each
// bad field, the metadata, and what to do; some lines, the last ending in a
// newline.
std::string FailureText(const absl::Status& status, Language language);

// The exit code that an answer's status stands for.
ExitCode ExitCodeOf(const absl::Status& status);

}  // namespace onestop::cli

#endif  // ONESTOP_CLI_FAILURE_H_
