// What the verbs share: options, printing, errors; and the list of verbs.
#include "cli/verbs.h"

#include <cstdlib>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "cli/exit_code.h"
#include "cli/failure.h"
#include "cli/input.h"
#include "cli/text.h"
#include "domain/policy.h"
#include "storage/ids.h"
#include "wire/embedded_policies.h"
#include "wire/error.h"
#include "wire/policy_file.h"

namespace onestop::cli {
namespace {

constexpr char kFooter[] =
    "Exit codes: 0 done; 1 the answer is no (refused, stale, a difference); 2 "
    "the command line\nor the input is wrong, nothing was done; 3 no answer "
    "(server or database away, deadline\npassed; the same request id may be "
    "sent again); 4 something is broken inside, or the\noutput cannot be "
    "written.\n\nJSON: "
    "--output json prints the answer as JSON, and of a call that failed its\n"
    "google.rpc.Status. Where a verb reads a request, --json FILE is that "
    "request (- is\nstandard input); elsewhere --json is short for --output "
    "json.\n\nServer: --server or ONESTOP_SERVER. "
    "Language of texts: --lang, else LANG (Chinese unless\nit says English). "
    "Money in JSON is in fen, dates are YYYY-MM-DD.";

}  // namespace

int Fail(const absl::Status& status, const OutputOptions& options) {
  if (options.json()) {
    std::cout << ToJsonLine(wire::ToRpcStatus(status)) << std::flush;
  }
  std::cerr << FailureText(status, FirstLanguage(options));
  return ExitCodeOf(status);
}

void Print(const google::protobuf::Message& message,
           const OutputOptions& options,
           const std::function<std::string(Language)>& text) {
  if (options.json()) {
    std::cout << ToJson(message) << std::flush;
    return;
  }
  PrintText(options, text);
}

void PrintText(const OutputOptions& options,
               const std::function<std::string(Language)>& text) {
  std::string_view separator = "";
  for (const Language language : LanguagesOf(options)) {
    std::cout << separator << text(language);
    separator = "\n";
  }
  std::cout << std::flush;
}

absl::StatusOr<domain::Policy> LoadPolicy(const std::string& directory) {
  std::vector<wire::PolicyText> texts;
  if (directory.empty()) {
    texts = wire::EmbeddedPolicies();
  } else {
    ONESTOP_ASSIGN_OR_RETURN(texts, wire::ReadPolicyDirectory(directory));
  }
  std::vector<std::pair<std::string, std::string>> named;
  for (const wire::PolicyText& text : texts) {
    named.emplace_back(text.name, text.text);
  }
  const std::string revision = storage::DigestTexts(std::move(named));
  ONESTOP_ASSIGN_OR_RETURN(wire::CompiledPolicy compiled,
                           wire::LoadPolicy(std::move(texts), revision));
  return std::move(compiled.policy);
}

NameOf BuiltInNames() {
  absl::StatusOr<domain::Policy> policy = LoadPolicy("");
  if (!policy.ok()) {
    return [](std::string_view id) {
      return domain::Name2{std::string(id), std::string(id)};
    };
  }
  auto shared = std::make_shared<const domain::Policy>(*std::move(policy));
  return [shared](std::string_view id) { return shared->NameOf(id); };
}

void AddAllVerbs(CLI::App& app, Chosen& chosen) {
  app.description(
      "onestop: settles medical claims at the one-stop window, explains them, "
      "and checks the rules offline.");
  app.footer(kFooter);
  app.require_subcommand(1);
  AddQuote(app, chosen);
  AddSettle(app, chosen);
  AddStream(app, chosen);
  AddReverse(app, chosen);
  AddRegister(app, chosen);
  AddRegistration(app, chosen);
  AddShow(app, chosen);
  AddLedger(app, chosen);
  AddEligibility(app, chosen);
  AddList(app, chosen);
  AddLookup(app, chosen);
  AddLoad(app, chosen);
  AddImport(app, chosen);
  AddPlay(app, chosen);
  AddEval(app, chosen);
  AddPolicy(app, chosen);
  AddVerify(app, chosen);
  AddReconcile(app, chosen);
  AddClearing(app, chosen);
  AddYear(app, chosen);
  AddHealth(app, chosen);
  AddCompletion(app, chosen);
}

int RunCommand(int argc, const char* const* argv) {
  CLI::App app;
  app.name("onestop");
  Chosen chosen;
  AddAllVerbs(app, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // Help.
    std::cerr << UsageText(app, argc, argv, error);
    return kExitUsage;
  }
  return chosen();
}

}  // namespace onestop::cli
