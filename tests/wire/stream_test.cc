// A message of settles is taken apart as protobuf would take it apart, and what
// is no message is refused.
#include "wire/stream.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "base/error.h"
#include "base/limits.h"
#include "onestop/v1/settlement.pb.h"
#include "wire/error.h"

namespace onestop::wire {
namespace {

namespace pb = ::onestop::v1;

pb::SettleStreamRequest Message(int items) {
  pb::SettleStreamRequest message;
  for (int i = 0; i < items; ++i) {
    pb::SettleStreamItem& item = *message.add_items();
    item.set_index(i - 1);  // negative numbers, and none
    item.mutable_settle()->set_request_id(std::string(i, 'r'));
  }
  return message;
}

std::string Refusal(std::string_view bytes) {
  const auto asks = StreamAsksOf(bytes);
  return asks.ok() ? "" : ErrorReason(asks.status());
}

TEST(StreamTest, TakesApartWhatProtobufPutTogether) {
  for (const int items : {1, 2, 40, limits::kMaxStreamItems}) {
    const pb::SettleStreamRequest message = Message(items);
    const std::string bytes = message.SerializeAsString();
    const auto asks = StreamAsksOf(bytes);
    ASSERT_TRUE(asks.ok()) << asks.status();
    ASSERT_EQ(asks->size(), static_cast<size_t>(items));
    for (int i = 0; i < items; ++i) {
      const StreamAsk& ask = asks->at(static_cast<size_t>(i));
      EXPECT_EQ(ask.index, message.items(i).index());
      EXPECT_EQ(ask.settle, message.items(i).settle().SerializeAsString());
    }
  }
}

TEST(StreamTest, PassesOverFieldsOfNewerClients) {
  pb::SettleStreamRequest message = Message(1);
  const auto add_unknown = [](pb::SettleStreamRequest& one) {
    for (auto* unknown : {one.GetReflection()->MutableUnknownFields(&one),
                          one.items(0).GetReflection()->MutableUnknownFields(
                              one.mutable_items(0))}) {
      unknown->AddVarint(90, 7);
      unknown->AddFixed32(91, 7);
      unknown->AddFixed64(92, 7);
      unknown->AddLengthDelimited(93, "new");
    }
  };
  add_unknown(message);
  const std::string bytes = message.SerializeAsString();
  const auto asks = StreamAsksOf(bytes);
  ASSERT_TRUE(asks.ok()) << asks.status();
  ASSERT_EQ(asks->size(), 1u);
  EXPECT_EQ(asks->front().index, -1);
}

TEST(StreamTest, AnItemMayHoldNothing) {
  pb::SettleStreamRequest message;
  message.add_items();
  const std::string bytes = message.SerializeAsString();
  const auto asks = StreamAsksOf(bytes);
  ASSERT_TRUE(asks.ok()) << asks.status();
  EXPECT_EQ(asks->front().index, 0);
  EXPECT_EQ(asks->front().settle, "");
}

TEST(StreamTest, RefusesTooManyAndNone) {
  for (const int items : {0, limits::kMaxStreamItems + 1, 5'000}) {
    const std::string bytes = Message(items).SerializeAsString();
    const auto asks = StreamAsksOf(bytes);
    ASSERT_FALSE(asks.ok()) << items;
    EXPECT_EQ(ErrorReason(asks.status()), "MALFORMED_REQUEST");
    ASSERT_EQ(FieldViolations(asks.status()).size(), 1u);
    EXPECT_EQ(FieldViolations(asks.status())[0].field, "items");
  }
}

// Cut anywhere: a message of fewer items, or none at all, never a crash.
TEST(StreamTest, RefusesBytesThatAreCutOff) {
  const std::string bytes = Message(3).SerializeAsString();
  pb::SettleStreamRequest message;
  for (size_t size = 0; size < bytes.size(); ++size) {
    const std::string cut = bytes.substr(0, size);
    const bool whole = message.ParseFromString(cut) && message.items_size() > 0;
    EXPECT_EQ(Refusal(cut), whole ? "" : "MALFORMED_REQUEST") << size;
  }
  EXPECT_EQ(Refusal("\xff\xff\xff\xff"), "MALFORMED_REQUEST");
}

}  // namespace
}  // namespace onestop::wire
