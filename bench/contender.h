// How a contender serves: the port it announces, and when it ends.
#ifndef ONESTOP_BENCH_CONTENDER_H_
#define ONESTOP_BENCH_CONTENDER_H_

#include <grpcpp/grpcpp.h>

#include <string>

namespace onestop::bench {

// Serves gRPC on any free port of this machine, writes {"port": N} to
// `ready_file`, and returns the exit code after SIGTERM or SIGINT, which the
// caller blocked before it started any thread.
int ServeContender(grpc::Service& service, const std::string& ready_file);

}  // namespace onestop::bench

#endif  // ONESTOP_BENCH_CONTENDER_H_
