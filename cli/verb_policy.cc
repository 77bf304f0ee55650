// `onestop policy check`: whether a folder of policy files compiles, and what
// in it is assumed.
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/exit_code.h"
#include "cli/json_text.h"
#include "cli/verbs.h"
#include "wire/policy_file.h"
#include "wire/policy_report.h"

namespace onestop::cli {
namespace {

struct PolicyOptions {
  std::string directory;
  OutputOptions output;
};

std::string FindingsJson(const std::vector<domain::Finding>& findings) {
  std::vector<std::string> list;
  for (const domain::Finding& finding : findings) {
    list.push_back(JsonObject()
                       .Add("file", finding.place.file)
                       .Add("line", finding.place.line)
                       .Add("message", finding.message)
                       .ToString());
  }
  return JsonList(list);
}

std::string CountJson(const wire::SourceCount& count) {
  return JsonObject()
      .Add("cited", count.cited)
      .Add("assumed", count.assumed)
      .ToString();
}

std::string PolicyReportJson(const wire::PolicyReport& report) {
  std::vector<std::string> assumed;
  for (const domain::Statement& statement : report.assumed) {
    assumed.push_back(JsonObject()
                          .Add("file", statement.place.file)
                          .Add("line", statement.place.line)
                          .Add("what", statement.what)
                          .Add("source", statement.source)
                          .ToString());
  }
  return JsonObject()
             .Add("files", report.files)
             .Add("documents", report.documents)
             .Add("schemes", report.schemes)
             .Add("layers", report.layers)
             .Add("regions", report.regions)
             .AddJson("numbers", CountJson(report.numbers))
             .AddJson("others", CountJson(report.others))
             .AddJson("errors", FindingsJson(report.errors))
             .AddJson("warnings", FindingsJson(report.warnings))
             .AddJson("assumed", JsonList(assumed))
             .ToString() +
         "\n";
}

int CheckPolicy(const PolicyOptions& options) {
  auto texts = wire::ReadPolicyDirectory(options.directory);
  if (!texts.ok()) {
    std::cerr << texts.status().message() << "\n";
    return kExitUsage;
  }
  const wire::PolicyReport report = wire::CheckPolicyFiles(*std::move(texts));
  std::cout << (options.output.json() ? PolicyReportJson(report)
                                      : wire::FormatPolicyReport(report))
            << std::flush;
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
  auto options = std::make_shared<PolicyOptions>();
  check->add_option("directory", options->directory, "The folder")
      ->type_name("DIR")
      ->required();
  AddOutputOptions(*check, options->output);
  check->callback([options, &chosen] {
    chosen = [options] { return CheckPolicy(*options); };
  });
}

}  // namespace onestop::cli
