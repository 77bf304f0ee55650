// `onestop policy check`: whether a folder of policy files compiles, and what
// in it is assumed.
#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include "cli/exit_code.h"
#include "cli/verbs.h"
#include "wire/policy_file.h"
#include "wire/policy_report.h"

namespace onestop::cli {
namespace {

int Check(const std::string& directory) {
  auto texts = wire::ReadPolicyDirectory(directory);
  if (!texts.ok()) {
    std::cerr << texts.status().message() << "\n";
    return kExitUsage;
  }
  const wire::PolicyReport report = wire::CheckPolicyFiles(*std::move(texts));
  std::cout << wire::FormatPolicyReport(report) << std::flush;
  return report.ok() ? kExitOk : kExitRefused;
}

}  // namespace

void AddPolicy(CLI::App& app, Chosen& chosen) {
  CLI::App* policy =
      app.add_subcommand("policy", "Policy files: schemes, layers, figures");
  policy->require_subcommand(1);
  CLI::App* check = policy->add_subcommand(
      "check",
      "Compile a folder of policy files: errors (exit 1), warnings, and "
      "everything that is assumed rather than cited");
  auto directory = std::make_shared<std::string>();
  check->add_option("directory", *directory, "The folder")
      ->type_name("DIR")
      ->required();
  check->callback([directory, &chosen] {
    chosen = [directory] { return Check(*directory); };
  });
}

}  // namespace onestop::cli
