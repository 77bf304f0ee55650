// Reads the first field of an answer.
#include "bench/replies.h"

#include <google/protobuf/io/coded_stream.h>
#include <grpcpp/impl/codegen/proto_utils.h>

#include <cstdint>

#include "absl/status/status.h"
#include "base/error.h"
#include "onestop/v1/settlement.pb.h"
#include "wire/error.h"

namespace onestop::bench {
namespace {

namespace pb = ::onestop::v1;

// Tags of the first fields: their number and wire type.
constexpr uint32_t kOutcomeTag = 1 << 3 | 0;  // SettleResponse.outcome, varint
constexpr uint32_t kReceiptTag = 1 << 3 | 2;  // QuoteResponse.receipt, bytes

std::string ReasonOf(const grpc::Status& status) {
  const absl::Status error = wire::FromRpcStatusBytes(
      static_cast<absl::StatusCode>(status.error_code()),
      status.error_message(), status.error_details());
  const std::string reason = ErrorReason(error);
  return reason.empty() ? absl::StatusCodeToString(error.code()) : reason;
}

// The tag of the first field and the varint after it: a value or a length.
bool StartsWith(uint32_t tag, uint32_t& value, const grpc::ByteBuffer& reply) {
  grpc::ByteBuffer copy(reply);  // Shares the slices; reading clears it.
  grpc::ProtoBufferReader reader(&copy);
  google::protobuf::io::CodedInputStream input(&reader);
  return reader.status().ok() && input.ReadTag() == tag &&
         input.ReadVarint32(&value);
}

}  // namespace

std::string FaultOf(Call call, const grpc::Status& status,
                    const grpc::ByteBuffer& reply) {
  if (!status.ok()) return ReasonOf(status);
  uint32_t value = 0;
  if (call == Call::kQuote) {
    const bool quoted = StartsWith(kReceiptTag, value, reply) && value > 0;
    return quoted ? "" : "NOT_QUOTED";
  }
  const bool settled = StartsWith(kOutcomeTag, value, reply) &&
                       value == pb::SETTLE_OUTCOME_SETTLED;
  return settled ? "" : "NOT_SETTLED";
}

}  // namespace onestop::bench
