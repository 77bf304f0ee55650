// `onestop ledger`: a person's counters, account, prescriptions, supply.
#include <cstdint>
#include <memory>
#include <string>

#include "cli/exit_code.h"
#include "cli/receipt_text.h"
#include "cli/verbs.h"

namespace onestop::cli {
namespace {

namespace pb = ::onestop::v1;

struct LedgerOptions {
  std::string person;
  int32_t year = 0;
  ServerOptions server;
  OutputOptions output;
};

int RunLedger(const LedgerOptions& options) {
  pb::GetLedgerRequest request;
  request.set_person_id(options.person);
  request.set_year(options.year);
  Client client(options.server);
  const auto response = client.Call<pb::GetLedgerResponse>(
      client.settlement(), &pb::SettlementService::Stub::GetLedger, request);
  if (!response.ok()) return Fail(response.status(), options.output);
  const NameOf names = BuiltInNames();
  Print(*response, options.output, [&](Language language) {
    return LedgerText(options.person, *response, {language, names});
  });
  return kExitOk;
}

}  // namespace

void AddLedger(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<LedgerOptions>();
  CLI::App* verb = app.add_subcommand(
      "ledger", "A person's deductibles, caps, account and supply so far");
  verb->add_option("--person,person", options->person,
                   "The person, in either place")
      ->type_name("ID");
  verb->add_option("--year", options->year, "One year of service; 0: all")
      ->type_name("YYYY")
      ->check(WholeNumber(0, 2999));
  AddServerOptions(*verb, options->server);
  AddOutputOptions(*verb, options->output);
  verb->callback([options, &chosen] {
    // Said of the option, the help would require it in both places.
    if (options->person.empty()) throw CLI::RequiredError("--person");
    chosen = [options] { return RunLedger(*options); };
  });
}

}  // namespace onestop::cli
