// Walks the wire format as far as index and outcome.
#include "bench/settle_messages.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/wire_format_lite.h>
#include <google/rpc/status.pb.h>
#include <grpcpp/impl/codegen/proto_utils.h>

#include "base/error.h"
#include "onestop/v1/settlement.pb.h"
#include "wire/error.h"

namespace onestop::bench {
namespace {

namespace pb = ::onestop::v1;
using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;
using google::protobuf::io::CodedOutputStream;
using google::protobuf::io::StringOutputStream;

constexpr uint32_t TagOf(int field, WireFormatLite::WireType type) {
  return static_cast<uint32_t>(field) << 3 | type;
}
constexpr auto kVarint = WireFormatLite::WIRETYPE_VARINT;
constexpr auto kBytes = WireFormatLite::WIRETYPE_LENGTH_DELIMITED;
constexpr uint32_t kItemsTag =
    TagOf(pb::SettleStreamRequest::kItemsFieldNumber, kBytes);
constexpr uint32_t kItemIndexTag =
    TagOf(pb::SettleStreamItem::kIndexFieldNumber, kVarint);
constexpr uint32_t kItemSettleTag =
    TagOf(pb::SettleStreamItem::kSettleFieldNumber, kBytes);
constexpr uint32_t kResultsTag =
    TagOf(pb::SettleStreamResponse::kResultsFieldNumber, kBytes);
constexpr uint32_t kIndexTag =
    TagOf(pb::SettleStreamResult::kIndexFieldNumber, kVarint);
constexpr uint32_t kSettleTag =
    TagOf(pb::SettleStreamResult::kSettleFieldNumber, kBytes);
constexpr uint32_t kErrorTag =
    TagOf(pb::SettleStreamResult::kErrorFieldNumber, kBytes);
constexpr uint32_t kOutcomeTag =
    TagOf(pb::SettleResponse::kOutcomeFieldNumber, kVarint);

// The outcome is the first field of the settle; the rest is passed over.
bool ReadSettle(CodedInputStream& input, std::string& fault) {
  int length = 0;
  if (!input.ReadVarintSizeAsInt(&length)) return false;
  const auto limit = input.PushLimit(length);
  uint32_t outcome = 0;
  const bool settled = input.ReadTag() == kOutcomeTag &&
                       input.ReadVarint32(&outcome) &&
                       outcome == pb::SETTLE_OUTCOME_SETTLED;
  if (!settled) fault = "NOT_SETTLED";
  const bool passed = input.Skip(input.BytesUntilLimit());
  input.PopLimit(limit);
  return passed;
}

bool ReadError(CodedInputStream& input, std::string& fault) {
  uint32_t length = 0;
  std::string bytes;
  google::rpc::Status error;
  if (!input.ReadVarint32(&length) ||
      !input.ReadString(&bytes, static_cast<int>(length)) ||
      !error.ParseFromString(bytes)) {
    return false;
  }
  fault = ErrorReason(wire::FromRpcStatus(error));
  return true;
}

bool ReadResult(CodedInputStream& input, int64_t& index, std::string& fault) {
  index = 0;
  fault = "NOT_SETTLED";
  while (const uint32_t tag = input.ReadTag()) {
    bool read = false;
    uint64_t number = 0;
    if (tag == kIndexTag) {
      read = input.ReadVarint64(&number);
      index = static_cast<int64_t>(number);
    } else if (tag == kSettleTag) {
      fault.clear();
      read = ReadSettle(input, fault);
    } else if (tag == kErrorTag) {
      read = ReadError(input, fault);
    }
    if (!read) return false;
  }
  return input.ConsumedEntireMessage();
}

}  // namespace

void AppendItem(int64_t index, const std::string& settle,
                std::string& message) {
  const auto number = static_cast<uint64_t>(index);
  const auto settle_bytes = static_cast<uint32_t>(settle.size());
  const size_t item_bytes = 2 + CodedOutputStream::VarintSize64(number) +
                            CodedOutputStream::VarintSize32(settle_bytes) +
                            settle.size();
  StringOutputStream out(&message);
  CodedOutputStream coded(&out);
  coded.WriteTag(kItemsTag);
  coded.WriteVarint32(static_cast<uint32_t>(item_bytes));
  coded.WriteTag(kItemIndexTag);
  coded.WriteVarint64(number);
  coded.WriteTag(kItemSettleTag);
  coded.WriteVarint32(settle_bytes);
  coded.WriteString(settle);
}

bool ReadResults(
    const grpc::ByteBuffer& message,
    absl::FunctionRef<void(int64_t index, const std::string& fault)> answered) {
  grpc::ByteBuffer copy(message);  // Shares the slices; reading clears it.
  grpc::ProtoBufferReader reader(&copy);
  if (!reader.status().ok()) return false;
  CodedInputStream input(&reader);
  int64_t index = 0;
  std::string fault;
  while (const uint32_t tag = input.ReadTag()) {
    int length = 0;
    if (tag != kResultsTag || !input.ReadVarintSizeAsInt(&length)) return false;
    const auto limit = input.PushLimit(length);
    if (!ReadResult(input, index, fault)) return false;
    input.PopLimit(limit);
    answered(index, fault);
  }
  return input.ConsumedEntireMessage();
}

}  // namespace onestop::bench
