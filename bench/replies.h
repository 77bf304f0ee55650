// Whether an answer is what the benchmark asked for, from its first bytes.
#ifndef ONESTOP_BENCH_REPLIES_H_
#define ONESTOP_BENCH_REPLIES_H_

#include <grpcpp/grpcpp.h>

#include <string>

#include "bench/requests.h"

namespace onestop::bench {

// Empty: settled (of a quote: it has a receipt). Else why not: the reason of
// the refusal, the name of the status code, NOT_SETTLED or NOT_QUOTED. An
// answer is read as far as its outcome only: whole receipts are compared by
// `bench_load agree`, before anything is measured.
std::string FaultOf(Call call, const grpc::Status& status,
                    const grpc::ByteBuffer& reply);

}  // namespace onestop::bench

#endif  // ONESTOP_BENCH_REPLIES_H_
