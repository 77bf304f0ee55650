// `onestop year close`: closes a year of service.
#include <memory>
#include <string>

#include "cli/exit_code.h"
#include "cli/text.h"
#include "cli/verbs.h"
#include "onestop/v1/registry.grpc.pb.h"

namespace onestop::cli {
namespace {

namespace pb = ::onestop::v1;

struct CloseOptions {
  int year = 0;
  std::string request_id;
  ServerOptions server;
  OutputOptions output;
};

std::string ClosedYearText(const pb::CloseYearResponse& response,
                           Language language) {
  return FillIn(
      Pick(language,
           "$0 年度已关账：不再受理该年度的结算、过账和期初数，只能冲销。其他"
           "服务副本两秒内生效。\n",
           "The year $0 is closed for settles, postings and opening counters; "
           "reversals remain. Other replicas follow within two seconds.\n"),
      {Cat(response.year())});
}

int RunClose(const CloseOptions& options) {
  pb::CloseYearRequest request;
  request.set_year(options.year);
  request.set_request_id(options.request_id.empty()
                             ? Cat("close-", options.year)
                             : options.request_id);
  Client client(options.server);
  const auto response = client.Call<pb::CloseYearResponse>(
      client.registry(), &pb::RegistryService::Stub::CloseYear, request);
  if (!response.ok()) return Fail(response.status(), options.output);
  Print(*response, options.output,
        [&](Language language) { return ClosedYearText(*response, language); });
  return kExitOk;
}

}  // namespace

void AddYear(CLI::App& app, Chosen& chosen) {
  CLI::App* year =
      app.add_subcommand("year", "Years of service: close one for late claims");
  year->require_subcommand(1);
  auto options = std::make_shared<CloseOptions>();
  CLI::App* verb = year->add_subcommand(
      "close",
      "Close a year for settles, postings and opening counters, in all "
      "regions and for good; reversals remain. Without it the year closes by "
      "itself after 31 March of the next");
  verb->add_option("year", options->year, "The year; before the current one")
      ->type_name("YEAR")
      ->required();
  verb->add_option("--request-id", options->request_id,
                   "The key of this request; else close-YEAR")
      ->type_name("ID");
  AddServerOptions(*verb, options->server);
  AddOutputOptions(*verb, options->output);
  verb->callback([options, &chosen] {
    chosen = [options] { return RunClose(*options); };
  });
}

}  // namespace onestop::cli
