// Settles over a stream: what is asked item by item, and answers as bytes that
// are put together without being read again.
#ifndef ONESTOP_WIRE_STREAM_H_
#define ONESTOP_WIRE_STREAM_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "onestop/v1/settlement.pb.h"

namespace onestop::wire {

namespace pb = ::onestop::v1;

// MALFORMED_REQUEST unless the message holds 1 to kMaxStreamItems items.
absl::Status CheckStreamRequest(const pb::SettleStreamRequest& request);

// One result, so framed that results one after the other are a serialized
// SettleStreamResponse. `reply` is a serialized SettleResponse and is taken
// over byte for byte.
std::string StreamSettled(int64_t index, std::string_view reply);
std::string StreamRefused(int64_t index, const absl::Status& refusal);

}  // namespace onestop::wire

#endif  // ONESTOP_WIRE_STREAM_H_
