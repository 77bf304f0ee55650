// The life of the process around the server: who is told that it serves, and
// what signals do.
#ifndef ONESTOP_SERVER_RUN_H_
#define ONESTOP_SERVER_RUN_H_

#include "absl/status/status.h"
#include "server/config.h"
#include "server/server.h"

namespace onestop::server {

// Leaves SIGTERM and SIGINT to ServeUntilSignal; before any thread starts.
void BlockSignals();

// Prints where it serves, and writes the ready file. READY_FILE_FAILED.
absl::Status Announce(const Config& config, const Server& server);

// Waits for SIGTERM or SIGINT and drains. A second signal, or draining longer
// than --drain-seconds, ends the process at once; what was answered is
// committed either way. Returns the process's exit code.
int ServeUntilSignal(const Config& config, Server& server);

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_RUN_H_
