// Frames the results of a stream of settles.
#include "wire/stream.h"

#include <google/protobuf/wire_format_lite.h>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/limits.h"
#include "wire/error.h"

namespace onestop::wire {
namespace {

void AddVarint(uint64_t value, std::string& out) {
  for (; value >= 0x80; value >>= 7) {
    out.push_back(static_cast<char>(0x80 | (value & 0x7f)));
  }
  out.push_back(static_cast<char>(value));
}

// A field that holds bytes, a text or a message.
void AddField(int number, std::string_view content, std::string& out) {
  using google::protobuf::internal::WireFormatLite;
  AddVarint(WireFormatLite::MakeTag(number,
                                    WireFormatLite::WIRETYPE_LENGTH_DELIMITED),
            out);
  AddVarint(content.size(), out);
  out.append(content);
}

std::string Framed(int64_t index, int field, std::string_view content) {
  pb::SettleStreamResult head;
  head.set_index(index);
  std::string result = head.SerializeAsString();
  AddField(field, content, result);
  std::string framed;
  framed.reserve(result.size() + 8);
  AddField(pb::SettleStreamResponse::kResultsFieldNumber, result, framed);
  return framed;
}

}  // namespace

absl::Status CheckStreamRequest(const pb::SettleStreamRequest& request) {
  const int items = request.items_size();
  if (items >= 1 && items <= limits::kMaxStreamItems) return absl::OkStatus();
  return MalformedRequest(
      {{"items", absl::StrCat("must hold 1 to ", limits::kMaxStreamItems,
                              " settles; it holds ", items)}});
}

std::string StreamSettled(int64_t index, std::string_view reply) {
  return Framed(index, pb::SettleStreamResult::kSettleFieldNumber, reply);
}

std::string StreamRefused(int64_t index, const absl::Status& refusal) {
  return Framed(index, pb::SettleStreamResult::kErrorFieldNumber,
                ToRpcStatusBytes(refusal));
}

}  // namespace onestop::wire
