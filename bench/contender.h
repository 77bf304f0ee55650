// How a contender serves: the port it announces, and when it ends.
#ifndef ONESTOP_BENCH_CONTENDER_H_
#define ONESTOP_BENCH_CONTENDER_H_

#include <grpcpp/grpcpp.h>

#include <functional>
#include <string>

#include "server/call_thread.h"

namespace onestop::bench {

// Serves gRPC on any free port of this machine, writes {"port": N} to
// `ready_file`, and returns the exit code after SIGTERM or SIGINT, which the
// caller blocked before it started any thread.
//
// A service on a completion queue is told its thread by `await_calls`, before
// that starts; a null function: the service is on callbacks alone.
int ServeContender(
    grpc::Service& service, const std::string& ready_file,
    const std::function<void(grpc::Server&, server::CallThread&)>& await_calls =
        nullptr);

}  // namespace onestop::bench

#endif  // ONESTOP_BENCH_CONTENDER_H_
