// libpq in pipeline mode, never blocking: every wait has a deadline, and while
// much is being sent, what comes back is read.
#include "storage/pg_connection.h"

#include <poll.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"

namespace onestop::storage {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFirstPause{50};
constexpr milliseconds kLongestPause{2'000};
// What the network may take beyond the server's own timeout.
constexpr milliseconds kGrace{5'000};

void IgnoreNotice(void*, const PGresult*) {}

std::string Trimmed(const char* text) {
  std::string trimmed(text == nullptr ? "" : text);
  while (!trimmed.empty() && trimmed.back() == '\n') trimmed.pop_back();
  return trimmed;
}

std::string Field(const PGresult* result, int field) {
  const char* value = PQresultErrorField(result, field);
  return value == nullptr ? "" : value;
}

// The server ends the session: what it was doing may be done or not.
bool EndsSession(const PGresult* result) {
  const std::string severity = Field(result, PG_DIAG_SEVERITY_NONLOCALIZED);
  return severity == "FATAL" || severity == "PANIC";
}

// Settings of our sessions. Generic plans that walk the keys in the order sent:
// row locks are taken in that order, and no statistics of an empty table can
// choose a scan. Commits are durable whatever the database's default.
std::string Settings(const PgOptions& options) {
  return absl::StrCat(
      "SET client_min_messages = error; SET plan_cache_mode = "
      "force_generic_plan; SET enable_hashjoin = off; SET enable_mergejoin = "
      "off; SET enable_seqscan = off; SET jit = off; SET statement_timeout = ",
      options.statement_timeout_ms,
      "; SET lock_timeout = ", options.lock_timeout_ms,
      "; SET idle_in_transaction_session_timeout = ",
      options.one_snapshot ? 0 : 60'000,
      "; SELECT set_config('synchronous_commit', 'on', false)"
      " WHERE current_setting('synchronous_commit') = 'off'");
}

}  // namespace

std::string PgConnection::Connect() {
  if (connection_ && PQstatus(connection_.get()) == CONNECTION_OK) return "";
  if (had_snapshot_) return "the snapshot was lost with its connection";
  if (Clock::now() < next_attempt_) return "the database was not reachable";
  const std::array keywords = {"dbname",           "application_name",
                               "client_encoding",  "connect_timeout",
                               "tcp_user_timeout", (const char*){nullptr}};
  const std::array values = {options_.url.c_str(),
                             options_.application_name.c_str(),
                             "UTF8",
                             "3",
                             "15000",
                             (const char*){nullptr}};
  connection_.reset(PQconnectdbParams(keywords.data(), values.data(), 1));
  prepared_.clear();
  std::string why;
  if (PQstatus(connection_.get()) == CONNECTION_OK && SetUp(why)) {
    pause_ = milliseconds{0};
    next_attempt_ = {};
    had_snapshot_ = options_.one_snapshot;
    return "";
  }
  if (why.empty()) why = Trimmed(PQerrorMessage(connection_.get()));
  connection_.reset();
  pause_ = std::clamp(2 * pause_, kFirstPause, kLongestPause);
  next_attempt_ = Clock::now() + pause_;
  return why;
}

bool PgConnection::SetUp(std::string& why) {
  PGconn* connection = connection_.get();
  PQsetNoticeReceiver(connection, IgnoreNotice, nullptr);
  std::vector<std::string> commands = {Settings(options_)};
  if (options_.one_snapshot) commands.push_back(sql::kBeginSnapshot.text);
  for (const std::string& command : commands) {
    const PgRows done(PQexec(connection, command.c_str()));
    why = Trimmed(PQerrorMessage(connection));
    if (!why.empty()) return false;
  }
  if (PQsetnonblocking(connection, 1) != 0 ||
      PQenterPipelineMode(connection) != 1) {
    why = "the connection cannot be used asynchronously";
    return false;
  }
  return true;
}

bool PgConnection::Send(std::initializer_list<PgCall> calls) {
  PGconn* connection = connection_.get();
  sent_.clear();
  for (const PgCall& call : calls) {
    const sql::Statement& statement = call.statement;
    const bool sending_already =
        std::any_of(sent_.begin(), sent_.end(), [&](const auto& sent) {
          return sent.first && std::string_view(sent.second) == statement.name;
        });
    if (!sending_already && !prepared_.contains(statement.name)) {
      if (!PQsendPrepare(connection, statement.name, statement.text, 0,
                         nullptr)) {
        return false;
      }
      sent_.emplace_back(true, statement.name);
    }
    PgParameters none;
    const PgParameters::Wire wire =
        (call.parameters ? call.parameters : &none)->ToWire();
    if (!PQsendQueryPrepared(
            connection, statement.name, static_cast<int>(wire.values.size()),
            wire.values.data(), wire.lengths.data(), wire.formats.data(), 1)) {
      return false;
    }
    sent_.emplace_back(false, statement.name);
  }
  return PQpipelineSync(connection) == 1;
}

bool PgConnection::AwaitResult(Clock::time_point deadline) {
  PGconn* connection = connection_.get();
  int unsent = PQflush(connection);
  while (PQisBusy(connection)) {
    const auto left =
        std::chrono::duration_cast<milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) return false;
    pollfd waiting = {PQsocket(connection), POLLIN, 0};
    if (unsent == 1) waiting.events |= POLLOUT;
    if (poll(&waiting, 1, static_cast<int>(left.count())) <= 0) continue;
    if (PQconsumeInput(connection) != 1) return true;  // the result will tell
    if (unsent == 1) unsent = PQflush(connection);
  }
  return true;
}

PGresult* PgConnection::NextResult(Clock::time_point deadline, PgReply& reply) {
  if (!AwaitResult(deadline)) {
    reply = Lose(PgReply::End::kLost, "no answer in time");
    return nullptr;
  }
  return PQgetResult(connection_.get());
}

void PgConnection::Receive(std::initializer_list<PgCall> calls,
                           PgReply& reply) {
  const auto deadline = Clock::now() + kGrace +
                        milliseconds{options_.statement_timeout_ms} *
                            static_cast<int64_t>(calls.size());
  size_t next = 0;  // in sent_
  bool ended = false;
  while (true) {
    PGresult* result = NextResult(deadline, reply);
    if (!connection_) return;
    if (result == nullptr) {  // the end of one statement's results
      if (ended || PQstatus(connection_.get()) != CONNECTION_OK) {
        reply = Lose(PgReply::End::kLost, "the connection was lost");
        return;
      }
      ended = true;
      continue;
    }
    ended = false;
    PgRows rows(result);
    const ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_PIPELINE_SYNC) return;
    if (status == PGRES_FATAL_ERROR) {
      std::string message = Field(result, PG_DIAG_MESSAGE_PRIMARY);
      if (PQstatus(connection_.get()) != CONNECTION_OK || EndsSession(result)) {
        reply = Lose(PgReply::End::kLost, std::move(message));
        return;
      }
      if (reply.end == PgReply::End::kDone) {
        reply.end = PgReply::End::kRefused;
        reply.sqlstate = Field(result, PG_DIAG_SQLSTATE);
        reply.message = std::move(message);
      }
    } else if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) {
      if (sent_[next].first) {
        prepared_.insert(sent_[next].second);
      } else {
        reply.rows.push_back(std::move(rows));
      }
    }
    ++next;
  }
}

PgReply PgConnection::Lose(PgReply::End end, std::string why) {
  connection_.reset();
  PgReply reply;
  reply.end = end;
  reply.message = std::move(why);
  return reply;
}

PgReply PgConnection::Run(std::initializer_list<PgCall> calls) {
  if (std::string why = Connect(); !why.empty()) {
    PgReply reply;
    reply.end = PgReply::End::kNotSent;
    reply.message = std::move(why);
    return reply;
  }
  if (!Send(calls)) {
    // What was queued before may have left, a COMMIT among it.
    return Lose(sent_.empty() ? PgReply::End::kNotSent : PgReply::End::kLost,
                Trimmed(PQerrorMessage(connection_.get())));
  }
  PgReply reply;
  Receive(calls, reply);
  if (reply.end != PgReply::End::kDone) reply.rows.clear();
  return reply;
}

}  // namespace onestop::storage
