// `onestop register`: registers a person for a treatment, a disease or a
// family account.
#include <memory>
#include <string>
#include <vector>

#include "base/status_macros.h"
#include "cli/claim_input.h"
#include "cli/exit_code.h"
#include "cli/receipt_text.h"
#include "cli/registration_kinds.h"
#include "cli/verbs.h"

namespace onestop::cli {
namespace {

namespace pb = ::onestop::v1;

struct RegisterOptions {
  std::string json;
  std::string request_id;
  std::string person;
  pb::RegistrationKind kind = pb::REGISTRATION_KIND_UNSPECIFIED;
  std::string disease;
  std::string institution;
  std::string physician;
  pb::PhysicianTitle title = pb::PHYSICIAN_TITLE_UNSPECIFIED;
  std::string from;
  std::string until;
  std::vector<std::string> items;
  std::vector<std::string> diagnoses;
  std::string basis;
  std::string plan;
  std::string beneficiary;
  std::string operator_id;
  ServerOptions server;
  OutputOptions output;
};

const Choices<pb::PhysicianTitle> kTitles = {
    {"junior", pb::PHYSICIAN_TITLE_JUNIOR},
    {"intermediate", pb::PHYSICIAN_TITLE_INTERMEDIATE},
    {"associate-senior", pb::PHYSICIAN_TITLE_ASSOCIATE_SENIOR},
    {"senior", pb::PHYSICIAN_TITLE_SENIOR}};

// Options replace what the input says.
absl::Status FillRegister(const RegisterOptions& options,
                          pb::RegisterRequest& request) {
  if (!options.json.empty()) {
    ONESTOP_RETURN_IF_ERROR(ReadRegister(options.json, request));
  }
  pb::Registration& registration = *request.mutable_registration();
  const auto set = [](const std::string& flag, std::string* field) {
    if (!flag.empty()) *field = flag;
  };
  set(options.request_id, request.mutable_request_id());
  set(options.operator_id, request.mutable_operator_id());
  set(options.person, registration.mutable_person_id());
  set(options.disease, registration.mutable_disease());
  set(options.institution, registration.mutable_institution_id());
  set(options.physician, registration.mutable_physician_id());
  set(options.from, registration.mutable_registered_on());
  set(options.until, registration.mutable_valid_until());
  set(options.basis, registration.mutable_diagnosis_basis());
  set(options.plan, registration.mutable_treatment_plan());
  set(options.beneficiary, registration.mutable_beneficiary_id());
  for (const std::string& item : options.items) {
    registration.add_item_codes(item);
  }
  for (const std::string& diagnosis : options.diagnoses) {
    registration.add_diagnosis_codes(diagnosis);
  }
  if (options.kind != pb::REGISTRATION_KIND_UNSPECIFIED) {
    registration.set_registration_kind(options.kind);
  }
  if (options.title != pb::PHYSICIAN_TITLE_UNSPECIFIED) {
    request.set_physician_title(options.title);
  }
  return absl::OkStatus();
}

int RunRegister(const RegisterOptions& options) {
  pb::RegisterRequest request;
  const absl::Status read = FillRegister(options, request);
  if (!read.ok()) return Fail(read, options.output);
  Client client(options.server);
  const auto response = client.Call<pb::RegisterResponse>(
      client.settlement(), &pb::SettlementService::Stub::Register, request);
  if (!response.ok()) return Fail(response.status(), options.output);
  const NameOf names = BuiltInNames();
  Print(*response, options.output, [&](Language language) {
    return RegistrationText(response->registration(), {language, names});
  });
  return kExitOk;
}

void AddRegisterFlags(CLI::App& verb, RegisterOptions& options) {
  const auto text = [&](const char* flag, std::string& value, const char* type,
                        const char* help) {
    verb.add_option(flag, value, help)->type_name(type);
  };
  AddRequestOption(verb, options.json,
                   "The registration, or a RegisterRequest, in JSON; - is "
                   "standard input. Options replace its fields");
  text("--request-id", options.request_id, "ID",
       "Your key of this registration");
  text("--person", options.person, "ID",
       "The person; for a family account its owner");
  AddKindOption(verb, options.kind, "What it entitles to");
  text("--disease", options.disease, "CODE",
       "Such as M03900, HYPERTENSION, DIABETES");
  text("--institution", options.institution, "ID",
       "The registered hospital, or who certified");
  text("--physician", options.physician, "ID", "The registered physician");
  AddChoiceOption(verb, "--title", options.title, kTitles,
                  "The physician's title");
  text("--from", options.from, "DATE", "First day");
  text("--until", options.until, "DATE", "Last day");
  verb.add_option("--item", options.items, "A drug of the treatment; may recur")
      ->type_name("CODE");
  verb.add_option("--diagnosis", options.diagnoses, "ICD-10; may recur")
      ->type_name("CODE");
  text("--basis", options.basis, "TEXT", "What the diagnosis rests on");
  text("--plan", options.plan, "TEXT", "The plan of treatment");
  text("--beneficiary", options.beneficiary, "ID",
       "The relative who may use the account");
  text("--operator", options.operator_id, "ID", "Who; kept");
}

}  // namespace

void AddRegister(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<RegisterOptions>();
  CLI::App* verb = app.add_subcommand(
      "register", "Register a treatment, a disease or a family account");
  AddRegisterFlags(*verb, *options);
  AddServerOptions(*verb, options->server);
  AddOutputOptions(*verb, options->output);
  verb->callback([options, &chosen] {
    chosen = [options] { return RunRegister(*options); };
  });
}

}  // namespace onestop::cli
