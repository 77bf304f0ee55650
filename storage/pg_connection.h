// One connection to PostgreSQL over libpq: connects when first used and again
// after a loss, and runs prepared statements, several in one round trip.
#ifndef ONESTOP_STORAGE_PG_CONNECTION_H_
#define ONESTOP_STORAGE_PG_CONNECTION_H_

#include <libpq-fe.h>

#include <array>
#include <chrono>
#include <initializer_list>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "storage/pg_values.h"
#include "storage/sql.h"

namespace onestop::storage {

struct PgOptions {
  std::string url;  // postgresql://… or key=value pairs
  std::string application_name = "onestopd";
  // Milliseconds until the server gives a statement, or a wait for a row, up.
  int statement_timeout_ms = 10'000;
  int lock_timeout_ms = 5'000;
  // All reads see the database as it was at the first; nothing can be written.
  // A lost connection then stays lost. Without it only a server that takes
  // writes is connected to, unless the URL says otherwise
  // (target_session_attrs): of several hosts it is the primary.
  bool one_snapshot = false;
};

using PgHandle = std::unique_ptr<PGconn, decltype(&PQfinish)>;

// How all our connections are made, as libpq's …Params functions take it;
// valid as long as the options.
struct PgConnectWords {
  explicit PgConnectWords(const PgOptions& options);
  std::array<const char*, 10> keywords;
  std::array<const char*, 10> values;
};

// What libpq says went wrong, in one line.
std::string PgMessage(const PGconn* connection);

// One statement to run. `parameters` may be nullptr.
struct PgCall {
  const sql::Statement& statement;
  PgParameters* parameters = nullptr;
};

struct PgReply {
  enum class End {
    kDone,
    kRefused,  // the server refused one statement: the transaction is undone
    kNotSent,  // nothing reached the server
    kLost,     // sent; whether it was done is not known
  };
  End end = End::kDone;
  std::string sqlstate;      // kRefused; empty otherwise
  std::string message;       // not kDone; never holds row values
  std::vector<PgRows> rows;  // kDone: one a call
};

// Not thread-safe.
class PgConnection {
 public:
  explicit PgConnection(PgOptions options) : options_(std::move(options)) {}
  ~PgConnection() { Close(); }
  PgConnection(const PgConnection&) = delete;
  PgConnection& operator=(const PgConnection&) = delete;

  // Runs the calls in one round trip, in one transaction (unless they begin or
  // end one themselves). After a loss the next Run connects again, at once the
  // first time, then after growing pauses, in which it answers kNotSent. A
  // server that turned read-only is left.
  PgReply Run(std::initializer_list<PgCall> calls);
  void Close();
  const PgOptions& options() const { return options_; }

 private:
  using Clock = std::chrono::steady_clock;

  // Empty when connected, else why not.
  std::string Connect();
  bool SetUp(std::string& why);
  // Whether what this server shows is as durable as what it acknowledges.
  bool Confirm(std::string& why);
  bool TurnedAway() const;
  bool Send(std::initializer_list<PgCall> calls);
  // Waits for a result until the deadline; false when it passed.
  bool AwaitResult(Clock::time_point deadline);
  // Takes the results of what was sent outside the pipeline; false, and why, if
  // it was refused or not answered in time.
  bool Drain(Clock::time_point deadline, std::string& why);
  // Reads everything up to the end of the round trip into `reply`.
  void Receive(std::initializer_list<PgCall> calls, PgReply& reply);
  PGresult* NextResult(Clock::time_point deadline, PgReply& reply);
  PgReply Lose(PgReply::End end, std::string why);

  const PgOptions options_;
  PgHandle connection_{nullptr, &PQfinish};
  std::set<std::string> prepared_;
  // What was sent, in order: a statement to prepare, or (false) to run.
  std::vector<std::pair<bool, const char*>> sent_;
  std::string why_;  // the last attempt to connect failed
  std::chrono::milliseconds pause_{0};
  Clock::time_point next_attempt_{};
  bool had_snapshot_ = false;
  bool confirming_ = false;  // the first commit has not been answered yet
};

}  // namespace onestop::storage

#endif  // ONESTOP_STORAGE_PG_CONNECTION_H_
