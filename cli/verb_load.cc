// `onestop load`: imports the persons, institutions, items, registrations,
// designations, balances and counters of scenario files.
#include <algorithm>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "base/status_macros.h"
#include "cli/exit_code.h"
#include "cli/failure.h"
#include "cli/scenario_files.h"
#include "cli/text.h"
#include "cli/verbs.h"
#include "wire/error.h"

namespace onestop::cli {
namespace {

namespace pb = ::onestop::v1;

struct Options {
  std::vector<std::string> files;
  std::string import_id;
  std::string person_suffix;
  ServerOptions server{.deadline_seconds = 120};
  OutputOptions output;
};

// How the rows of one kind fared.
struct Tally {
  int created = 0;
  int updated = 0;
  int unchanged = 0;
  int refused = 0;
};

void Count(const pb::RowResult& row, std::string_view kind, Language language,
           Tally& tally) {
  switch (row.outcome()) {
    case pb::ROW_OUTCOME_CREATED:
      ++tally.created;
      return;
    case pb::ROW_OUTCOME_UPDATED:
      ++tally.updated;
      return;
    case pb::ROW_OUTCOME_UNCHANGED:
      ++tally.unchanged;
      return;
    default:
      ++tally.refused;
      std::cerr << kind << "[" << row.index() << "] "
                << FailureText(wire::FromRpcStatus(row.error()), language);
  }
}

// Sends rows in messages of at most kMaxImportRows, one answer for each.
template <typename Request, typename Response>
using Open = std::unique_ptr<grpc::ClientReaderWriter<Request, Response>> (
    pb::RegistryService::Stub::*)(grpc::ClientContext*);

template <typename Request, typename Response, typename Row>
absl::Status Send(Client& client, Open<Request, Response> open, Request request,
                  google::protobuf::RepeatedPtrField<Row>* (Request::*field)(),
                  const google::protobuf::RepeatedPtrField<Row>& rows,
                  const std::function<void(const pb::RowResult&)>& on_result) {
  if (rows.empty()) return absl::OkStatus();
  grpc::ClientContext context;
  client.Prepare(context);
  const auto stream = (client.registry().*open)(&context);
  Response response;
  for (int first = 0; first < rows.size(); first += limits::kMaxImportRows) {
    auto* chunk = (request.*field)();
    chunk->Clear();
    const int end = std::min(rows.size(), first + limits::kMaxImportRows);
    for (int i = first; i < end; ++i) *chunk->Add() = rows.Get(i);
    if (!stream->Write(request) || !stream->Read(&response)) break;
    for (const pb::RowResult& row : response.results()) on_result(row);
  }
  stream->WritesDone();
  while (stream->Read(&response)) {
    for (const pb::RowResult& row : response.results()) on_result(row);
  }
  return Client::ToStatus(stream->Finish());
}

// Loads one world, kind by kind, in an order that lets each row find what it
// names.
class Loader {
 public:
  Loader(const Options& options, const pb::Scenario& world)
      : options_(options), world_(world), client_(options.server) {}

  absl::Status Load();
  bool any_refused() const { return any_refused_; }

 private:
  template <typename Request, typename Response, typename Row>
  absl::Status Kind(
      std::string_view kind, Open<Request, Response> open, Request request,
      google::protobuf::RepeatedPtrField<Row>* (Request::*field)(),
      const google::protobuf::RepeatedPtrField<Row>& rows) {
    Tally tally;
    const absl::Status sent = Send<Request, Response, Row>(
        client_, open, std::move(request), field, rows,
        [&](const pb::RowResult& row) {
          Count(row, kind, FirstLanguage(options_.output), tally);
        });
    if (!sent.ok()) return sent;
    Tell(kind, rows.size(), tally);
    return absl::OkStatus();
  }
  void Tell(std::string_view kind, int rows, const Tally& tally);

