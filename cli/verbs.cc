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
#include "wire/policy_file.h"

namespace onestop::cli {
namespace {

constexpr char kFooter[] =
    "Exit codes: 0 done; 1 the answer is no (refused, stale, a difference); 2 "
    "the command line\nor the input is wrong; 3 no answer (server or database "
    "away, deadline passed; the same\nrequest id may be sent again); 4 "
    "something is broken inside.\n\nServer: --server or ONESTOP_SERVER. "
    "Language of texts: --lang, else LANG (Chinese unless\nit says English). "
    "Money in JSON is in fen, dates are YYYY-MM-DD.";

std::string Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

Language LanguageOfEnvironment() {
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const std::string value = Variable(name);
    if (value.empty()) continue;
    return value.starts_with("en") ? Language::kEnglish : Language::kChinese;
  }
  return Language::kChinese;
}

}  // namespace

void AddServerOptions(CLI::App& verb, ServerOptions& options) {
  verb.add_option("--server", options.server, "Where onestopd listens")
      ->type_name("HOST:PORT")
      ->envname("ONESTOP_SERVER")
      ->capture_default_str();
  verb.add_option("--deadline", options.deadline_seconds,
                  "How long to wait for an answer, all tries together")
      ->type_name("SECONDS")
      ->check(CLI::Range(0.001, 86'400.0))
      ->capture_default_str();
}

void AddOutputOptions(CLI::App& verb, OutputOptions& options) {
  verb.add_option("--output", options.format,
                  "text: to be read to people; json: the answer as it came")
      ->type_name("text|json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  verb.add_option("--lang", options.language, "The language of texts")
      ->type_name("zh|en|both")
      ->check(CLI::IsMember({"zh", "en", "both"}));
}

std::vector<Language> LanguagesOf(const OutputOptions& options) {
  if (options.language == "both") {
    return {Language::kChinese, Language::kEnglish};
  }
  if (options.language == "zh") return {Language::kChinese};
  if (options.language == "en") return {Language::kEnglish};
  return {LanguageOfEnvironment()};
}

Language FirstLanguage(const OutputOptions& options) {
  return LanguagesOf(options).front();
}

int Fail(const absl::Status& status, const OutputOptions& options) {
  std::cerr << FailureText(status, FirstLanguage(options));
  return ExitCodeOf(status);
}

void Print(const google::protobuf::Message& message,
           const OutputOptions& options,
           const std::function<std::string(Language)>& text) {
  if (options.format == "json") {
    std::cout << ToJson(message) << std::flush;
    return;
  }
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
    // Help was asked for, or the line is wrong: CLI11 prints either.
    return app.exit(error) == 0 ? kExitOk : kExitUsage;
  }
  return chosen();
}

}  // namespace onestop::cli
