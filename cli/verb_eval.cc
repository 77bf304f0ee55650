// `onestop eval`: scenarios offline, on a store in memory.
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "cli/eval.h"
#include "cli/exit_code.h"
#include "cli/input.h"
#include "cli/verbs.h"

namespace onestop::cli {
namespace {

struct Options {
  std::vector<std::string> files;
  std::string policies;
  bool check = false;
};

int Run(const Options& options) {
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
             options.check, std::cout, std::cerr, tally);
  }
  if (options.check) {
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
  auto options = std::make_shared<Options>();
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
                 "and a summary, exit 1 if there is one");
  verb->add_option("--policies", options->policies,
                   "Use the policies of this folder, not those built in")
      ->type_name("DIR");
  verb->callback(
      [options, &chosen] { chosen = [options] { return Run(*options); }; });
}

}  // namespace onestop::cli
