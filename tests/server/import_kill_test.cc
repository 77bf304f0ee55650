// Imports that are killed half-way and run again, on real processes and
// PostgreSQL: the same state as one run that nothing disturbed.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/server/process.h"
#include "tests/storage/test_database.h"

namespace onestop::server {
namespace {

using testing::Binary;
using testing::Daemon;
using testing::Spawn;
using testing::Wait;

constexpr int kQuickPersons = 10'000;

// ONESTOP_IMPORT_PERSONS: as many as the slow run asks for.
int Persons() {
  const char* asked = std::getenv("ONESTOP_IMPORT_PERSONS");
  return asked == nullptr ? kQuickPersons : std::atoi(asked);
}

// A kind, its file, and how many rows of it are in the database.
struct Kind {
  std::string name;
  std::string file;
  std::string count;
};

class ImportKill : public ::testing::Test {
 protected:
  void SetUp() override {
    database_ = storage::TestDatabase::Get();
    if (database_ == nullptr) {
      GTEST_SKIP() << storage::TestDatabase::kWhySkipped;
    }
    const std::string folder =
        absl::StrCat(::testing::TempDir(), "/onestop-import-", getpid(), "-");
    kinds_ = {
        {"persons", folder + "persons.csv", "SELECT count(*) FROM person"},
        {"registrations", folder + "registrations.csv",
         "SELECT count(*) FROM person WHERE version > 1"},
        {"accounts", folder + "accounts.csv",
         "SELECT count(*) FROM posting WHERE year = 0"},
        {"counters", folder + "counters.jsonl",
         "SELECT count(*) FROM posting WHERE year <> 0"}};
    WriteFiles();
  }
  void TearDown() override {
    for (const Kind& kind : kinds_) std::remove(kind.file.c_str());
  }

  void WriteFiles() {
    std::ofstream persons(kinds_[0].file);
    std::ofstream registrations(kinds_[1].file);
    std::ofstream accounts(kinds_[2].file);
    std::ofstream counters(kinds_[3].file);
    persons << "person_id,birth_date,pooling_region,insurance_type,"
               "person_category,benefit_periods\n";
    registrations << "registration_id,person_id,registration_kind,disease,"
                     "registered_on,valid_until\n";
    accounts << "person_id,balance_fen\n";
    for (int i = 0; i < Persons(); ++i) {
      persons << "P" << i << ",1960-01-31,530100,EMPLOYEE,"
              << (i % 3 == 0 ? "RETIRED" : "IN_SERVICE")
              << ",2020-01-01..2023-12-31;2024-02-01..\n";
      registrations << "R" << i << ",P" << i
                    << ",CHRONIC_DISEASE,M03900,2024-05-01,\n";
      accounts << "P" << i << "," << 100'000 + i << "\n";
      counters << R"({"person_id":"P)" << i
               << R"(","year":2025,"counter":"cap/inpatient","amount_fen":)"
               << 1 + i << "}\n";
    }
  }

  pid_t StartImport(const Kind& kind, const Daemon& daemon) {
    return Spawn({Binary("onestop"), "import", kind.name, kind.file, "--server",
                  absl::StrCat("127.0.0.1:", daemon.port()), "--quiet",
                  "--lang", "en"});
  }
  int Loaded(const Kind& kind) {
    return std::atoi(database_->QueryOne(kind.count).c_str());
  }
  // Until a third of the rows is in.
  void AwaitAThird(const Kind& kind) {
    const auto until =
        std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (Loaded(kind) < Persons() / 3 &&
           std::chrono::steady_clock::now() < until) {
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  }

  // Everything but the times of writing.
  std::string Dump() {
    std::string dump;
    for (const char* rows :
         {"person_id || ' ' || version || encode(data, 'hex') FROM person",
          "person_id || ' ' || version || encode(data, 'hex') "
          "FROM person_version",
          "person_id || ' ' || year || ' ' || version || encode(data, 'hex') "
          "FROM ledger",
          "concat_ws('|', person_id, kind, posting_id, year, counter, amount, "
          "row_version, booked_on, until, caller) FROM posting"}) {
      absl::StrAppend(
          &dump,
          database_->QueryOne(absl::StrCat(
              "SELECT count(*) || ' ' || md5(string_agg(one, E'\\n' ORDER BY "
              "one)) FROM (SELECT (",
              std::string(rows).replace(std::string(rows).find(" FROM "), 6,
                                        ") COLLATE \"C\" AS one FROM "),
              ") AS all_rows")),
          "\n");
    }
    return dump;
  }
  void Clear() {
    database_->Execute(
        "TRUNCATE person, person_version, ledger, settlement, posting");
  }

  void ImportAllAtOnce() {
    const Daemon daemon(database_->conninfo());
    for (const Kind& kind : kinds_) {
      const auto begin = std::chrono::steady_clock::now();
      ASSERT_EQ(Wait(StartImport(kind, daemon)), 0) << kind.name;
      const double seconds = std::chrono::duration<double>(
                                 std::chrono::steady_clock::now() - begin)
                                 .count();
      std::printf("%-14s %d rows in %.1f s, %.0f rows/s\n", kind.name.c_str(),
                  Persons(), seconds, Persons() / seconds);
      EXPECT_EQ(Loaded(kind), Persons());
    }
  }

  storage::TestDatabase* database_ = nullptr;
  std::vector<Kind> kinds_;
};

TEST_F(ImportKill, KilledAndRunAgainIsAsOneCleanRun) {
  Clear();
  ImportAllAtOnce();
  const std::string clean = Dump();
  Clear();

  auto daemon = std::make_unique<Daemon>(database_->conninfo());
  const int port = daemon->port();
  for (const Kind& kind : kinds_) {
    const pid_t import = StartImport(kind, *daemon);
    AwaitAThird(kind);
    if (kind.name == "accounts") {
      // The server goes and comes back; the command goes on by itself.
      EXPECT_EQ(daemon->Stop(SIGKILL), -1);
      EXPECT_LT(Loaded(kind), Persons());
      daemon = std::make_unique<Daemon>(database_->conninfo(), port);
      EXPECT_EQ(Wait(import), 0);
      continue;
    }
    const bool asked = kind.name == "registrations";  // Ctrl-C
    kill(import, asked ? SIGINT : SIGKILL);
    EXPECT_EQ(Wait(import), asked ? 3 : -1);
    EXPECT_LT(Loaded(kind), Persons());
    EXPECT_EQ(Wait(StartImport(kind, *daemon)), 0);
  }
  EXPECT_EQ(Dump(), clean);
  EXPECT_EQ(Wait(Spawn({Binary("onestop"), "verify", "--database",
                        database_->conninfo()})),
            0);
  EXPECT_EQ(daemon->Stop(SIGTERM), 0);
  Clear();
}

}  // namespace
}  // namespace onestop::server
