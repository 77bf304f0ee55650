// `onestop eligibility`: may a person be treated here, and what is left.
#include <memory>
#include <string>
#include <vector>

#include "base/status_macros.h"
#include "cli/claim_input.h"
#include "cli/exit_code.h"
#include "cli/receipt_text.h"
#include "cli/verbs.h"

namespace onestop::cli {
namespace {

namespace pb = ::onestop::v1;

struct EligibilityOptions {
  std::string person;
  std::string institution;
  std::string date;
  std::string physician;
  std::vector<std::string> items;
  std::vector<std::string> diagnoses;
  std::string json;  // a file; empty: none
  ServerOptions server;
  OutputOptions output;
};

// The request of the file, with the fields of the command line in their place.
absl::StatusOr<pb::GetEligibilityRequest> EligibilityRequestOf(
    const EligibilityOptions& options) {
  pb::GetEligibilityRequest request;
  ONESTOP_RETURN_IF_ERROR(ReadRequest(options.json, request));
  if (!options.person.empty()) request.set_person_id(options.person);
  if (!options.institution.empty()) {
    request.set_institution_id(options.institution);
  }
  if (!options.date.empty()) request.set_service_date(options.date);
  if (!options.physician.empty()) request.set_physician_id(options.physician);
  if (!options.items.empty()) {
    request.mutable_item_codes()->Assign(options.items.begin(),
                                         options.items.end());
  }
  if (!options.diagnoses.empty()) {
    request.mutable_diagnosis_codes()->Assign(options.diagnoses.begin(),
                                              options.diagnoses.end());
  }
  if (request.person_id().empty()) {
    return absl::InvalidArgumentError(
        "say whom to ask about: onestop eligibility PERSON, or a request with "
        "person_id by --json");
  }
  return request;
}

int RunEligibility(const EligibilityOptions& options) {
  const auto request = EligibilityRequestOf(options);
  if (!request.ok()) return Fail(request.status(), options.output);
  Client client(options.server);
  const auto response = client.Call<pb::GetEligibilityResponse>(
      client.settlement(), &pb::SettlementService::Stub::GetEligibility,
      *request);
  if (!response.ok()) return Fail(response.status(), options.output);
  const NameOf names = BuiltInNames();
  Print(*response, options.output, [&](Language language) {
    return EligibilityText(*request, *response, {language, names});
  });
  return response->refusals().empty() ? kExitOk : kExitRefused;
}

}  // namespace

void AddEligibility(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<EligibilityOptions>();
  CLI::App* verb = app.add_subcommand(
      "eligibility",
      "May a person be treated here on this day, and what is left of each "
      "limit; exits with 1 when a claim would be refused");
  verb->add_option("--person,person", options->person, "The person")
      ->type_name("ID");
  verb->add_option("--institution", options->institution,
                   "The hospital or pharmacy; without it: anywhere")
      ->type_name("ID");
  verb->add_option("--date", options->date,
                   "The day of service; without it: today")
      ->type_name("YYYY-MM-DD");
  verb->add_option("--item", options->items,
                   "An item to be told the scheme of; may be repeated")
      ->type_name("CODE");
  verb->add_option("--diagnosis", options->diagnoses,
                   "An ICD-10 code, for indications; may be repeated")
      ->type_name("CODE");
  verb->add_option("--physician", options->physician,
                   "The treating physician, for registered treatments")
      ->type_name("ID");
  AddRequestOption(*verb, options->json,
                   "A GetEligibilityRequest in JSON, with a prescription for "
                   "example; - is standard input. Options replace its fields");
  AddServerOptions(*verb, options->server);
  AddOutputOptions(*verb, options->output);
  verb->callback([options, &chosen] {
    chosen = [options] { return RunEligibility(*options); };
  });
}

}  // namespace onestop::cli
