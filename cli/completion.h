// Shell completion, written from the parser's own verbs and options.
#ifndef ONESTOP_CLI_COMPLETION_H_
#define ONESTOP_CLI_COMPLETION_H_

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace onestop::cli {

// What may stand after an option or as an argument: one of `words`, a file, or
// (neither) something that cannot be listed.
struct CompletedValue {
  std::vector<std::string> words;
  bool file = false;
};

struct CompletedOption {
  std::vector<std::string> names;  // "--server", "-h"
  std::string help;
  bool takes_value = false;
  CompletedValue value;
};

// One verb, or the command itself.
struct CompletedVerb {
  std::string path;  // "onestop import persons"
  std::string help;
  std::vector<std::string> verbs;  // that follow it
  std::vector<CompletedOption> options;
  CompletedValue argument;
};

// The command first, then every verb below it.
std::vector<CompletedVerb> CompletedVerbs(const CLI::App& app);

// Scripts for the shells.
std::string BashCompletion(const std::vector<CompletedVerb>& verbs);
std::string ZshCompletion(const std::vector<CompletedVerb>& verbs);
std::string FishCompletion(const std::vector<CompletedVerb>& verbs);

}  // namespace onestop::cli

#endif  // ONESTOP_CLI_COMPLETION_H_
