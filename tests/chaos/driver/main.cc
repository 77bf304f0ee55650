// chaos_driver: drives the replicas of ./dev chaos and judges what is left.
//
// Loads the world, then takes one command a line on standard input and answers
// each with one JSON object a line: go (the windows open, and are calm), count,
// storm (they do everything that windows do), close (the windows close, and
// every open request is sent until it is certain), check (the servers have
// ended: the history against the database). The end of the input ends it.
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "cli/verify_wire.h"
#include "storage/pg_store.h"
#include "tests/chaos/driver/journal.h"
#include "tests/chaos/driver/replicas.h"
#include "tests/chaos/driver/windows.h"
#include "tests/chaos/driver/world.h"
#include "tests/history/checker.h"

namespace onestop::chaos {
namespace {

using google::protobuf::Struct;

struct Options {
  std::vector<std::string> replicas;
  std::string database;
  std::string history;  // gets the attempts in the end
  uint64_t seed = 1;
  int windows = 32;
  int pause_ms = 20;
};

void Print(const Struct& object) {
  std::string text;
  ONESTOP_CHECK(
      google::protobuf::util::MessageToJsonString(object, &text).ok());
  std::cout << text << std::endl;
}

void Set(Struct& object, const std::string& name, int64_t value) {
  (*object.mutable_fields())[name].set_number_value(static_cast<double>(value));
}

storage::PgOptions DatabaseOf(const Options& options) {
  storage::PgOptions database;
  database.url = options.database;
  database.application_name = "chaos_driver";
  database.statement_timeout_ms = 600'000;
  return database;
}

class Driver {
 public:
  explicit Driver(const Options& options)
      : options_(options),
        replicas_(options.replicas),
        stage_(replicas_, journal_) {
    for (int i = 0; i < options.windows; ++i) {
      windows_.push_back(std::make_unique<Window>(stage_, i, options.seed));
    }
  }
  ~Driver() {
    stage_.closing = true;
    Join();
  }

  void Open() {
    for (const auto& window : windows_) {
      threads_.emplace_back([this, &window] {
        window->Work(std::chrono::milliseconds(options_.pause_ms));
      });
    }
  }

  void EndCalm() { stage_.calm = false; }

  Struct Count() const {
    Struct object;
    Set(object, "slowest_ms", journal_.SlowestMs());
    Struct& answers =
        *(*object.mutable_fields())["answers"].mutable_struct_value();
    for (const auto& [name, count] : journal_.Counts()) {
      Set(answers, name, count);
    }
    return object;
  }

  // Every open request, by all windows, until it is certain.
  Struct Close() {
    stage_.closing = true;
    Join();
    const std::vector<Journal::Id> open = journal_.Open();
    const auto until = std::chrono::steady_clock::now() + kLastMinutes;
    std::atomic<size_t> next{0};
    for (const auto& window : windows_) {
      threads_.emplace_back([&window, &open, &next, until] {
        for (size_t i = next++; i < open.size(); i = next++) {
          window->Settle(open[i], until);
        }
      });
    }
    Join();
    Struct object = Count();
    Set(object, "open_before", static_cast<int64_t>(open.size()));
    Set(object, "open_after", static_cast<int64_t>(journal_.Open().size()));
    return object;
  }

  absl::StatusOr<Struct> Check() const;

 private:
  static constexpr std::chrono::minutes kLastMinutes{2};

