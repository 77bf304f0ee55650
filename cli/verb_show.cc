// `onestop show`: a settlement as it stands.
#include <iostream>
#include <memory>
#include <string>

#include "cli/exit_code.h"
#include "cli/receipt_text.h"
#include "cli/text.h"
#include "cli/verbs.h"

namespace onestop::cli {
namespace {

namespace pb = ::onestop::v1;

struct ShowOptions {
  std::string person;
  std::string institution;
  std::string request_id;
  std::string settlement;
  ServerOptions server;
  OutputOptions output;
};

std::string ShownText(const pb::GetSettlementResponse& response,
                      const TextOptions& options) {
  std::string text = Cat(Pick(options.language, "现状：", "It stands: "),
                         StateName(response.state(), options.language), "\n");
  if (response.has_receipt()) {
    Append(&text, "\n", ReceiptText(response.receipt(), options));
  }
  if (response.has_reversal()) {
    Append(&text, "\n", ReversalText(response.reversal(), options));
  }
  return text;
}

int RunShow(const ShowOptions& options) {
  pb::GetSettlementRequest request;
  request.set_person_id(options.person);
  request.set_institution_id(options.institution);
  if (!options.settlement.empty()) {
    request.set_settlement_id(options.settlement);
  } else if (!options.request_id.empty()) {
    request.set_settle_request_id(options.request_id);
  } else {
    return Fail(absl::InvalidArgumentError(
                    "say what to show: --settlement ID, or --institution ID "
                    "with --request-id ID"),
                options.output);
  }
  Client client(options.server);
  const auto response = client.Call<pb::GetSettlementResponse>(
      client.settlement(), &pb::SettlementService::Stub::GetSettlement,
      request);
  if (!response.ok()) return Fail(response.status(), options.output);
  const NameOf names = BuiltInNames();
  Print(*response, options.output, [&](Language language) {
    return ShownText(*response, {language, names});
  });
  return kExitOk;
}

}  // namespace

void AddShow(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<ShowOptions>();
  CLI::App* verb = app.add_subcommand(
      "show", "A settlement as it stands: settled, reversed, closed");
  verb->add_option("--person", options->person, "The person")
      ->type_name("ID")
      ->required();
  auto* institution = verb->add_option("--institution", options->institution,
                                       "The institution of the settle")
                          ->type_name("ID");
  auto* request_id = verb->add_option("--request-id", options->request_id,
                                      "The settle's request id")
                         ->type_name("ID");
  verb->add_option("--settlement", options->settlement, "The settlement's id")
      ->type_name("ID")
      ->excludes(request_id);
  request_id->needs(institution);
  AddServerOptions(*verb, options->server);
  AddOutputOptions(*verb, options->output);
  verb->callback(
      [options, &chosen] { chosen = [options] { return RunShow(*options); }; });
}

}  // namespace onestop::cli
