// `onestop verify`: whether the database still says what was settled.
#include <iostream>
#include <memory>
#include <string>
#include <string_view>

#include "cli/exit_code.h"
#include "cli/json_text.h"
#include "cli/verbs.h"
#include "cli/verify.h"
#include "cli/verify_wire.h"
#include "storage/pg_check.h"
#include "storage/pg_store.h"

namespace onestop::cli {
namespace {

struct VerifyVerbOptions {
  std::string database;
  size_t max_differences = 1;
  bool quiet = false;
  OutputOptions output;
};

void Tell(std::ostream& out, const VerifyCounts& counts) {
  out << counts.persons << " persons, " << counts.settlements
      << " settlements, " << counts.reversals << " reversals, "
      << counts.closed_ids << " closed ids, " << counts.postings
      << " postings, " << counts.ledger_rows << " ledger rows";
}

VerifyOptions ToVerify(const VerifyVerbOptions& options) {
  VerifyOptions verify = WireVerifyOptions();
  verify.max_differences = options.max_differences;
  if (!options.quiet) {
    verify.progress = [](const VerifyCounts& counts) {
      std::cerr << "so far: ";
      Tell(std::cerr, counts);
      std::cerr << "\n";
    };
  }
  return verify;
}

int Report(const VerifyReport& report) {
  for (const Difference& difference : report.differences) {
    std::cout << "DIFFERS: " << difference.ToString() << "\n";
  }
  std::cout << "Checked ";
  Tell(std::cout, report.counts);
  if (report.counts.not_recomputed > 0) {
    std::cout << "; " << report.counts.not_recomputed
              << " of another engine revision were checked by their movements "
                 "only";
  }
  if (report.ok()) {
    std::cout << ": nothing differs.\n";
    return kExitOk;
  }
  std::cout << (report.stopped ? "; stopped at the limit of differences.\n"
                               : ".\n");
  return kExitRefused;
}

std::string ReportJson(const VerifyReport& report) {
  std::vector<std::string> differences;
  for (const Difference& difference : report.differences) {
    JsonObject json;
    json.Add("what", difference.what).Add("person", difference.person);
    const auto add = [&json](std::string_view name, const std::string& value) {
      if (!value.empty()) json.Add(name, value);
    };
    add("settlement_id", difference.settlement_id);
    add("counter", difference.counter);
    if (!difference.counter.empty()) json.Add("year", difference.year);
    add("expected", difference.expected);
    add("found", difference.found);
    differences.push_back(json.ToString());
  }
  const VerifyCounts& counts = report.counts;
  JsonObject json;
  json.Add("persons", counts.persons)
      .Add("settlements", counts.settlements)
      .Add("reversals", counts.reversals)
      .Add("closed_ids", counts.closed_ids)
      .Add("postings", counts.postings)
      .Add("ledger_rows", counts.ledger_rows)
      .Add("not_recomputed", counts.not_recomputed)
      .AddJson("differences", JsonList(differences))
      .AddJson("stopped", report.stopped ? "true" : "false");
  return json.ToString() + "\n";
}

int RunVerify(const VerifyVerbOptions& options) {
  storage::PgOptions database;
  database.url = options.database;
  database.application_name = "onestop verify";
  database.statement_timeout_ms = 600'000;
  database.one_snapshot = true;
  const absl::Status usable = storage::CheckDatabase(database);
  if (!usable.ok()) return Fail(usable, options.output);
  storage::PgStore store(database);
  const auto report = VerifyDatabase(store, ToVerify(options));
  if (!report.ok()) return Fail(report.status(), options.output);
  if (!options.output.json()) return Report(*report);
  std::cout << ReportJson(*report);
  return report->ok() ? kExitOk : kExitRefused;
}

}  // namespace

void AddVerify(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<VerifyVerbOptions>();
  CLI::App* verb = app.add_subcommand(
      "verify",
      "Rebuild every ledger row and recompute every receipt of a database; "
      "exit 1 on a difference");
  verb->add_option("--database", options->database,
                   "The database, read only; it may be in use")
      ->type_name("URL")
      ->envname("ONESTOP_DATABASE_URL")
      ->required();
  verb->add_option("--max-differences", options->max_differences,
                   "Stop after so many")
      ->type_name("N")
      ->check(WholeNumber(1, 1'000'000))
      ->capture_default_str();
  verb->add_flag("--quiet", options->quiet, "No progress on standard error");
  AddOutputOptions(*verb, options->output);
  verb->callback([options, &chosen] {
    chosen = [options] { return RunVerify(*options); };
  });
}

}  // namespace onestop::cli
