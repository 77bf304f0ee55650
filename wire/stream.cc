// Walks over the items of a message; frames the results of a stream.
#include "wire/stream.h"

#include <google/protobuf/wire_format_lite.h>

#include <protozero/pbf_reader.hpp>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/limits.h"
#include "onestop/v1/settlement.pb.h"
#include "wire/error.h"

namespace onestop::wire {
namespace {

namespace pb = ::onestop::v1;

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

// A settle that is given twice is not merged, as protobuf would: the last one
// counts. No encoder writes two.
StreamAsk AskOf(protozero::pbf_reader item) {
  constexpr auto kIndex =
      protozero::tag_and_type(pb::SettleStreamItem::kIndexFieldNumber,
                              protozero::pbf_wire_type::varint);
  constexpr auto kSettle =
      protozero::tag_and_type(pb::SettleStreamItem::kSettleFieldNumber,
                              protozero::pbf_wire_type::length_delimited);
  StreamAsk ask;
  while (item.next()) {
    switch (item.tag_and_type()) {
      case kIndex:
        ask.index = item.get_int64();
        break;
      case kSettle: {
        const protozero::data_view settle = item.get_view();
        ask.settle = {settle.data(), settle.size()};
        break;
      }
      default:
        item.skip();
    }
  }
  return ask;
}

}  // namespace

absl::StatusOr<std::vector<StreamAsk>> StreamAsksOf(std::string_view message) {
  std::vector<StreamAsk> asks;
  int count = 0;
  try {
    protozero::pbf_reader items(message.data(), message.size());
    while (items.next(pb::SettleStreamRequest::kItemsFieldNumber,
                      protozero::pbf_wire_type::length_delimited)) {
      const StreamAsk ask = AskOf(items.get_message());
      if (++count <= limits::kMaxStreamItems) asks.push_back(ask);
    }
  } catch (const protozero::exception&) {
    return NotTheMessage("SettleStreamRequest");
  }
  if (count < 1 || count > limits::kMaxStreamItems) {
    return MalformedRequest(
        {{"items", absl::StrCat("must hold 1 to ", limits::kMaxStreamItems,
                                " settles; it holds ", count)}});
  }
  return asks;
}

std::string StreamSettled(int64_t index, std::string_view reply) {
  return Framed(index, pb::SettleStreamResult::kSettleFieldNumber, reply);
}

std::string StreamRefused(int64_t index, std::string_view refusal) {
  return Framed(index, pb::SettleStreamResult::kErrorFieldNumber, refusal);
}

}  // namespace onestop::wire
