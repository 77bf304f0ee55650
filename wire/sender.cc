// Walks over the fields of a message until the one that is asked for.
#include "wire/sender.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <cstdint>

#include "base/limits.h"
#include "onestop/v1/claim.pb.h"
#include "onestop/v1/settlement.pb.h"

namespace onestop::wire {
namespace {

using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

CodedInputStream StreamOf(std::string_view bytes) {
  return CodedInputStream(reinterpret_cast<const uint8_t*>(bytes.data()),
                          static_cast<int>(bytes.size()));
}

// Stands behind the length of the field; 0: it is not there.
uint32_t FindField(CodedInputStream& in, int field) {
  const uint32_t wanted =
      WireFormatLite::MakeTag(field, WireFormatLite::WIRETYPE_LENGTH_DELIMITED);
  while (const uint32_t tag = in.ReadTag()) {
    uint32_t length = 0;
    if (tag == wanted) return in.ReadVarint32(&length) ? length : 0;
    if (!WireFormatLite::SkipField(&in, tag)) return 0;
  }
  return 0;
}

std::string TextField(CodedInputStream& in, int field) {
  const uint32_t length = FindField(in, field);
  std::string text;
  if (length > limits::kMaxIdBytes ||
      !in.ReadString(&text, static_cast<int>(length))) {
    text.clear();
  }
  return text;
}

std::string SenderOfClaim(std::string_view bytes, int claim_field) {
  CodedInputStream in = StreamOf(bytes);
  const uint32_t length = FindField(in, claim_field);
  if (length == 0 || length > limits::kMaxMessageBytes) return "";
  in.PushLimit(static_cast<int>(length));
  return TextField(in, v1::Claim::kInstitutionIdFieldNumber);
}

}  // namespace

std::string SenderOfQuote(std::string_view bytes) {
  return SenderOfClaim(bytes, v1::QuoteRequest::kClaimFieldNumber);
}

std::string SenderOfSettle(std::string_view bytes) {
  return SenderOfClaim(bytes, v1::SettleRequest::kClaimFieldNumber);
}

std::string SenderOfReversal(std::string_view bytes) {
  CodedInputStream in = StreamOf(bytes);
  return TextField(in, v1::ReverseRequest::kInstitutionIdFieldNumber);
}

}  // namespace onestop::wire
