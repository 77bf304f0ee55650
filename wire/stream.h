// Settles over a stream: taken apart and put together as bytes. An item is not
// parsed before it is let in, and an answer is not read again.
#ifndef ONESTOP_WIRE_STREAM_H_
#define ONESTOP_WIRE_STREAM_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace onestop::wire {

struct StreamAsk {
  int64_t index = 0;
  std::string_view settle;  // a serialized SettleRequest, if it is one
};

// What a serialized SettleStreamRequest asks; views of it. MALFORMED_REQUEST
// when the bytes are not the message, or do not hold 1 to kMaxStreamItems
// items.
absl::StatusOr<std::vector<StreamAsk>> StreamAsksOf(std::string_view message);

// One result, so framed that results one after the other are a serialized
// SettleStreamResponse. `reply` is a serialized SettleResponse, `refusal` a
// google.rpc.Status (ToRpcStatusBytes); both are taken over byte for byte.
std::string StreamSettled(int64_t index, std::string_view reply);
std::string StreamRefused(int64_t index, std::string_view refusal);

}  // namespace onestop::wire

#endif  // ONESTOP_WIRE_STREAM_H_
