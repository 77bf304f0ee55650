// Deploys the migrations in the order of sqitch.plan, over libpq.
#include "tests/storage/test_database.h"

#include <libpq-fe.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"

namespace onestop::storage {
namespace {

[[noreturn]] void Fail(const std::string& what) {
  std::fprintf(stderr, "test database: %s\n", what.c_str());
  std::abort();
}

std::map<std::string, std::string> SettingsOf(const std::string& conninfo) {
  char* error = nullptr;
  PQconninfoOption* options = PQconninfoParse(conninfo.c_str(), &error);
  if (options == nullptr) Fail(error == nullptr ? "bad URL" : error);
  std::map<std::string, std::string> settings;
  for (PQconninfoOption* option = options; option->keyword; ++option) {
    if (option->val != nullptr) settings[option->keyword] = option->val;
  }
  PQconninfoFree(options);
  return settings;
}

// Runs commands on a connection of their own; the last result's first value.
std::string RunOn(const std::string& conninfo, const std::string& sql) {
  PGconn* connection = PQconnectdb(conninfo.c_str());
  if (PQstatus(connection) != CONNECTION_OK) Fail(PQerrorMessage(connection));
  PQsetNoticeProcessor(
      connection, [](void*, const char*) {}, nullptr);
  PGresult* result = PQexec(connection, sql.c_str());
  const ExecStatusType status = PQresultStatus(result);
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
    Fail(absl::StrCat(PQerrorMessage(connection), " in ", sql));
  }
  std::string value;
  if (status == PGRES_TUPLES_OK && PQntuples(result) > 0) {
    value = PQgetvalue(result, 0, 0);
  }
  PQclear(result);
  PQfinish(connection);
  return value;
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  if (!file) Fail("cannot read " + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

std::string WithSetting(const std::string& conninfo, const std::string& keyword,
                        const std::string& value) {
  std::map<std::string, std::string> settings = SettingsOf(conninfo);
  settings[keyword] = value;
  std::string text;
  for (const auto& [name, setting] : settings) {
    absl::StrAppend(
        &text, name, "='",
        absl::StrReplaceAll(setting, {{"\\", "\\\\"}, {"'", "\\'"}}), "' ");
  }
  return text;
}

TestDatabase* TestDatabase::Get() {
  static const std::unique_ptr<TestDatabase> database = [] {
    const char* url = std::getenv("ONESTOP_TEST_DATABASE_URL");
    return std::unique_ptr<TestDatabase>(
        url == nullptr || *url == '\0' ? nullptr : new TestDatabase(url));
  }();
  return database.get();
}

TestDatabase::TestDatabase(std::string server_url)
    : server_url_(std::move(server_url)),
      name_(absl::StrCat("onestop_test_", getpid())) {
  RunOn(server_url_, "DROP DATABASE IF EXISTS " + name_ + " WITH (FORCE)");
  RunOn(server_url_,
        "CREATE DATABASE " + name_ + " TEMPLATE template0 ENCODING 'UTF8'");
  conninfo_ = WithSetting(server_url_, "dbname", name_);
  const char* source = std::getenv("ONESTOP_SOURCE_DIR");
  const std::string migrations =
      absl::StrCat(source == nullptr ? "." : source, "/migrations/");
  std::istringstream plan(ReadFile(migrations + "sqitch.plan"));
  for (std::string line; std::getline(plan, line);) {
    if (line.empty() || line[0] == '%' || line[0] == '@') continue;
    const std::string change = line.substr(0, line.find(' '));
    const std::string script =
        ReadFile(absl::StrCat(migrations, "deploy/", change, ".sql"));
    if (absl::StrContains(script, "BEGIN;\n")) {
      Execute(script);
      continue;
    }
    // Sent together they would be one transaction.
    for (const auto statement :
         absl::StrSplit(script, ";\n", absl::SkipWhitespace())) {
      Execute(std::string(statement));
    }
  }
}

TestDatabase::~TestDatabase() {
  RunOn(server_url_, "DROP DATABASE IF EXISTS " + name_ + " WITH (FORCE)");
}

std::string TestDatabase::Setting(const std::string& keyword) const {
  const std::map<std::string, std::string> settings = SettingsOf(conninfo_);
  const auto at = settings.find(keyword);
  return at == settings.end() ? "" : at->second;
}

void TestDatabase::Execute(const std::string& sql) { RunOn(conninfo_, sql); }

std::string TestDatabase::QueryOne(const std::string& sql) {
  return RunOn(conninfo_, sql);
}

void TestDatabase::Clear() {
  // For a few rows DELETE is a hundred times faster than TRUNCATE.
  std::string commands;
  for (const char* table : {"person",
                            "person_version",
                            "registered_at",
                            "family_account",
                            "ledger",
                            "settlement",
                            "posting",
                            "item",
                            "institution",
                            "designation",
                            "policy",
                            "closed_year",
                            "year_closing",
                            "roster",
                            "roster_member",
                            "book",
                            "reconciliation",
                            "reconciliation_bucket",
                            "reconciliation_difference",
                            "clearing_statement",
                            "clearing_share",
                            "clearing_part",
                            "clearing_scheme",
                            "clearing_payable",
                            "clearing_adjustment",
                            "clearing_payment"}) {
    absl::StrAppend(&commands, "DELETE FROM ", table, ";");
  }
  Execute(commands + "UPDATE catalog_revision SET revision = 0");
}

}  // namespace onestop::storage
