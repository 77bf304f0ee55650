// The verbs of the `onestop` command. Each adds its subcommand to the parser
// and, when it is chosen, leaves what is to be run.
#ifndef ONESTOP_CLI_VERBS_H_
#define ONESTOP_CLI_VERBS_H_

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <ostream>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/client.h"
#include "cli/options.h"
#include "cli/text.h"
#include "cli/words.h"
#include "domain/policy.h"
#include "google/protobuf/message.h"

namespace onestop::cli {

// What the parser leaves behind: the chosen verb, to be run after parsing.
// Returns an exit code of cli/exit_code.h.
using Chosen = std::function<int()>;

void AddEval(CLI::App& app, Chosen& chosen);
void AddQuote(CLI::App& app, Chosen& chosen);
void AddSettle(CLI::App& app, Chosen& chosen);
void AddStream(CLI::App& app, Chosen& chosen);
void AddReverse(CLI::App& app, Chosen& chosen);
void AddRegister(CLI::App& app, Chosen& chosen);
void AddRegistration(CLI::App& app, Chosen& chosen);
void AddShow(CLI::App& app, Chosen& chosen);
void AddLedger(CLI::App& app, Chosen& chosen);
void AddEligibility(CLI::App& app, Chosen& chosen);
void AddList(CLI::App& app, Chosen& chosen);
void AddLookup(CLI::App& app, Chosen& chosen);
void AddLoad(CLI::App& app, Chosen& chosen);
void AddImport(CLI::App& app, Chosen& chosen);
void AddPlay(CLI::App& app, Chosen& chosen);
void AddPolicy(CLI::App& app, Chosen& chosen);
void AddVerify(CLI::App& app, Chosen& chosen);
void AddReconcile(CLI::App& app, Chosen& chosen);
void AddClearing(CLI::App& app, Chosen& chosen);
void AddYear(CLI::App& app, Chosen& chosen);
void AddHealth(CLI::App& app, Chosen& chosen);
void AddCompletion(CLI::App& app, Chosen& chosen);

// All of them, with the command's own help.
void AddAllVerbs(CLI::App& app, Chosen& chosen);

// Parses the arguments and runs what was chosen; the process's exit code.
int RunCommand(int argc, const char* const* argv);

// What the verbs share.

// Prints the error on standard error, and where the answer would be JSON as a
// google.rpc.Status in its place; the exit code that it stands for.
int Fail(const absl::Status& status, const OutputOptions& options);

// Prints `message` as JSON, or what `text` writes once for each language.
void Print(const google::protobuf::Message& message,
           const OutputOptions& options,
           const std::function<std::string(Language)>& text);
// What `text` writes, once for each language.
void PrintText(const OutputOptions& options,
               const std::function<std::string(Language)>& text);

// The policies of a folder, or (empty) those built into the program.
absl::StatusOr<domain::Policy> LoadPolicy(const std::string& directory);
// Names of schemes and layers by the policies built in; ids where these cannot
// be read.
NameOf BuiltInNames();

}  // namespace onestop::cli

#endif  // ONESTOP_CLI_VERBS_H_
