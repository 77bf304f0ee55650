// The server's log: one line an event, key=value, on standard error. Never on
// the hot path, never a person's id or name.
#ifndef ONESTOP_SERVER_LOG_H_
#define ONESTOP_SERVER_LOG_H_

#include <string_view>

#include "absl/status/status.h"
#include "server/snapshot.h"

namespace onestop::server {

// `level`: debug, info, warn, error or off.
void StartLog(std::string_view level);
bool IsLogLevel(std::string_view level);

// event=<event> and what follows, already in the form key=value.
void LogInfo(std::string_view event, std::string_view fields = "");
void LogWarning(std::string_view event, std::string_view fields = "");

// The database went away or came back. The reason alone: a database's own words
// can quote a row.
void LogStorage(const absl::Status& status);
// A call that was refused by a defect of ours; what is empty is not known. The
// settlement id is derived from the institution, the person and the request id,
// so that the caller finds the request again.
void LogDefect(std::string_view rpc, const absl::Status& refusal,
               std::string_view institution_id, std::string_view settlement_id);
void LogSnapshot(const Snapshot& snapshot);

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_LOG_H_
