// `onestop eval`: scenarios offline, on a store in memory.
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "cli/eval.h"
#include "cli/exit_code.h"
#include "cli/input.h"
#include "cli/json_text.h"
#include "cli/verbs.h"

namespace onestop::cli {
namespace {

struct EvalOptions {
  std::vector<std::string> files;
  std::string policies;
  bool check = false;
  OutputOptions output;
};

int RunEval(const EvalOptions& options) {
  const auto policy = LoadPolicy(options.policies);
  if (!policy.ok()) {
    std::cerr << policy.status().message() << "\n";
    return kExitUsage;
  }
  EvalTally tally;
  bool unreadable = false;
  for (const std::string& file : options.files) {
    const auto text = ReadInput(file);
    if (!text.ok()) {
      std::cerr << text.status().message() << "\n";
      unreadable = true;
      continue;
    }
    EvalText(file == "-" ? "standard input" : file, *text, *policy,
             options.check,
             options.check && options.output.json() ? std::cerr : std::cout,
             std::cerr, tally);
  }
  if (options.check && options.output.json()) {
    std::cout << JsonObject()
                     .Add("scenarios", tally.scenarios)
                     .Add("steps", tally.steps)
                     .Add("differences", tally.differences)
                     .ToString()
              << "\n";
  } else if (options.check) {
    std::cout << tally.scenarios << " scenarios, " << tally.steps << " steps, "
              << tally.differences << " differences\n";
  }
  std::cout << std::flush;
  if (tally.broken > 0) return kExitBroken;
  if (unreadable || tally.malformed > 0) return kExitUsage;
  return tally.differences == 0 ? kExitOk : kExitRefused;
}

}  // namespace

void AddEval(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<EvalOptions>();
  CLI::App* verb = app.add_subcommand(
      "eval",
      "Work scenarios out offline: one JSON object a scenario, in the shape of "
      "its expect");
  verb->add_option("files", options->files,
                   "A JSON list, an object, or JSON Lines; - is standard input")
      ->type_name("FILE|-")
      ->required();
  verb->add_flag("--check", options->check,
                 "Compare with each scenario's expect: print the differences "
                 "and a summary, exit 1 if there is one; with --output json "
                 "the differences are on standard error");
  verb->add_option("--policies", options->policies,
                   "Use the policies of this folder, not those built in")
      ->type_name("DIR");
  AddOutputOptions(*verb, options->output);
  verb->callback(
      [options, &chosen] { chosen = [options] { return RunEval(*options); }; });
}

}  // namespace onestop::cli
