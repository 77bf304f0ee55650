// Between gRPC's raw bytes and messages: methods take bytes and parse them
// themselves, so that bytes that are not the message get an answer of ours and
// stored replies are served byte for byte.
#ifndef ONESTOP_SERVER_RAW_BYTES_H_
#define ONESTOP_SERVER_RAW_BYTES_H_

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "server/lane_request.h"
#include "wire/error.h"

namespace onestop::server {

// The bytes in one piece: as they came if they are, else copied.
// MALFORMED_REQUEST when they cannot be read.
inline absl::StatusOr<grpc::Slice> SliceOf(const grpc::ByteBuffer& bytes) {
  grpc::Slice slice;
  if (bytes.TrySingleSlice(&slice).ok()) return slice;
  if (bytes.DumpToSingleSlice(&slice).ok()) return slice;
  return wire::NotTheMessage("request");
}
inline std::string_view ViewOf(const grpc::Slice& slice) {
  return {reinterpret_cast<const char*>(slice.begin()), slice.size()};
}

// MALFORMED_REQUEST with one violation when the bytes are not the message.
template <typename Message>
absl::Status ParseBytes(std::string_view bytes, Message& message) {
  if (message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return absl::OkStatus();
  }
  return wire::NotTheMessage(Message::descriptor()->name());
}
template <typename Message>
absl::Status ParseBytes(const grpc::ByteBuffer& bytes, Message& message) {
  const auto slice = SliceOf(bytes);
  if (!slice.ok()) return slice.status();
  return ParseBytes(ViewOf(*slice), message);
}

inline grpc::ByteBuffer BytesOf(const std::string& text) {
  const grpc::Slice slice(text);
  return grpc::ByteBuffer(&slice, 1);
}

// When the caller gives up, in Unix milliseconds; kNoDeadline: never.
inline int64_t DeadlineMs(const grpc::ServerContextBase& context) {
  const auto deadline = context.deadline();
  if (deadline == std::chrono::system_clock::time_point::max()) {
    return kNoDeadline;
  }
  return deadline.time_since_epoch() / std::chrono::milliseconds(1);
}

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_RAW_BYTES_H_
