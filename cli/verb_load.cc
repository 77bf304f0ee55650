// `onestop load`: imports the persons, institutions, items, registrations,
// designations, balances and counters of scenario files.
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/exit_code.h"
#include "cli/failure.h"
#include "cli/import_sender.h"
#include "cli/import_tally.h"
#include "cli/scenario_files.h"
#include "cli/verbs.h"

namespace onestop::cli {
namespace {

namespace pb = ::onestop::v1;

struct LoadOptions {
  std::vector<std::string> files;
  std::string import_id;
  std::string person_suffix;
  ServerOptions server{.deadline_seconds = 60};
  OutputOptions output;
};

// The rows of one kind in a world.
struct KindRows {
  std::string_view kind;
  std::vector<const google::protobuf::Message*> rows;
};

template <typename Row>
KindRows RowsOf(std::string_view kind,
                const google::protobuf::RepeatedPtrField<Row>& rows) {
  return {kind, {rows.pointer_begin(), rows.pointer_end()}};
}

// In an order that lets each row find what it names.
std::vector<KindRows> RowsOf(const pb::Scenario& world) {
  return {RowsOf("institutions", world.institutions()),
          RowsOf("items", world.items()),
          RowsOf("designations", world.designations()),
          RowsOf("persons", world.persons()),
          RowsOf("registrations", world.registrations()),
          RowsOf("accounts", world.accounts()),
          RowsOf("counters", world.ledger())};
}

// Sends the rows of one kind; every refused one is told on standard error.
absl::StatusOr<ImportTally> LoadKind(const Client& client, const KindRows& rows,
                                     const LoadOptions& options) {
  const ImportKind& kind = ImportKindOf(rows.kind);
  size_t next = 0;
  ImportTally tally;
  ImportHooks hooks;
  hooks.next = [&](ImportRow& row) {
    if (next == rows.rows.size()) return false;
    row.line = static_cast<int64_t>(next);
    auto message = kind.NewRow();
    message->CopyFrom(*rows.rows[next++]);
    row.message = std::move(message);
    return true;
  };
  hooks.done = [&](const ImportRow& row,
                   const absl::StatusOr<pb::RowOutcome>& outcome) {
    tally.Count(outcome);
    if (outcome.ok()) return;
    std::cerr << kind.name << "[" << row.line << "] "
              << FailureText(outcome.status(), FirstLanguage(options.output));
  };
  const absl::Status sent =
      ImportSender(client, kind, ImportHead{options.import_id, "", ""},
                   std::move(hooks))
          .Run();
  if (!sent.ok()) return sent;
  return tally;
}

int RunLoad(const LoadOptions& options) {
  auto world = ReadScenarioFiles(options.files);
  if (!world.ok()) return Fail(world.status(), options.output);
  AddPersonSuffix(options.person_suffix, *world);
  const Client client(options.server);
  bool any_refused = false;
  for (const KindRows& rows : RowsOf(*world)) {
    if (rows.rows.empty()) continue;
    const auto tally = LoadKind(client, rows, options);
    if (!tally.ok()) return Fail(tally.status(), options.output);
    std::cout << (options.output.json()
                      ? TallyJson(rows.kind, *tally)
                      : TallyText(rows.kind, *tally,
                                  FirstLanguage(options.output)));
    any_refused |= tally->refused > 0;
  }
  return any_refused ? kExitRefused : kExitOk;
}

}  // namespace

void AddLoad(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<LoadOptions>();
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
  AddOutputOptions(*verb, options->output);
  verb->callback(
      [options, &chosen] { chosen = [options] { return RunLoad(*options); }; });
}

}  // namespace onestop::cli
