// `onestop quote`: what a claim would come to.
#include <memory>
#include <string>

#include "cli/claim_input.h"
#include "cli/exit_code.h"
#include "cli/receipt_text.h"
#include "cli/verbs.h"

namespace onestop::cli {
namespace {

namespace pb = ::onestop::v1;

struct QuoteOptions {
  std::string json = "-";
  ServerOptions server;
  OutputOptions output;
};

int RunQuote(const QuoteOptions& options) {
  pb::QuoteRequest request;
  const absl::Status read = ReadQuote(options.json, request);
  if (!read.ok()) return Fail(read, options.output);
  Client client(options.server);
  const auto response = client.Call<pb::QuoteResponse>(
      client.settlement(), &pb::SettlementService::Stub::Quote, request);
  if (!response.ok()) return Fail(response.status(), options.output);
  const NameOf names = BuiltInNames();
  Print(*response, options.output, [&](Language language) {
    return ReceiptText(response->receipt(), {language, names});
  });
  return kExitOk;
}

}  // namespace

void AddQuote(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<QuoteOptions>();
  CLI::App* verb =
      app.add_subcommand("quote", "What a claim would come to; books nothing");
  AddRequestOption(*verb, options->json,
                   "The claim, or a QuoteRequest, in JSON; - is standard input")
      ->capture_default_str();
  AddServerOptions(*verb, options->server);
  AddOutputOptions(*verb, options->output);
  verb->callback([options, &chosen] {
    chosen = [options] { return RunQuote(*options); };
  });
}

}  // namespace onestop::cli
