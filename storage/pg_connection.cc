// libpq in pipeline mode, never blocking: every wait has a deadline, and while
// much is being sent, what comes back is read.
#include "storage/pg_connection.h"

#include <poll.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"

namespace onestop::storage {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFirstPause{50};
constexpr milliseconds kLongestPause{2'000};
// For the first commit of a connection.
constexpr milliseconds kConfirmPatience{5'000};
// What the network may take beyond the server's own timeout.
constexpr milliseconds kGrace{5'000};

constexpr std::string_view kReadOnly = "25006";  // read_only_sql_transaction

void IgnoreNotice(void*, const PGresult*) {}

// The server ends the session: what it was doing may be done or not.
bool EndsSession(const PGresult* result) {
  const std::string severity =
      ErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
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

// A keyword after "dbname" has the last word, one before it is only a default:
// the URL may name another.
PgConnectWords::PgConnectWords(const PgOptions& options)
    : keywords{"target_session_attrs", "dbname",
               "application_name",     "client_encoding",
               "connect_timeout",      "tcp_user_timeout",
               "keepalives_idle",      "keepalives_interval",
               "keepalives_count",     nullptr},
      values{options.one_snapshot ? "any" : "read-write", options.url.c_str(),
             options.application_name.c_str(), "UTF8", "3", "15000",
             // Who waits, having sent everything, hears of a host that is gone
             // by these alone.
             "10", "5", "2", nullptr} {}

std::string PgMessage(const PGconn* connection) {
  const absl::string_view said = PQerrorMessage(connection);
  return absl::StrReplaceAll(absl::StripSuffix(said, "\n"),
                             {{"\n\t", " "}, {"\n", "; "}});
}

std::string PgConnection::Connect() {
  if (connection_ && !confirming_ && !TurnedAway()) return "";
  if (had_snapshot_) return "the snapshot was lost with its connection";
  if (Clock::now() < next_attempt_) return why_;
  why_.clear();
  if (!confirming_) {
    const PgConnectWords words(options_);
    connection_.reset(
        PQconnectdbParams(words.keywords.data(), words.values.data(), 1));
    prepared_.clear();
  }
  if (PQstatus(connection_.get()) != CONNECTION_OK) {
    why_ = PgMessage(connection_.get());
    confirming_ = false;
  } else if ((confirming_ || SetUp(why_)) && Confirm(why_)) {
    pause_ = milliseconds{0};
    next_attempt_ = {};
    had_snapshot_ = options_.one_snapshot;
    return "";
  }
  if (!confirming_) connection_.reset();
  pause_ = std::clamp(2 * pause_, kFirstPause, kLongestPause);
  next_attempt_ = Clock::now() + pause_;
  return why_;
}

// The connection was lost, or its server takes no writes any more: it tells of
// a changed default without being asked.
bool PgConnection::TurnedAway() const {
  if (PQstatus(connection_.get()) != CONNECTION_OK) return true;
  if (options_.one_snapshot) return false;
  if (PQtransactionStatus(connection_.get()) != PQTRANS_IDLE) return false;
  const char* read_only =
      PQparameterStatus(connection_.get(), "default_transaction_read_only");
  return read_only != nullptr && std::string_view(read_only) == "on";
}

bool PgConnection::SetUp(std::string& why) {
  PGconn* connection = connection_.get();
  PQsetNoticeReceiver(connection, IgnoreNotice, nullptr);
  std::vector<std::string> commands = {Settings(options_)};
  if (options_.one_snapshot) commands.push_back(sql::kBeginSnapshot.text);
  for (const std::string& command : commands) {
    if (PQsendQuery(connection, command.c_str()) != 1) {
      why = PgMessage(connection);
      return false;
    }
    if (!Drain(Clock::now() + kConfirmPatience, why)) return false;
  }
  if (PQsetnonblocking(connection, 1) != 0) {
    why = "the connection cannot be used asynchronously";
    return false;
  }
  if (options_.one_snapshot) return true;
  confirming_ = PQsendQuery(connection, sql::kConfirm.text) == 1;
  if (!confirming_) why = PgMessage(connection);
  return confirming_;
}

// A server that crashed while its synchronous standby was away shows, once it
// is back, commits that the standby has not; after a failover they would be
// gone. So before anything is read a commit of our own has to be answered:
// everything before it is then where it is. A connection that waits for this
// is kept, for the server would go on waiting without us.
bool PgConnection::Confirm(std::string& why) {
  PGconn* connection = connection_.get();
  if (confirming_) {
    if (!AwaitResult(Clock::now() + kConfirmPatience)) {  // still confirming
      why = "its commits are not answered: is its synchronous standby away?";
      return false;
    }
    confirming_ = false;
    if (!Drain(Clock::now() + kConfirmPatience, why)) return false;
  }
  if (PQenterPipelineMode(connection) == 1) return true;
  why = "the connection cannot be used asynchronously";
  return false;
}

bool PgConnection::Drain(Clock::time_point deadline, std::string& why) {
  while (true) {
    if (!AwaitResult(deadline)) {
      why = "no answer in time";
      return false;
    }
    PGresult* result = PQgetResult(connection_.get());
    if (result == nullptr) return why.empty();
    const PgRows done(result);
    if (PQresultStatus(result) == PGRES_FATAL_ERROR) {
      why = PgMessage(connection_.get());
    }
  }
}

// A session whose commit waits for the standby would wait on without us, and
// the next one beside it. Nobody relies on the commit that it began with.
void PgConnection::Close() {
  if (confirming_) {
    const std::unique_ptr<PGcancel, decltype(&PQfreeCancel)> cancel(
        PQgetCancel(connection_.get()), &PQfreeCancel);
    std::array<char, 256> why{};
    if (cancel) PQcancel(cancel.get(), why.data(), why.size());
  }
  connection_.reset();
  confirming_ = false;
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
      std::string message = ErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
      if (PQstatus(connection_.get()) != CONNECTION_OK || EndsSession(result)) {
        reply = Lose(PgReply::End::kLost, std::move(message));
        return;
      }
      if (reply.end == PgReply::End::kDone) {
        reply.end = PgReply::End::kRefused;
        reply.sqlstate = ErrorField(result, PG_DIAG_SQLSTATE);
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
                PgMessage(connection_.get()));
  }
  PgReply reply;
  Receive(calls, reply);
  if (reply.end != PgReply::End::kDone) reply.rows.clear();
  // No place to stay for who wants to write: a primary is found by connecting.
  if (reply.sqlstate == kReadOnly && !options_.one_snapshot) Close();
  return reply;
}

}  // namespace onestop::storage
