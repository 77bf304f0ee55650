// Turns statuses into google.rpc.Status and back, within what a trailer holds.
#include "wire/error.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/limits.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "google/rpc/error_details.pb.h"

namespace onestop::wire {
namespace {

constexpr std::string_view kDomain = "onestop";
constexpr size_t kMaxMessageBytes = 1024;
constexpr size_t kMaxMetadataBytes = 1024;
constexpr size_t kMaxFieldBytes = 512;

// At most `most` bytes, cut before the first byte of a character.
std::string Cut(std::string_view text, size_t most) {
  if (text.size() <= most) return std::string(text);
  constexpr std::string_view kMore = "…";
  size_t end = most - kMore.size();
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) {
    --end;
  }
  return absl::StrCat(std::string(text.substr(0, end)), std::string(kMore));
}

// A reason for statuses that were not made by MakeError.
std::string ReasonOf(const absl::Status& status) {
  const std::string reason = ErrorReason(status);
  if (!reason.empty()) return reason;
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
      return "MALFORMED_REQUEST";
    case absl::StatusCode::kUnavailable:
      return "STORAGE_UNAVAILABLE";
    default:
      return absl::StatusCodeToString(status.code());
  }
}

google::rpc::ErrorInfo ErrorInfoOf(const absl::Status& status) {
  google::rpc::ErrorInfo info;
  info.set_reason(ReasonOf(status));
  info.set_domain(std::string(kDomain));
  size_t bytes = 0;
  for (const auto& [name, value] : ErrorMetadataOf(status)) {
    bytes += name.size() + value.size();
    if (bytes > kMaxMetadataBytes) break;
    (*info.mutable_metadata())[name] = value;
  }
  return info;
}

// Violations up to 4 KiB, then one that says how many more there are.
google::rpc::BadRequest BadRequestOf(
    const std::vector<FieldViolation>& violations) {
  constexpr size_t kRoomForTheLast = 96;
  google::rpc::BadRequest bad;
  size_t bytes = 0;
  for (size_t i = 0; i < violations.size(); ++i) {
    google::rpc::BadRequest::FieldViolation violation;
    violation.set_field(Cut(violations[i].field, kMaxFieldBytes));
    violation.set_description(Cut(violations[i].description, kMaxFieldBytes));
    bytes += violation.ByteSizeLong() + 3;  // tag and length
    const size_t reserve = i + 1 < violations.size() ? kRoomForTheLast : 0;
    if (bytes + reserve > limits::kMaxBadRequestBytes) {
      bad.add_field_violations()->set_description(
          absl::StrCat(violations.size() - i,
                       " more; correct these and send the request again"));
      break;
    }
    *bad.add_field_violations() = std::move(violation);
  }
  return bad;
}

// How long to wait before the same request is worth sending again; 0: it is
// not.
int RetryMilliseconds(const absl::Status& status) {
  const std::string reason = ReasonOf(status);
  if (reason == "OVERLOADED") return 200;
  if (reason == "DRAINING") return 1000;
  if (status.code() == absl::StatusCode::kUnavailable) return 500;
  if (status.code() == absl::StatusCode::kAborted) return 50;
  return 0;
}

// Deterministic, though ErrorInfo holds a map.
std::string Serialized(const google::protobuf::Message& message) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  message.SerializeToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

void Pack(const google::protobuf::Message& detail, google::rpc::Status& out) {
  google::protobuf::Any& any = *out.add_details();
  any.set_type_url(absl::StrCat("type.googleapis.com/",
                                detail.GetDescriptor()->full_name()));
  any.set_value(Serialized(detail));
}

}  // namespace

google::rpc::Status ToRpcStatus(const absl::Status& status) {
  google::rpc::Status out;
  out.set_code(static_cast<int>(status.code()));
  if (status.ok()) return out;
  out.set_message(Cut(std::string(status.message()), kMaxMessageBytes));
  Pack(ErrorInfoOf(status), out);
  const std::vector<FieldViolation> violations = FieldViolations(status);
  if (!violations.empty()) Pack(BadRequestOf(violations), out);
  if (const int wait = RetryMilliseconds(status); wait > 0) {
    google::rpc::RetryInfo retry;
    retry.mutable_retry_delay()->set_seconds(wait / 1000);
    retry.mutable_retry_delay()->set_nanos(wait % 1000 * 1'000'000);
    Pack(retry, out);
  }
  return out;
}

std::string ToRpcStatusBytes(const absl::Status& status) {
  return Serialized(ToRpcStatus(status));
}

absl::Status FromRpcStatus(const google::rpc::Status& status) {
  if (status.code() == 0) return absl::OkStatus();
  const auto code = static_cast<absl::StatusCode>(status.code());
  google::rpc::ErrorInfo info;
  google::rpc::BadRequest bad;
  for (const google::protobuf::Any& detail : status.details()) {
    if (detail.Is<google::rpc::ErrorInfo>()) detail.UnpackTo(&info);
    if (detail.Is<google::rpc::BadRequest>()) detail.UnpackTo(&bad);
  }
  ErrorMetadata metadata(info.metadata().begin(), info.metadata().end());
  std::sort(metadata.begin(), metadata.end());
  absl::Status read =
      MakeError(code, info.reason(), status.message(), std::move(metadata));
  if (bad.field_violations().empty()) return read;
  std::vector<FieldViolation> violations;
  for (const auto& violation : bad.field_violations()) {
    violations.push_back({violation.field(), violation.description()});
  }
  // MalformedRequest makes a message of its own; the server's stays.
  const absl::Status with_fields = MalformedRequest(violations);
  with_fields.ForEachPayload(
      [&read](absl::string_view url, const absl::Cord& payload) {
        if (!read.GetPayload(url)) read.SetPayload(url, payload);
      });
  return read;
}

absl::Status FromRpcStatusBytes(absl::StatusCode code, std::string_view message,
                                std::string_view bytes) {
  google::rpc::Status status;
  if (!bytes.empty() &&
      status.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) &&
      status.code() != 0) {
    return FromRpcStatus(status);
  }
  return absl::Status(code, absl::string_view(message.data(), message.size()));
}

absl::Status NotTheMessage(std::string_view message_name) {
  return MalformedRequest(
      {{std::string(message_name),
        "the bytes are not this message, or a text in it is not UTF-8"}});
}

}  // namespace onestop::wire
