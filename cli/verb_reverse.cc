// `onestop reverse`: takes a settlement back, or closes a request id.
#include <iostream>
#include <memory>
#include <string>

#include "base/error.h"
#include "base/status_macros.h"
#include "cli/claim_input.h"
#include "cli/exit_code.h"
#include "cli/receipt_text.h"
#include "cli/text.h"
#include "cli/verbs.h"

namespace onestop::cli {
namespace {

namespace pb = ::onestop::v1;

struct ReverseOptions {
  std::string json;
  std::string person;
  std::string institution;
  std::string request_id;
  std::string settlement;
  std::string reason;
  std::string operator_id;
  ServerOptions server;
  OutputOptions output;
};

absl::Status ReadReverse(const ReverseOptions& options,
                         pb::ReverseRequest& request) {
  ONESTOP_RETURN_IF_ERROR(ReadRequest(options.json, request));
  if (!options.person.empty()) request.set_person_id(options.person);
  if (!options.institution.empty()) {
    request.set_institution_id(options.institution);
  }
  if (!options.request_id.empty()) {
    request.set_settle_request_id(options.request_id);
  }
  if (!options.settlement.empty()) {
    request.set_settlement_id(options.settlement);
  }
  if (!options.reason.empty()) request.set_reason(options.reason);
  if (!options.operator_id.empty()) {
    request.set_operator_id(options.operator_id);
  }
  if (request.target_case() != pb::ReverseRequest::TARGET_NOT_SET) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      "say what to reverse: --settlement ID, or --institution ID with "
      "--request-id ID");
}

// A request id under which nothing had settled: mistyped, as likely as not.
std::string ClosedText(const pb::ReverseRequest& request, Language language) {
  return Fill(
      Pick(
          language,
          "没有冲销任何结算：人员 $0 在机构 $1 没有以请求号 $2 结算过。该请求号"
          "现已关闭，此后以它结算会被拒绝。\n"
          "如本要冲销某笔结算，请用 onestop list --person $0 查找。\n",
          "Nothing was taken back: person $0 has no settlement at institution "
          "$1 under request id $2;\nit is closed now and will be refused.\n"
          "If a settlement was meant, find it with: onestop list --person "
          "$0\n"),
      request.person_id(), request.institution_id(),
      request.settle_request_id());
}

std::string ReverseText(const pb::ReverseRequest& request,
                        const pb::ReverseResponse& response,
                        const TextOptions& options) {
  const Language language = options.language;
  std::string text;
  if (response.closed()) text = ClosedText(request, language);
  if (response.has_reversal()) {
    text += ReversalText(response.reversal(), options);
  }
  if (response.has_replacement()) {
    Append(
        &text, "\n",
        response.replacement().outcome() == pb::SETTLE_OUTCOME_QUOTE_STALE
            ? Pick(language, "未作任何变动：替代结算与试算不同。\n",
                   "Nothing was written: the replacement is not as quoted.\n")
            : "",
        ReceiptText(response.replacement().receipt(), options));
  }
  return text;
}

int RunReverse(const ReverseOptions& options) {
  pb::ReverseRequest request;
  const absl::Status read = ReadReverse(options, request);
  if (!read.ok()) return Fail(read, options.output);
  Client client(options.server);
  const auto response = client.Call<pb::ReverseResponse>(
      client.settlement(), &pb::SettlementService::Stub::Reverse, request);
  if (!response.ok()) return Fail(response.status(), options.output);
  const NameOf names = BuiltInNames();
  Print(*response, options.output, [&](Language language) {
    return ReverseText(request, *response, {language, names});
  });
  const bool stale =
      response->replacement().outcome() == pb::SETTLE_OUTCOME_QUOTE_STALE;
  return stale ? kExitRefused : kExitOk;
}

}  // namespace

void AddReverse(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<ReverseOptions>();
  CLI::App* verb = app.add_subcommand(
      "reverse", "Take a whole settlement back, or close a request id");
  AddRequestOption(
      *verb, options->json,
      "A ReverseRequest in JSON, with a replacement for example; - "
      "is standard input. Options replace its fields");
  verb->add_option("--person", options->person, "The person")->type_name("ID");
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
  verb->add_option("--reason", options->reason, "Why; kept")->type_name("TEXT");
  verb->add_option("--operator", options->operator_id, "Who; kept")
      ->type_name("ID");
  AddServerOptions(*verb, options->server);
  AddOutputOptions(*verb, options->output);
  verb->callback([options, &chosen] {
    chosen = [options] { return RunReverse(*options); };
  });
}

}  // namespace onestop::cli
