// `onestop lookup`: a person, an institution or an item as the server knows it.
#include <memory>
#include <string>

#include "cli/exit_code.h"
#include "cli/registry_text.h"
#include "cli/verbs.h"

namespace onestop::cli {
namespace {

namespace pb = ::onestop::v1;
using Stub = pb::RegistryService::Stub;

struct Options {
  std::string id;
  ServerOptions server;
  OutputOptions output;
};

// What one kind of look-up sends, and how its answer reads.
template <typename Request, typename Response>
struct Kind {
  const char* name;
  const char* help;
  void (*set_id)(const std::string& id, Request& request);
  grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*);
  std::string (*text)(const Response& answer, Language language);
};

template <typename Request, typename Response>
int Run(const Options& options, const Kind<Request, Response>& kind) {
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
void Add(CLI::App& lookup, Chosen& chosen,
         const Kind<Request, Response>& kind) {
  auto options = std::make_shared<Options>();
  CLI::App* verb = lookup.add_subcommand(kind.name, kind.help);
  verb->add_option("id", options->id, "Its number or code")
      ->type_name("ID")
      ->required();
  AddServerOptions(*verb, options->server);
  AddOutputOptions(*verb, options->output);
  verb->callback([options, kind, &chosen] {
    chosen = [options, kind] { return Run(*options, kind); };
  });
}

}  // namespace

void AddLookup(CLI::App& app, Chosen& chosen) {
  CLI::App* lookup = app.add_subcommand(
      "lookup", "A person, an institution or an item as the server knows it");
  lookup->require_subcommand(1);
  Add<pb::GetPersonRequest, pb::GetPersonResponse>(
      *lookup, chosen,
      {"person", "A person with every registration",
       [](const std::string& id, pb::GetPersonRequest& request) {
         request.set_person_id(id);
       },
       &Stub::GetPerson, &PersonText});
  Add<pb::GetInstitutionRequest, pb::GetInstitutionResponse>(
      *lookup, chosen,
      {"institution", "A hospital or pharmacy with its designations",
       [](const std::string& id, pb::GetInstitutionRequest& request) {
         request.set_institution_id(id);
       },
       &Stub::GetInstitution, &InstitutionText});
  Add<pb::GetItemRequest, pb::GetItemResponse>(
      *lookup, chosen,
      {"item", "An item of the catalog with prices and lists",
       [](const std::string& id, pb::GetItemRequest& request) {
         request.set_item_code(id);
       },
       &Stub::GetItem, &ItemText});
}

}  // namespace onestop::cli
