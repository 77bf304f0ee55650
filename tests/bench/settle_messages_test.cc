// The stream's messages beside protobuf's own reading and writing of them.
#include "bench/settle_messages.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "onestop/v1/settlement.pb.h"
#include "server/raw_bytes.h"
#include "wire/error.h"

namespace onestop::bench {
namespace {

namespace pb = ::onestop::v1;
using Answers = std::vector<std::pair<int64_t, std::string>>;

bool Read(const std::string& bytes, Answers& answers) {
  return ReadResults(server::BytesOf(bytes),
                     [&answers](int64_t index, const std::string& fault) {
                       answers.emplace_back(index, fault);
                     });
}

pb::SettleStreamResponse ThreeResults() {
  pb::SettleStreamResponse response;
  pb::SettleResponse& settled = *response.add_results()->mutable_settle();
  settled.set_outcome(pb::SETTLE_OUTCOME_SETTLED);
  settled.mutable_receipt()->set_settlement_id(std::string(300, 'a'));
  response.add_results()->set_index(1'000);
  response.mutable_results(1)->mutable_settle()->set_outcome(
      pb::SETTLE_OUTCOME_QUOTE_STALE);
  response.add_results()->set_index(2);
  *response.mutable_results(2)->mutable_error() = wire::ToRpcStatus(
      MakeError(absl::StatusCode::kUnavailable, "OVERLOADED", "later"));
  return response;
}

TEST(SettleMessagesTest, ItemsAreWhatProtobufReads) {
  pb::SettleRequest settle;
  settle.set_request_id(std::string(200, 'r'));
  std::string message;
  AppendItem(0, settle.SerializeAsString(), message);
  AppendItem(70'000, settle.SerializeAsString(), message);
  pb::SettleStreamRequest request;
  ASSERT_TRUE(request.ParseFromString(message));
  ASSERT_EQ(request.items_size(), 2);
  EXPECT_EQ(request.items(0).index(), 0);
  EXPECT_EQ(request.items(1).index(), 70'000);
  EXPECT_EQ(request.items(1).settle().request_id(), settle.request_id());
}

TEST(SettleMessagesTest, ResultsAreReadAsFarAsTheirOutcome) {
  Answers answers;
  ASSERT_TRUE(Read(ThreeResults().SerializeAsString(), answers));
  EXPECT_EQ(answers,
            (Answers{{0, ""}, {1'000, "NOT_SETTLED"}, {2, "OVERLOADED"}}));
}

TEST(SettleMessagesTest, AResultWithoutAnAnswerIsNoSettlement) {
  pb::SettleStreamResponse response;
  response.add_results()->set_index(5);
  response.add_results()->mutable_settle();
  Answers answers;
  ASSERT_TRUE(Read(response.SerializeAsString(), answers));
  EXPECT_EQ(answers, (Answers{{5, "NOT_SETTLED"}, {0, "NOT_SETTLED"}}));
}

TEST(SettleMessagesTest, BytesThatAreCutOffAreNoMessage) {
  const std::string whole = ThreeResults().SerializeAsString();
  Answers answers;
  EXPECT_FALSE(Read(whole.substr(0, whole.size() - 1), answers));
  EXPECT_FALSE(Read("\xff\xff\xff", answers));
}

}  // namespace
}  // namespace onestop::bench
