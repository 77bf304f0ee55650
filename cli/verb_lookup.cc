// `onestop lookup`: a person, an institution or an item as the server knows it.
#include <memory>
#include <string>

#include "cli/exit_code.h"
#include "cli/registry_text.h"
#include "cli/verbs.h"

namespace onestop::cli {
namespace {

namespace pb = ::onestop::v1;

struct LookupOptions {
  std::string id;
  ServerOptions server;
  OutputOptions output;
};

// What one kind of look-up sends, and how its answer reads.
template <typename Request, typename Response>
struct LookupKind {
  const char* name;
  const char* help;
  void (*set_id)(const std::string& id, Request& request);
  grpc::Status (pb::RegistryService::Stub::*method)(grpc::ClientContext*,
                                                    const Request&, Response*);
  std::string (*text)(const Response& answer, Language language);
};

template <typename Request, typename Response>
int RunLookup(const LookupOptions& options,
              const LookupKind<Request, Response>& kind) {
  Request request;
  kind.set_id(options.id, request);
  Client client(options.server);
  const auto answer =
      client.Call<Response>(client.registry(), kind.method, request);
  if (!answer.ok()) return Fail(answer.status(), options.output);
  Print(*answer, options.output,
        [&](Language language) { return kind.text(*answer, language); });
  return kExitOk;
}

template <typename Request, typename Response>
void AddLookupOf(CLI::App& lookup, Chosen& chosen,
                 const LookupKind<Request, Response>& kind) {
  auto options = std::make_shared<LookupOptions>();
  CLI::App* verb = lookup.add_subcommand(kind.name, kind.help);
  verb->add_option("id", options->id, "Its number or code")
      ->type_name("ID")
      ->required();
  AddServerOptions(*verb, options->server);
  AddOutputOptions(*verb, options->output);
  verb->callback([options, kind, &chosen] {
    chosen = [options, kind] { return RunLookup(*options, kind); };
  });
}

}  // namespace

void AddLookup(CLI::App& app, Chosen& chosen) {
  CLI::App* lookup = app.add_subcommand(
      "lookup", "A person, an institution or an item as the server knows it");
  lookup->require_subcommand(1);
  AddLookupOf<pb::GetPersonRequest, pb::GetPersonResponse>(
      *lookup, chosen,
      {"person", "A person with every registration",
       [](const std::string& id, pb::GetPersonRequest& request) {
         request.set_person_id(id);
       },
       &pb::RegistryService::Stub::GetPerson, &PersonText});
  AddLookupOf<pb::GetInstitutionRequest, pb::GetInstitutionResponse>(
      *lookup, chosen,
      {"institution", "A hospital or pharmacy with its designations",
       [](const std::string& id, pb::GetInstitutionRequest& request) {
         request.set_institution_id(id);
       },
       &pb::RegistryService::Stub::GetInstitution, &InstitutionText});
  AddLookupOf<pb::GetItemRequest, pb::GetItemResponse>(
      *lookup, chosen,
      {"item", "An item of the catalog with prices and lists",
       [](const std::string& id, pb::GetItemRequest& request) {
         request.set_item_code(id);
       },
       &pb::RegistryService::Stub::GetItem, &ItemText});
}

}  // namespace onestop::cli
