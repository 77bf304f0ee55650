// `onestop year`: a person's statement of one; closing one.
#include <iostream>
#include <memory>
#include <set>
#include <string>

#include "base/limits.h"
#include "base/status_macros.h"
#include "cli/exit_code.h"
#include "cli/input.h"
#include "cli/json_text.h"
#include "cli/receipt_text.h"
#include "cli/text.h"
#include "cli/verbs.h"
#include "onestop/v1/registry.grpc.pb.h"
#include "onestop/v1/settlement.grpc.pb.h"

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

struct StatementOptions {
  std::string person;
  int year = 0;
  ServerOptions server;
  OutputOptions output;
};

absl::StatusOr<pb::GetEligibilityResponse> AskLimits(
    Client& client, const pb::GetEligibilityRequest& request) {
  return client.Call<pb::GetEligibilityResponse>(
      client.settlement(), &pb::SettlementService::Stub::GetEligibility,
      request);
}

// Each drug that the person is registered for: drugs have caps of their own,
// which are told of those that are asked for.
void AskForRegisteredDrugs(const pb::GetEligibilityResponse& limits,
                           pb::GetEligibilityRequest& request) {
  std::set<std::string> codes;
  for (const pb::RegistrationStanding& standing : limits.registrations()) {
    const pb::Registration& registration = standing.registration();
    codes.insert(registration.item_codes().begin(),
                 registration.item_codes().end());
    for (const pb::ItemVersion& version : registration.item_versions()) {
      codes.insert(version.item_codes().begin(), version.item_codes().end());
    }
  }
  for (const std::string& code : codes) {
    if (request.item_codes_size() ==
        static_cast<int>(limits::kMaxEligibilityItems)) {
      break;
    }
    request.add_item_codes(code);
  }
}

// As the person is entitled on the last day of the year.
absl::StatusOr<pb::GetEligibilityResponse> LimitsOf(
    Client& client, const StatementOptions& options) {
  pb::GetEligibilityRequest request;
  request.set_person_id(options.person);
  request.set_service_date(Cat(options.year, "-12-31"));
  ONESTOP_ASSIGN_OR_RETURN(auto limits, AskLimits(client, request));
  AskForRegisteredDrugs(limits, request);
  if (request.item_codes().empty()) return limits;
  return AskLimits(client, request);
}

absl::StatusOr<pb::GetLedgerResponse> LedgerOf(
    Client& client, const StatementOptions& options) {
  pb::GetLedgerRequest request;
  request.set_person_id(options.person);
  request.set_year(options.year);
  return client.Call<pb::GetLedgerResponse>(
      client.settlement(), &pb::SettlementService::Stub::GetLedger, request);
}

// A message within a line of JSON.
std::string Embedded(const google::protobuf::Message& message) {
  std::string json = ToJsonLine(message);
  json.pop_back();  // the newline
  return json;
}

int RunStatement(const StatementOptions& options) {
  Client client(options.server);
  const auto limits = LimitsOf(client, options);
  if (!limits.ok()) return Fail(limits.status(), options.output);
  const auto ledger = LedgerOf(client, options);
  if (!ledger.ok()) return Fail(ledger.status(), options.output);
  if (options.output.json()) {
    JsonObject json;
    json.Add("person_id", options.person).Add("year", options.year);
    json.AddJson("limits", Embedded(*limits));
    json.AddJson("ledger", Embedded(*ledger));
    std::cout << json.ToString() << "\n" << std::flush;
    return kExitOk;
  }
  const NameOf names = BuiltInNames();
  PrintText(options.output, [&](Language language) {
    return YearStatementText(options.person, options.year, *limits, *ledger,
                             {language, names});
  });
  return kExitOk;
}

void AddStatement(CLI::App& year, Chosen& chosen) {
  auto options = std::make_shared<StatementOptions>();
  CLI::App* verb = year.add_subcommand(
      "statement",
      "A person's statement of a year: what was used of each deductible and "
      "cap, as the person is entitled on its last day");
  verb->add_option("person", options->person, "The person")
      ->type_name("ID")
      ->required();
  verb->add_option("--year", options->year, "The year of service")
      ->type_name("YYYY")
      ->check(WholeNumber(1990, 2999))
      ->required();
  AddServerOptions(*verb, options->server);
  AddOutputOptions(*verb, options->output);
  verb->callback([options, &chosen] {
    chosen = [options] { return RunStatement(*options); };
  });
}

}  // namespace

void AddYear(CLI::App& app, Chosen& chosen) {
  CLI::App* year = app.add_subcommand(
      "year", "Years of service: a person's statement; close one");
  year->require_subcommand(1);
  AddStatement(*year, chosen);
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
