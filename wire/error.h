// Errors across the border: an absl::Status with its reason, metadata and bad
// fields as a google.rpc.Status, and back. No gRPC here.
#ifndef ONESTOP_WIRE_ERROR_H_
#define ONESTOP_WIRE_ERROR_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "google/rpc/status.pb.h"

namespace onestop::wire {

// One ErrorInfo {reason, domain "onestop", metadata} always; a BadRequest for
// malformed fields, up to 4 KiB of them and then how many more; a RetryInfo for
// UNAVAILABLE and ABORTED. Under 8 KiB in all, so that no client loses it. A
// status without a reason gets one that says its code.
google::rpc::Status ToRpcStatus(const absl::Status& status);
// The same, serialized: the value of the trailer grpc-status-details-bin.
std::string ToRpcStatusBytes(const absl::Status& status);

// The way back, for clients: code, message, reason, metadata and bad fields.
absl::Status FromRpcStatus(const google::rpc::Status& status);
// `code` and `message` count when the bytes are not a google.rpc.Status.
absl::Status FromRpcStatusBytes(absl::StatusCode code, std::string_view message,
                                std::string_view bytes);

// Bytes that are not the message, or not UTF-8: INVALID_ARGUMENT with one
// violation.
absl::Status NotTheMessage(std::string_view message_name);

}  // namespace onestop::wire

#endif  // ONESTOP_WIRE_ERROR_H_
