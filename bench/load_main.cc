// bench_load: fills a database with the world, compares two servers, and sends
// load to one; results are one JSON object on standard output.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <exception>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "base/limits.h"
#include "bench/agree.h"
#include "bench/closed_loop.h"
#include "bench/family.h"
#include "bench/fill.h"
#include "bench/open_loop.h"
#include "bench/storage_batch.h"
#include "bench/world.h"
#include "storage/pg_store.h"

namespace {

using onestop::bench::AgreeOptions;
using onestop::bench::BatchOptions;
using onestop::bench::Call;
using onestop::bench::FillOptions;
using onestop::bench::LoadOptions;
using onestop::bench::LoadResult;
using onestop::bench::OpenLoadOptions;
using onestop::bench::Selection;

#ifdef __clang__
constexpr char kCompiler[] = __VERSION__;
#else
constexpr char kCompiler[] = "g++ " __VERSION__;
#endif

int Fail(const absl::Status& status) {
  std::cerr << "bench_load: " << status.message() << "\n";
  return 1;
}

std::chrono::milliseconds Millis(double seconds) {
  return std::chrono::milliseconds(static_cast<int64_t>(seconds * 1000));
}

CLI::Option* AddPersons(CLI::App& verb, uint64_t& persons) {
  return verb
      .add_option("--persons", persons, "how many persons the database holds")
      ->check(
          CLI::Range(uint64_t{onestop::bench::kKinds}, uint64_t{99'999'990}))
      ->required();
}

struct Times {
  double seconds = 3;
  double warmup = 1;
};

void AddTimes(CLI::App& verb, Times& times) {
  verb.add_option("--seconds", times.seconds, "how long to measure")
      ->check(CLI::Range(0.01, 3600.0));
  verb.add_option("--warmup", times.warmup, "seconds before that")
      ->check(CLI::Range(0.0, 3600.0));
}

void AddSelection(CLI::App& verb, Selection& selection) {
  verb.add_option("--only", selection.only, "one institution's claims");
  verb.add_option("--except", selection.except,
                  "all institutions' but this one's");
  verb.add_option("--kind", selection.kind, "claims for persons of this kind")
      ->check(CLI::Range(uint64_t{0}, onestop::bench::kKinds - 1));
  verb.add_flag("--family", selection.family,
                "residents' claims, paid from the family's account");
}

void AddWorld(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<FillOptions>();
  CLI::App* verb = app.add_subcommand(
      "world", "put catalog, persons and ledger into an empty database");
  verb->add_option("--database", options->url, "with the schema deployed")
      ->required();
  AddPersons(*verb, options->persons);
  verb->add_flag("--postings", options->postings,
                 "and where each counter comes from, for onestop verify");
  verb->callback([options, &exit_code] {
    const absl::Status filled = onestop::bench::FillDatabase(*options);
    exit_code = filled.ok() ? 0 : Fail(filled);
  });
}

void AddFamily(CLI::App& app, int& exit_code) {
  struct Asked {
    std::string url;
    uint64_t persons = 0;
    uint64_t among = 0;
  };
  auto asked = std::make_shared<Asked>();
  CLI::App* verb = app.add_subcommand(
      "family", "add a person whose account the residents among some use");
  verb->add_option("--database", asked->url, "filled with the world")
      ->required();
  AddPersons(*verb, asked->persons);
  verb->add_option("--among", asked->among, "so many persons")->required();
  verb->callback([asked, &exit_code] {
    onestop::storage::PgOptions options;
    options.url = asked->url;
    options.application_name = "bench_load";
    onestop::storage::PgStore store(options);
    const absl::Status put = onestop::bench::PutFamily(
        store, std::min(asked->among, asked->persons));
    exit_code = put.ok() ? 0 : Fail(put);
  });
}

int PrintAgreement(const AgreeOptions& options, const std::string& reply_file) {
  const auto agreement = onestop::bench::Agree(options);
  if (!agreement.ok()) return Fail(agreement.status());
  if (!reply_file.empty()) {
    std::ofstream file(reply_file, std::ios::binary);
    file << agreement->typical_reply;
    file.close();
    if (!file.good()) {
      return Fail(absl::UnavailableError("cannot write " + reply_file));
    }
  }
  std::cout << absl::StrFormat(
      "{\"compared\": %d, \"request_bytes\": %d, \"reply_bytes\": %d}\n",
      options.other.empty() ? 0 : options.count, agreement->request_bytes,
      agreement->reply_bytes);
  return 0;
}

void AddAgree(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<AgreeOptions>();
  auto reply_file = std::make_shared<std::string>();
  CLI::App* verb = app.add_subcommand(
      "agree", "settle the same at two servers and compare the receipts");
  verb->add_option("--server", options->server, "HOST:PORT")->required();
  verb->add_option("--other", options->other,
                   "HOST:PORT; absent: only measure the sizes");
  verb->add_option("--count", options->count, "settles")
      ->check(CLI::Range(1, 100'000));
  AddPersons(*verb, options->persons);
  verb->add_option("--reply-file", *reply_file,
                   "gets an answer of the mean size");
  verb->callback([options, reply_file, &exit_code] {
    exit_code = PrintAgreement(*options, *reply_file);
  });
}

std::string ReasonsJson(const std::map<std::string, int64_t>& reasons) {
  return absl::StrJoin(reasons, ", ", [](std::string* out, const auto& reason) {
    absl::StrAppend(out, "\"", reason.first, "\": ", reason.second);
  });
}

struct AskedRun {
  std::string call = "settle";
  uint64_t persons = 0;
  uint64_t among = 0;
  Times times;
  LoadOptions options;
};

int PrintResult(const absl::StatusOr<LoadResult>& result) {
  if (!result.ok()) return Fail(result.status());
  int64_t errors = 0;
  for (const auto& [reason, count] : result->errors) errors += count;
  const auto micros = [&result](double quantile) {
    return result->latency->Quantile(quantile) / 1000;
  };
  std::cout << absl::StrFormat(
      "{\"calls\": %d, \"seconds\": %.3f, \"calls_per_second\": %.1f, "
      "\"p50_us\": %d, \"p99_us\": %d, \"errors\": %d, \"reasons\": {%s}, "
      "\"compiler\": \"%s\"}\n",
      result->calls, result->seconds,
      static_cast<double>(result->calls) / result->seconds, micros(0.5),
      micros(0.99), errors, ReasonsJson(result->errors), kCompiler);
  return 0;
}

int PrintLoad(AskedRun& asked) {
  LoadOptions& options = asked.options;
  options.call = asked.call == "quote" ? Call::kQuote : Call::kSettle;
  options.persons =
      asked.among > 0 ? std::min(asked.among, asked.persons) : asked.persons;
  options.streams = std::min(options.streams, options.outstanding);
  options.window = Millis(asked.times.seconds);
  options.warmup = Millis(asked.times.warmup);
  return PrintResult(asked.call == "stream"
                         ? onestop::bench::RunClosedStreams(options)
                         : onestop::bench::RunClosedLoop(options));
}

void AddRun(CLI::App& app, int& exit_code) {
  auto asked = std::make_shared<AskedRun>();
  LoadOptions& options = asked->options;
  CLI::App* verb = app.add_subcommand("run", "send calls in a closed loop");
  verb->add_option("--server", options.server, "HOST:PORT")->required();
  verb->add_option("--call", asked->call, "which")
      ->check(CLI::IsMember({"settle", "stream", "quote"}));
  verb->add_option("--outstanding", options.outstanding,
                   "calls (of streams: messages) that are always on their way")
      ->check(CLI::Range(1, 100'000));
  verb->add_option("--streams", options.streams, "that share the messages")
      ->check(CLI::Range(1, 1'000));
  AddTimes(*verb, asked->times);
  AddPersons(*verb, asked->persons);
  verb->add_option("--among", asked->among,
                   "choose from so many of them only, again and again")
      ->check(
          CLI::Range(uint64_t{onestop::bench::kKinds}, uint64_t{99'999'990}));
  verb->add_option("--also", options.also,
                   "HOST:PORT that every second call goes to instead");
  AddSelection(*verb, options.selection);
  verb->callback([asked, &exit_code] { exit_code = PrintLoad(*asked); });
}

void AddBatch(CLI::App& app, int& exit_code) {
  struct Asked {
    BatchOptions options;
    Times times;
  };
  auto asked = std::make_shared<Asked>();
  BatchOptions& options = asked->options;
  options.batch = static_cast<int>(onestop::limits::kMaxBatch);
  CLI::App* verb = app.add_subcommand(
      "batch", "gather and write batches of settlements, without a server");
  verb->add_option("--database", options.database, "filled with the world")
      ->required();
  verb->add_option("--lanes", options.lanes, "connections")
      ->check(CLI::Range(1, 100));
  verb->add_option("--batch", options.batch, "settlements of a batch")
      ->check(CLI::Range(1, static_cast<int>(onestop::limits::kMaxBatch)));
  AddTimes(*verb, asked->times);
  AddPersons(*verb, options.persons);
  verb->callback([asked, &exit_code] {
    asked->options.window = Millis(asked->times.seconds);
    asked->options.warmup = Millis(asked->times.warmup);
    exit_code = PrintResult(onestop::bench::RunBatches(asked->options));
  });
}

int PrintOpenLoad(const OpenLoadOptions& options) {
  const auto result = onestop::bench::RunOpenLoop(options);
  if (!result.ok()) return Fail(result.status());
  const auto micros = [&result](double quantile) {
    return result->latency->Quantile(quantile) / 1000;
  };
  const auto late = [&result](double quantile) {
    return result->lateness->Quantile(quantile) / 1000;
  };
  std::cout << absl::StrFormat(
      "{\"offered_per_second\": %.1f, \"good_per_second\": %.1f, "
      "\"not_sent\": %d, \"p50_us\": %d, \"p99_us\": %d, \"p999_us\": %d, "
      "\"late_p50_us\": %d, \"late_p99_us\": %d, "
      "\"refused\": {%s}, \"compiler\": \"%s\"}\n",
      static_cast<double>(result->offered) / result->seconds,
      static_cast<double>(result->good) / result->seconds, result->not_sent,
      micros(0.5), micros(0.99), micros(0.999), late(0.5), late(0.99),
      ReasonsJson(result->refused), kCompiler);
  return 0;
}

void AddOffer(CLI::App& app, int& exit_code) {
  struct Asked {
    OpenLoadOptions options;
    Times times;
  };
  auto asked = std::make_shared<Asked>();
  OpenLoadOptions& options = asked->options;
  CLI::App* verb = app.add_subcommand(
      "offer", "send settles at a rate, answered or not (an open loop)");
  verb->add_option("--server", options.server, "HOST:PORT")->required();
  verb->add_flag("--stream", options.stream, "over streams");
  verb->add_option("--rate", options.rate, "settles a second")
      ->required()
      ->check(CLI::Range(1.0, 1e6));
  AddTimes(*verb, asked->times);
  AddSelection(*verb, options.selection);
  AddPersons(*verb, options.persons);
  verb->callback([asked, &exit_code] {
    asked->options.window = Millis(asked->times.seconds);
    asked->options.warmup = Millis(asked->times.warmup);
    exit_code = PrintOpenLoad(asked->options);
  });
}

int Run(int argc, char** argv) {
  CLI::App app("bench_load: what ./dev bench measures with.", "bench_load");
  app.require_subcommand(1);
  int exit_code = 0;
  AddWorld(app, exit_code);
  AddFamily(app, exit_code);
  AddAgree(app, exit_code);
  AddRun(app, exit_code);
  AddBatch(app, exit_code);
  AddOffer(app, exit_code);
  CLI11_PARSE(app, argc, argv);
  return exit_code;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return Run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "bench_load: " << error.what() << "\n";
    return 1;
  }
}
