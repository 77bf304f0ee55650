// The messages of SettleStream as bytes, written and read as cheaply as the
// unary calls' are: neither side's messages are built.
#ifndef ONESTOP_BENCH_SETTLE_MESSAGES_H_
#define ONESTOP_BENCH_SETTLE_MESSAGES_H_

#include <grpcpp/grpcpp.h>

#include <cstdint>
#include <string>

#include "absl/functional/function_ref.h"

namespace onestop::bench {

inline constexpr int kItemsOfAMessage = 32;

// Appends an item to a serialized SettleStreamRequest; `settle` is a serialized
// SettleRequest.
void AppendItem(int64_t index, const std::string& settle, std::string& message);

// Calls `answered` for each result of a serialized SettleStreamResponse, with a
// fault as FaultOf's of a settle (bench/replies.h). False when the bytes are
// not such a message.
bool ReadResults(
    const grpc::ByteBuffer& message,
    absl::FunctionRef<void(int64_t index, const std::string& fault)> answered);

}  // namespace onestop::bench

#endif  // ONESTOP_BENCH_SETTLE_MESSAGES_H_
