// Connects by the plain libpq calls: this happens once, before anything serves.
#include "storage/pg_check.h"

#include <poll.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "storage/pg_rows.h"
#include "storage/schema_checks.h"

namespace onestop::storage {
namespace {

using Clock = std::chrono::steady_clock;

// For asking once more why a connection was refused.
constexpr std::chrono::milliseconds kPatience{3'000};
constexpr size_t kSqlstateLength = 5;

absl::Status Away(const std::string& why) {
  return MakeError(absl::StatusCode::kUnavailable, "STORAGE_UNAVAILABLE",
                   absl::StrCat("the database cannot be reached: ", why));
}

absl::Status LoginRefused(const std::string& why, const std::string& state) {
  return MakeError(absl::StatusCode::kInvalidArgument, "DATABASE_LOGIN_REFUSED",
                   why, {{"sqlstate", state}});
}

// libpq's own words about a URL that it cannot read quote what may be a part of
// the password, and a password with an unescaped '@', ':' or '/' makes it take
// a part of it for a host, a port or a database. Such a URL is not tried.
bool IsReadable(const std::string& url) {
  const bool has_scheme = absl::StartsWith(url, "postgresql://") ||
                          absl::StartsWith(url, "postgres://");
  if (!has_scheme && !absl::StrContains(url, '=')) {  // a database's name
    return url.find_first_of(":/@ ") == std::string::npos;
  }
  PQconninfoOption* options = PQconninfoParse(url.c_str(), nullptr);
  if (options == nullptr) return false;
  bool has_user = false;
  bool readable = true;
  for (const PQconninfoOption* one = options; one->keyword != nullptr; ++one) {
    if (one->val == nullptr) continue;
    const std::string_view keyword = one->keyword;
    const std::string_view value = one->val;
    if (keyword == "user") has_user = true;
    if (keyword == "port" &&
        value.find_first_not_of("0123456789,") != std::string_view::npos) {
      readable = false;
    }
  }
  PQconninfoFree(options);
  const auto signs = std::count(url.begin(), url.end(), '@');
  return readable && (!has_scheme || signs <= (has_user ? 1 : 0));
}

absl::Status CheckUrl(const std::string& url) {
  if (IsReadable(url)) return absl::OkStatus();
  return MakeError(
      absl::StatusCode::kInvalidArgument, "DATABASE_URL_INVALID",
      "the database's URL cannot be read. It is "
      "postgresql://USER@HOST:PORT/DATABASE?NAME=VALUE or key=value pairs; an "
      "'@', ':', '/' or '%' inside a user or a password is written %40, %3A, "
      "%2F, %25. Better: no password in it, but in PGPASSWORD or a passfile.");
}

// The SQLSTATE in libpq's verbose words: "FATAL:  3D000: database …".
std::string SqlstateIn(std::string_view words) {
  for (size_t at = words.find(":  "); at != std::string_view::npos;
       at = words.find(":  ", at + 1)) {
    const std::string_view rest = words.substr(at + 3);
    if (rest.size() <= kSqlstateLength || rest[kSqlstateLength] != ':') {
      continue;
    }
    const std::string_view state = rest.substr(0, kSqlstateLength);
    if (std::all_of(state.begin(), state.end(), [](unsigned char c) {
          return std::isdigit(c) || std::isupper(c);
        })) {
      return std::string(state);
    }
  }
  return "";
}

// Asks once more, for libpq tells a refusal's SQLSTATE only where it was told
// to be verbose before. Empty: it is not the server that refuses.
std::string RefusalState(const PgOptions& options) {
  const PgConnectWords words(options);
  const PgHandle handle(
      PQconnectStartParams(words.keywords.data(), words.values.data(), 1),
      &PQfinish);
  PGconn* connection = handle.get();
  if (PQstatus(connection) == CONNECTION_BAD) return "";
  PQsetErrorVerbosity(connection, PQERRORS_VERBOSE);
  const auto until = Clock::now() + kPatience;
  PostgresPollingStatusType wants = PGRES_POLLING_WRITING;
  while (wants == PGRES_POLLING_READING || wants == PGRES_POLLING_WRITING) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        until - Clock::now());
    pollfd waiting = {PQsocket(connection), POLLIN, 0};
    if (wants == PGRES_POLLING_WRITING) waiting.events = POLLOUT;
    if (left.count() <= 0 ||
        poll(&waiting, 1, static_cast<int>(left.count())) <= 0) {
      return "";
    }
    wants = PQconnectPoll(connection);
  }
  return SqlstateIn(PQerrorMessage(connection));
}

absl::Status Refused(const PgOptions& options, const PGconn* connection) {
  const std::string why = PgMessage(connection);
  const std::string state = RefusalState(options);
  if (state == "3D000") {  // invalid_catalog_name
    return MakeError(
        absl::StatusCode::kInvalidArgument, "DATABASE_UNKNOWN",
        absl::StrCat("there is no database '", PQdb(connection), "' (", why,
                     "). Create it ('createdb ", PQdb(connection),
                     "'), then deploy the schema ('sqitch deploy --verify "
                     "db:URL' in migrations/)."),
        {{"sqlstate", state}});
  }
  if (absl::StartsWith(state, "28") || state == "42501" ||
      PQconnectionNeedsPassword(connection) == 1) {
    return LoginRefused(
        absl::StrCat("the database does not let the role '", PQuser(connection),
                     "' in (", why,
                     "). Check the role, its password (PGPASSWORD or a "
                     "passfile) and the server's pg_hba.conf."),
        state);
  }
  return Away(why);
}

absl::Status Outdated(const PGconn* connection, const SchemaCheck& check,
                      const std::string& state, const std::string& why) {
  const bool none = check.file == SchemaChecks().front().file;
  return MakeError(
      absl::StatusCode::kInvalidArgument, "SCHEMA_OUTDATED",
      absl::StrCat("the schema of the database '", PQdb(connection),
                   none ? "' is not there"
                        : "' is older than this program: it lacks the change ",
                   none ? "" : absl::StripSuffix(check.file, ".sql"), " (", why,
                   "). Run 'sqitch deploy --verify db:URL' in migrations/, as "
                   "the database's owner."),
      {{"sqlstate", state}});
}

absl::Status CheckSchema(PGconn* connection) {
  PQclear(PQexec(connection,
                 "SET client_min_messages = error; "
                 "SET statement_timeout = '10s'; SET lock_timeout = '5s'"));
  for (const SchemaCheck& check : SchemaChecks()) {
    const std::unique_ptr<PGresult, decltype(&PQclear)> done(
        PQexec(connection, check.sql.c_str()), &PQclear);
    const std::string state = ErrorField(done.get(), PG_DIAG_SQLSTATE);
    if (state.empty() && PQstatus(connection) == CONNECTION_OK) continue;
    const std::string why = ErrorField(done.get(), PG_DIAG_MESSAGE_PRIMARY);
    if (state == "42501") {  // insufficient_privilege
      return LoginRefused(
          absl::StrCat("the role '", PQuser(connection),
                       "' may not use the schema (", why,
                       "). Grant it what it needs, or serve as the database's "
                       "owner."),
          state);
    }
    if (IsOfTheSchema(state) || state == "22012") {  // 1 / count(*) of nothing
      return Outdated(connection, check, state, why);
    }
    return Away(PgMessage(connection));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckDatabase(const PgOptions& options) {
  ONESTOP_RETURN_IF_ERROR(CheckUrl(options.url));
  const PgConnectWords words(options);
  const PgHandle connection(
      PQconnectdbParams(words.keywords.data(), words.values.data(), 1),
      &PQfinish);
  if (PQstatus(connection.get()) != CONNECTION_OK) {
    return Refused(options, connection.get());
  }
  PQsetNoticeReceiver(
      connection.get(), [](void*, const PGresult*) {}, nullptr);
  return CheckSchema(connection.get());
}

}  // namespace onestop::storage
