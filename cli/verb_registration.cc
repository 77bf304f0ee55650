// `onestop registration`: lists registrations and changes them later.
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/status_macros.h"
#include "cli/claim_input.h"
#include "cli/exit_code.h"
#include "cli/receipt_text.h"
#include "cli/registration_kinds.h"
#include "cli/verbs.h"

namespace onestop::cli {
namespace {

namespace pb = ::onestop::v1;

// ---- list ----

struct RegistrationListOptions {
  std::string person;
  std::string institution;
  pb::RegistrationKind kind = pb::REGISTRATION_KIND_UNSPECIFIED;
  std::string active_on;
  std::string page_token;
  int limit = limits::kMaxPageSize;
  ServerOptions server;
  OutputOptions output;
};

// Page after page, up to the limit.
absl::StatusOr<pb::ListRegistrationsResponse> ReadRegistrations(
    const RegistrationListOptions& options) {
  pb::ListRegistrationsRequest request;
  request.set_person_id(options.person);
  request.set_institution_id(options.institution);
  request.set_registration_kind(options.kind);
  request.set_active_on(options.active_on);
  request.set_page_token(options.page_token);
  Client client(options.server);
  pb::ListRegistrationsResponse list;
  do {
    request.set_page_size(std::min(options.limit - list.registrations_size(),
                                   limits::kMaxPageSize));
    ONESTOP_ASSIGN_OR_RETURN(
        pb::ListRegistrationsResponse page,
        client.Call<pb::ListRegistrationsResponse>(
            client.registry(), &pb::RegistryService::Stub::ListRegistrations,
            request));
    list.MergeFrom(page);
    list.set_next_page_token(page.next_page_token());
    request.set_page_token(page.next_page_token());
  } while (!list.next_page_token().empty() &&
           list.registrations_size() < options.limit);
  if (list.registrations().empty()) {
    ONESTOP_RETURN_IF_ERROR(
        CheckKnown(client, options.person, options.institution));
  }
  return list;
}

int RunRegistrationList(const RegistrationListOptions& options) {
  const auto list = ReadRegistrations(options);
  if (!list.ok()) return Fail(list.status(), options.output);
  Print(*list, options.output, [&](Language language) {
    return RegistrationsText(*list, {language, {}});
  });
  return kExitOk;
}

void AddListing(CLI::App& parent, Chosen& chosen) {
  auto options = std::make_shared<RegistrationListOptions>();
  CLI::App* verb = parent.add_subcommand(
      "list", "The registrations of a person or of an institution, in a table");
  verb->add_option("--person", options->person, "Whose; or --institution")
      ->type_name("ID");
  verb->add_option("--institution", options->institution,
                   "The registered, certifying or diagnosing institution")
      ->type_name("ID");
  AddKindOption(*verb, options->kind, "Only this kind");
  verb->add_option("--active-on", options->active_on,
                   "Only those active on this day")
      ->type_name("DATE");
  verb->add_option("--limit", options->limit, "At most so many")
      ->type_name("N")
      ->check(WholeNumber(1, 1'000'000))
      ->capture_default_str();
  verb->add_option("--page-token", options->page_token,
                   "Go on where an earlier list ended")
      ->type_name("TOKEN");
  AddServerOptions(*verb, options->server);
  AddOutputOptions(*verb, options->output);
  verb->callback([options, &chosen] {
    chosen = [options] { return RunRegistrationList(*options); };
  });
}

// ---- update, reassess, revoke ----

struct ChangeOptions {
  std::string json;
  std::string request_id;
  std::string person;
  std::string registration;
  std::string day;
  std::vector<std::string> items;  // update
  std::string text;                // update: the plan; revoke: the reason
  std::string operator_id;
  ServerOptions server;
  OutputOptions output;
};

void Set(const std::string& flag, std::string* field) {
  if (!flag.empty()) *field = flag;
}

void SetOwn(const ChangeOptions& options,
            pb::UpdateRegistrationRequest& request) {
  Set(options.day, request.mutable_from());
  Set(options.text, request.mutable_treatment_plan());
  for (const std::string& item : options.items) request.add_item_codes(item);
}

void SetOwn(const ChangeOptions& options,
            pb::ReassessRegistrationRequest& request) {
  Set(options.day, request.mutable_assessed_on());
}

void SetOwn(const ChangeOptions& options,
            pb::RevokeRegistrationRequest& request) {
  Set(options.day, request.mutable_revoked_on());
  Set(options.text, request.mutable_reason());
}

// Options replace what the input says.
template <typename Request>
absl::StatusOr<Request> ReadChange(const ChangeOptions& options) {
  Request request;
  ONESTOP_RETURN_IF_ERROR(ReadRequest(options.json, request));
  Set(options.request_id, request.mutable_request_id());
  Set(options.person, request.mutable_person_id());
  Set(options.registration, request.mutable_registration_id());
  Set(options.operator_id, request.mutable_operator_id());
  SetOwn(options, request);
  return request;
}

template <typename Request, typename Response>
int RunChange(const ChangeOptions& options,
              grpc::Status (pb::RegistryService::Stub::*method)(
                  grpc::ClientContext*, const Request&, Response*)) {
  const auto request = ReadChange<Request>(options);
  if (!request.ok()) return Fail(request.status(), options.output);
  Client client(options.server);
  const auto response =
      client.Call<Response>(client.registry(), method, *request);
  if (!response.ok()) return Fail(response.status(), options.output);
  Print(*response, options.output, [&](Language language) {
    return RegistrationText(response->registration(), {language, {}});
  });
  return kExitOk;
}

struct ChangeVerb {
  const char* name;
  const char* help;
  const char* day_flag;
  const char* day_help;
  const char* text_flag;  // nullptr: none
  const char* text_help;
  int (*run)(const ChangeOptions& options);
};

CLI::App* AddChange(CLI::App& parent, const ChangeVerb& words,
                    const std::shared_ptr<ChangeOptions>& options,
                    Chosen& chosen) {
  CLI::App* verb = parent.add_subcommand(words.name, words.help);
  const auto text = [&](const char* flag, std::string& value, const char* type,
                        const char* help) {
    verb->add_option(flag, value, help)->type_name(type);
  };
  AddRequestOption(*verb, options->json,
                   "The request in JSON; - is standard input. Options replace "
                   "its fields");
  text("--request-id", options->request_id, "ID", "Your key of this change");
  text("--person", options->person, "ID", "The person");
  text("--registration", options->registration, "ID", "The registration");
  text(words.day_flag, options->day, "DATE", words.day_help);
  if (words.text_flag != nullptr) {
    text(words.text_flag, options->text, "TEXT", words.text_help);
  }
  text("--operator", options->operator_id, "ID", "Who; kept");
  AddServerOptions(*verb, options->server);
  AddOutputOptions(*verb, options->output);
  verb->callback([options, &chosen, run = words.run] {
    chosen = [options, run] { return run(*options); };
  });
  return verb;
}

}  // namespace

void AddRegistration(CLI::App& app, Chosen& chosen) {
  CLI::App* group = app.add_subcommand(
      "registration", "List registrations; update, reassess, revoke one");
  group->require_subcommand(1);
  AddListing(*group, chosen);
  auto update = std::make_shared<ChangeOptions>();
  AddChange(*group,
            {"update", "Other drugs on a treatment, from a day on", "--from",
             "The first day of the new set", "--plan",
             "The new plan of treatment; without it, as before",
             [](const ChangeOptions& options) {
               return RunChange(options,
                                &pb::RegistryService::Stub::UpdateRegistration);
             }},
            update, chosen)
      ->add_option("--item", update->items,
                   "A drug of the whole new set; may recur")
      ->type_name("CODE");
  AddChange(*group,
            {"reassess", "Book a new assessment of a treatment", "--on",
             "The day of the assessment", nullptr, nullptr,
             [](const ChangeOptions& options) {
               return RunChange(
                   options, &pb::RegistryService::Stub::ReassessRegistration);
             }},
            std::make_shared<ChangeOptions>(), chosen);
  AddChange(*group,
            {"revoke", "End a registration from a day on", "--from,--on",
             "The first day on which it is not active any more", "--reason",
             "Why; kept",
             [](const ChangeOptions& options) {
               return RunChange(options,
                                &pb::RegistryService::Stub::RevokeRegistration);
             }},
            std::make_shared<ChangeOptions>(), chosen);
}

}  // namespace onestop::cli
