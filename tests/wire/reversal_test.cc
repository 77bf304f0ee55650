// A reversal is the negative of its settlement, and says why.
#include "wire/reversal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "onestop/v1/settlement.pb.h"
#include "tests/wire/outcomes.h"
#include "wire/receipt.h"

namespace onestop::wire {
namespace {

using onestop::testing::HandOutcome;
using onestop::testing::HandRecord;
using onestop::testing::SmallCatalog;
using ::testing::SizeIs;

domain::SettlementRecord Target() {
  domain::SettlementRecord target = HandRecord();
  target.reply = SettleReply(target, HandOutcome(), SmallCatalog());
  return target;
}

domain::SettlementRecord ReversalOf(const domain::SettlementRecord& target) {
  domain::SettlementRecord reversal = target;
  reversal.kind = domain::RecordKind::kReversal;
  reversal.reverses = target.id;
  reversal.id.bytes[0] = 0xff;
  reversal.totals = {};
  reversal.totals.gross = domain::Money{0} - target.totals.gross;
  reversal.reads = {};
  for (domain::Movement& movement : reversal.movements) {
    movement.amount = -movement.amount;
  }
  return reversal;
}

TEST(ReversalTest, IsTheNegativeOfItsTarget) {
  const domain::SettlementRecord target = Target();
  pb::ReverseResponse response;
  response.ParseFromString(ReversalReply(
      ReversalOf(target), &target, {"wrong drug", "clerk-1", "other-id"}));
  EXPECT_FALSE(response.closed());
  const pb::Reversal& reversal = response.reversal();
  EXPECT_EQ(reversal.settlement_id(), target.id.ToString());
  EXPECT_EQ(reversal.reversal_id().substr(0, 2), "ff");
  EXPECT_EQ(reversal.settle_request_id(), "r-1");
  EXPECT_EQ(reversal.totals().gross_fen(), -100000);
  ASSERT_THAT(reversal.by_scheme(), SizeIs(1));
  EXPECT_EQ(reversal.by_scheme(0).pay_fen(), -50050);
  ASSERT_THAT(reversal.account_payments(), SizeIs(2));
  EXPECT_EQ(reversal.account_payments(0).paid_fen(), -10000);
  EXPECT_EQ(reversal.reason(), "wrong drug");
  EXPECT_EQ(reversal.replaced_by(), "other-id");
}

TEST(ReversalTest, ItsNoteCanBeReadBackSoThatItCanBeRecomputed) {
  const domain::SettlementRecord target = Target();
  const std::string reply =
      ReversalReply(ReversalOf(target), &target, {"why", "who", ""});
  const ReversalNote note = NoteOfReply(reply);
  EXPECT_EQ(note.reason, "why");
  EXPECT_EQ(note.operator_id, "who");
  EXPECT_EQ(ReversalReply(ReversalOf(target), &target, note), reply);
  EXPECT_EQ(NoteOfReply("\xff").reason, "");
}

TEST(ReversalTest, AClosedIdHasNoReversal) {
  domain::SettlementRecord closed = HandRecord();
  closed.kind = domain::RecordKind::kClosed;
  pb::ReverseResponse response;
  response.ParseFromString(ReversalReply(closed, nullptr, {}));
  EXPECT_TRUE(response.closed());
  EXPECT_FALSE(response.has_reversal());
}

TEST(ReversalTest, AReplacementJoinsTheBytes) {
  const domain::SettlementRecord target = Target();
  const std::string reply = ReversalReply(ReversalOf(target), &target, {});
  pb::ReverseResponse response;
  ASSERT_TRUE(response.ParseFromString(WithReplacement(reply, target.reply)));
  EXPECT_TRUE(response.has_reversal());
  EXPECT_EQ(response.replacement().SerializeAsString(), target.reply);
}

}  // namespace
}  // namespace onestop::wire
