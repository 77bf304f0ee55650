// `onestop verify`: whether the database still says what was settled.
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>

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

std::string CountsText(const VerifyCounts& counts, Language language) {
  std::string text;
  std::string_view separator;
  for (const auto& [count, chinese, english] :
       {std::tuple(counts.persons, " 人", " persons"),
        std::tuple(counts.settlements, " 笔结算", " settlements"),
        std::tuple(counts.reversals, " 笔冲销", " reversals"),
        std::tuple(counts.closed_ids, " 个已关闭的请求号", " closed ids"),
        std::tuple(counts.postings, " 笔记账", " postings"),
        std::tuple(counts.ledger_rows, " 行累计台账", " ledger rows")}) {
    Append(&text, separator, count, Pick(language, chinese, english));
    separator = Pick(language, "、", ", ");
  }
  return text;
}

VerifyOptions ToVerify(const VerifyVerbOptions& options) {
  VerifyOptions verify = WireVerifyOptions();
  verify.max_differences = options.max_differences;
  if (!options.quiet) {
    verify.progress =
        [language = FirstLanguage(options.output)](const VerifyCounts& counts) {
          std::cerr << Pick(language, "已核对 ", "so far: ")
                    << CountsText(counts, language) << "\n";
        };
  }
  return verify;
}

std::string ReportText(const VerifyReport& report, Language language) {
  std::string text;
  for (const Difference& difference : report.differences) {
    Append(&text, Pick(language, "不符：", "DIFFERS: "), difference.ToString(),
           "\n");
  }
  Append(&text, Pick(language, "已核对 ", "Checked "),
         CountsText(report.counts, language));
  if (report.counts.not_recomputed > 0) {
    Append(&text, Pick(language, "；其中 ", "; "), report.counts.not_recomputed,
           Pick(language, " 笔由其他引擎版本计算，只核对了变动",
                " of another engine revision were checked by their movements "
                "only"));
  }
  if (report.ok()) {
    Append(&text, Pick(language, "：全部相符。\n", ": nothing differs.\n"));
  } else if (report.stopped) {
    Append(&text, Pick(language, "；差异已达上限，核对中止。\n",
                       "; stopped at the limit of differences.\n"));
  } else {
    Append(&text, Pick(language, "。\n", ".\n"));
  }
  return text;
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
  std::cout << (options.output.json()
                    ? ReportJson(*report)
                    : ReportText(*report, FirstLanguage(options.output)));
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