  const Options& options_;
  const pb::Scenario& world_;
  Client client_;
  bool any_refused_ = false;
};

void Loader::Tell(std::string_view kind, int rows, const Tally& tally) {
  any_refused_ = any_refused_ || tally.refused > 0;
  std::cout << PadRight(kind, 14) << PadLeft(Cat(rows), 6)
            << " rows: " << tally.created << " new, " << tally.updated
            << " changed, " << tally.unchanged << " as before, "
            << tally.refused << " refused\n";
}

absl::Status Loader::Load() {
  using Stub = pb::RegistryService::Stub;
  ONESTOP_RETURN_IF_ERROR(
      (Kind<pb::ImportInstitutionsRequest, pb::ImportInstitutionsResponse>(
          "institutions", &Stub::ImportInstitutions, {},
          &pb::ImportInstitutionsRequest::mutable_institutions,
          world_.institutions())));
  ONESTOP_RETURN_IF_ERROR(
      (Kind<pb::ImportItemsRequest, pb::ImportItemsResponse>(
          "items", &Stub::ImportItems, {},
          &pb::ImportItemsRequest::mutable_items, world_.items())));
  ONESTOP_RETURN_IF_ERROR(
      (Kind<pb::ImportDesignationsRequest, pb::ImportDesignationsResponse>(
          "designations", &Stub::ImportDesignations, {},
          &pb::ImportDesignationsRequest::mutable_designations,
          world_.designations())));
  ONESTOP_RETURN_IF_ERROR(
      (Kind<pb::ImportPersonsRequest, pb::ImportPersonsResponse>(
          "persons", &Stub::ImportPersons, {},
          &pb::ImportPersonsRequest::mutable_persons, world_.persons())));
  ONESTOP_RETURN_IF_ERROR(
      (Kind<pb::ImportRegistrationsRequest, pb::ImportRegistrationsResponse>(
          "registrations", &Stub::ImportRegistrations, {},
          &pb::ImportRegistrationsRequest::mutable_registrations,
          world_.registrations())));
  pb::ImportAccountsRequest accounts;
  accounts.set_import_id(options_.import_id);
  ONESTOP_RETURN_IF_ERROR(
      (Kind<pb::ImportAccountsRequest, pb::ImportAccountsResponse>(
          "accounts", &Stub::ImportAccounts, accounts,
          &pb::ImportAccountsRequest::mutable_accounts, world_.accounts())));
  pb::ImportCountersRequest counters;
  counters.set_import_id(options_.import_id);
  return Kind<pb::ImportCountersRequest, pb::ImportCountersResponse>(
      "counters", &Stub::ImportCounters, counters,
      &pb::ImportCountersRequest::mutable_counters, world_.ledger());
}

int Run(const Options& options) {
  auto world = ReadScenarioFiles(options.files);
  if (!world.ok()) return Fail(world.status(), options.output);
  AddPersonSuffix(options.person_suffix, *world);
  Loader loader(options, *world);
  const absl::Status loaded = loader.Load();
  if (!loaded.ok()) return Fail(loaded, options.output);
  return loader.any_refused() ? kExitRefused : kExitOk;
}

}  // namespace

void AddLoad(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<Options>();
  options->import_id = "load";
  CLI::App* verb = app.add_subcommand(
      "load", "Import the world of scenario files; bad rows are reported");
  verb->add_option("files", options->files,
                   "Scenario files (persons, institutions, items, …) or -")
      ->type_name("FILE|-")
      ->required();
  verb->add_option("--import-id", options->import_id,
                   "Names this import of balances and counters: the same name "
                   "again adds nothing")
      ->type_name("ID")
      ->capture_default_str();
  verb->add_option("--person-suffix", options->person_suffix,
                   "Added to every person id")
      ->type_name("TEXT");
  AddServerOptions(*verb, options->server);
  verb->add_option("--lang", options->output.language, "The language of errors")
      ->type_name("zh|en")
      ->check(CLI::IsMember({"zh", "en"}));
  verb->callback(
      [options, &chosen] { chosen = [options] { return Run(*options); }; });
}

}  // namespace onestop::cli