  void Join() {
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

  const Options options_;
  const Replicas replicas_;
  Journal journal_;
  Stage stage_;
  std::vector<std::unique_ptr<Window>> windows_;
  std::vector<std::thread> threads_;
};

Struct ToStruct(const history::Verdict& verdict) {
  Struct object;
  Set(object, "operations", verdict.operations);
  Set(object, "calls", verdict.calls);
  Set(object, "acknowledged", verdict.acknowledged);
  Set(object, "refused", verdict.refused);
  Set(object, "unknown", verdict.unknown);
  Set(object, "never_known", verdict.never_known);
  Set(object, "lost", verdict.lost);
  Set(object, "doubled", verdict.doubled);
  Set(object, "half", verdict.half);
  Set(object, "differing", verdict.differing);
  Set(object, "broken", verdict.broken);
  Set(object, "persons", verdict.verify.counts.persons);
  Set(object, "settlements", verdict.verify.counts.settlements);
  Set(object, "reversals", verdict.verify.counts.reversals);
  Set(object, "closed_ids", verdict.verify.counts.closed_ids);
  Set(object, "postings", verdict.verify.counts.postings);
  Set(object, "ledger_rows", verdict.verify.counts.ledger_rows);
  Set(object, "differences",
      static_cast<int64_t>(verdict.verify.differences.size()));
  (*object.mutable_fields())["ok"].set_bool_value(verdict.ok());
  auto& problems = *(*object.mutable_fields())["problems"].mutable_list_value();
  for (const std::string& problem : verdict.problems) {
    problems.add_values()->set_string_value(problem);
  }
  for (const auto& difference : verdict.verify.differences) {
    problems.add_values()->set_string_value("verify: " + difference.ToString());
  }
  return object;
}

absl::StatusOr<Struct> Driver::Check() const {
  if (!options_.history.empty()) {
    std::ofstream(options_.history) << journal_.ToText();
  }
  storage::PgOptions database = DatabaseOf(options_);
  database.one_snapshot = true;
  storage::PgStore store(database);
  history::CheckOptions check;
  check.verify = cli::WireVerifyOptions();
  check.verify.max_differences = check.max_problems;
  check.from_before = [](const storage::Posting& posting) {
    return posting.caller == kWorld;
  };
  const auto verdict = history::Check(journal_.operations(), store, check);
  if (!verdict.ok()) return verdict.status();
  return ToStruct(*verdict);
}

int Fail(const absl::Status& status) {
  std::cerr << "chaos_driver: " << status.message() << "\n";
  return 1;
}

int Run(const Options& options) {
  {
    storage::PgStore store(DatabaseOf(options));
    std::mt19937_64 random(options.seed);
    const absl::Status loaded = LoadWorld(store, random);
    if (!loaded.ok()) return Fail(loaded);
  }
  Driver driver(options);
  Print(driver.Count());
  for (std::string command; std::getline(std::cin, command);) {
    if (command == "go") {
      driver.Open();
      Print(driver.Count());
    } else if (command == "storm") {
      driver.EndCalm();
      Print(driver.Count());
    } else if (command == "count") {
      Print(driver.Count());
    } else if (command == "close") {
      Print(driver.Close());
    } else if (command == "check") {
      const auto verdict = driver.Check();
      if (!verdict.ok()) return Fail(verdict.status());
      Print(*verdict);
    } else {
      return Fail(absl::InvalidArgumentError(
          absl::StrCat("there is no command '", command, "'")));
    }
  }
  return 0;
}

int Main(int argc, char** argv) {
  CLI::App app("chaos_driver: clients of the replicas of ./dev chaos.",
               "chaos_driver");
  Options options;
  app.add_option("--replica", options.replicas, "HOST:PORT, one or more")
      ->required();
  app.add_option("--database", options.database,
                 "of the replicas; empty, with the schema deployed")
      ->required();
  app.add_option("--history", options.history,
                 "file that gets every attempt before the check");
  app.add_option("--seed", options.seed, "what the requests follow from");
  app.add_option("--windows", options.windows, "how many send at once")
      ->check(CLI::Range(1, 200));
  app.add_option("--pause-ms", options.pause_ms, "of a window between moves")
      ->check(CLI::Range(0, 60'000));
  CLI11_PARSE(app, argc, argv);
  return Run(options);
}

}  // namespace
}  // namespace onestop::chaos

int main(int argc, char** argv) {
  try {
    return onestop::chaos::Main(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "chaos_driver: " << error.what() << "\n";
    return 1;
  }
}
