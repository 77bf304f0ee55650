// `onestop completion`: the script that lets a shell complete the command.
#include <iostream>
#include <memory>
#include <string>

#include "cli/completion.h"
#include "cli/exit_code.h"
#include "cli/verbs.h"

namespace onestop::cli {

void AddCompletion(CLI::App& app, Chosen& chosen) {
  auto shell = std::make_shared<std::string>();
  CLI::App* verb = app.add_subcommand(
      "completion", "Print the script that completes verbs and options");
  AddWordOption(*verb, "shell", *shell, {"bash", "zsh", "fish"},
                "The shell that reads it")
      ->required();
  verb->callback([&app, shell, &chosen] {
    chosen = [&app, shell] {
      const auto verbs = CompletedVerbs(app);
      std::cout << (*shell == "bash"  ? BashCompletion(verbs)
                    : *shell == "zsh" ? ZshCompletion(verbs)
                                      : FishCompletion(verbs))
                << std::flush;
      return kExitOk;
    };
  });
}

}  // namespace onestop::cli
