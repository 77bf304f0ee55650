// `onestop settle`: settles a claim, once per request id.
#include <cstdint>
#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include "base/limits.h"
#include "cli/claim_input.h"
#include "cli/exit_code.h"
#include "cli/receipt_text.h"
#include "cli/text.h"
#include "cli/verbs.h"

namespace onestop::cli {
namespace {

namespace pb = ::onestop::v1;

struct SettleOptions {
  std::string json = "-";
  std::string request_id;
  std::optional<int64_t> expected_cash;
  ServerOptions server;
  OutputOptions output;
};

std::string StaleText(const pb::SettleResponse& response, Language language,
                      const NameOf& names) {
  std::string text =
      Cat(Pick(language, "没有结算：个人应付与试算不同，现为 ",
               "Not settled: the person would pay another amount than quoted, "
               "now "),
          Yuan(response.receipt().totals().cash_fen()),
          Pick(language, " 元。变动的累计：", " yuan. What moved:"), "\n");
  for (const pb::MovedCounter& moved : response.moved()) {
    Append(&text, "  ", CounterName(moved.counter(), names, language), "  ",
           moved.has_quoted_fen() ? Cat(Yuan(moved.quoted_fen()), " → ") : "",
           Yuan(moved.now_fen()), "\n");
  }
  return Cat(text, "\n", ReceiptText(response.receipt(), {language, names}));
}

int RunSettle(const SettleOptions& options) {
  pb::SettleRequest request;
  const absl::Status read = ReadSettle(options.json, request);
  if (!read.ok()) return Fail(read, options.output);
  if (!options.request_id.empty()) request.set_request_id(options.request_id);
  if (options.expected_cash) {
    request.set_expected_cash_fen(*options.expected_cash);
  }
  Client client(options.server);
  const auto response = client.Call<pb::SettleResponse>(
      client.settlement(), &pb::SettlementService::Stub::Settle, request);
  if (!response.ok()) return Fail(response.status(), options.output);
  const bool stale = response->outcome() == pb::SETTLE_OUTCOME_QUOTE_STALE;
  const NameOf names = BuiltInNames();
  Print(*response, options.output, [&](Language language) {
    return stale ? StaleText(*response, language, names)
                 : ReceiptText(response->receipt(), {language, names});
  });
  return stale ? kExitRefused : kExitOk;
}

}  // namespace

void AddSettle(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<SettleOptions>();
  CLI::App* verb = app.add_subcommand(
      "settle", "Settle a claim; the same request id again: the same answer");
  AddRequestOption(
      *verb, options->json,
      "The claim, or a SettleRequest, in JSON; - is standard input")
      ->capture_default_str();
  verb->add_option("--request-id", options->request_id,
                   "Your key of this settlement; replaces the input's")
      ->type_name("ID");
  verb->add_option("--expected-cash", options->expected_cash,
                   "Settle only if the person pays just this (exit 1 if not)")
      ->type_name("FEN")
      ->check(WholeNumber(0, limits::kMaxAmountFen));
  AddServerOptions(*verb, options->server);
  AddOutputOptions(*verb, options->output);
  verb->callback([options, &chosen] {
    chosen = [options] { return RunSettle(*options); };
  });
}

}  // namespace onestop::cli
