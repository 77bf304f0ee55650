// Receipts say what was decided, and the same decision gives the same bytes.
#include "wire/receipt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/world.h"
#include "tests/wire/outcomes.h"

namespace onestop::wire {
namespace {

using onestop::testing::HandOutcome;
using onestop::testing::HandRecord;
using onestop::testing::SmallCatalog;
using ::testing::SizeIs;

pb::SettleResponse Settled() {
  pb::SettleResponse response;
  response.ParseFromString(
      SettleReply(HandRecord(), HandOutcome(), SmallCatalog()));
  return response;
}

TEST(ReceiptTest, SaysWhoWhenAndByWhat) {
  const pb::SettleResponse response = Settled();
  EXPECT_EQ(response.outcome(), pb::SETTLE_OUTCOME_SETTLED);
  const pb::Receipt& receipt = response.receipt();
  EXPECT_EQ(receipt.settlement_id(), "000102030405060708090a0b0c0d0e0f");
  EXPECT_EQ(receipt.state(), pb::SETTLEMENT_STATE_SETTLED);
  EXPECT_EQ(receipt.request_id(), "r-1");
  EXPECT_EQ(receipt.person_id(), "P");
  EXPECT_EQ(receipt.institution_id(), "H2");
  EXPECT_EQ(receipt.service_date(), "2025-03-10");
  EXPECT_EQ(receipt.booked_on(), "2025-03-11");
  EXPECT_EQ(receipt.booked_at().seconds(), 1741650000);
  EXPECT_EQ(receipt.booked_at().nanos(), 123000000);
  EXPECT_EQ(receipt.policy_revision(), "digest");
  EXPECT_EQ(receipt.person_version(), 7);
  EXPECT_EQ(receipt.totals().cash_fen(), 39000);
  ASSERT_THAT(receipt.by_scheme(), SizeIs(1));
  EXPECT_EQ(receipt.by_scheme(0).scheme_id(), "s-outpatient");
  ASSERT_THAT(receipt.by_layer(), SizeIs(1));  // it ran, and paid nothing
  EXPECT_EQ(receipt.by_layer(0).scheme_id(), "l-critical");
  EXPECT_EQ(receipt.by_layer(0).pay_fen(), 0);
}

TEST(ReceiptTest, ExplainsEachLine) {
  const pb::Receipt receipt = Settled().receipt();
  ASSERT_THAT(receipt.lines(), SizeIs(1));
  const pb::ReceiptLine& line = receipt.lines(0);
  EXPECT_EQ(line.item_name(), "B");
  EXPECT_EQ(line.item_class(), pb::ITEM_CLASS_B);
  EXPECT_EQ(line.quantity(), "1");
  EXPECT_EQ(line.preself_ratio_bp(), 500);
  EXPECT_EQ(line.first_scheme(), "s-outpatient");
  ASSERT_THAT(line.passed_over(), SizeIs(2));
  EXPECT_EQ(line.passed_over(0).scheme_id(), "s-negotiated");
  EXPECT_EQ(line.passed_over(0).reason(), "NOT_NEGOTIATED");
  EXPECT_EQ(line.passed_over(1).scheme_id(), "");
  EXPECT_EQ(line.passed_over(1).reason(), "NOT_MODELLED");
  ASSERT_THAT(line.pays(), SizeIs(1));
  EXPECT_EQ(line.pays(0).absorbed_fen(), 91000);
  EXPECT_EQ(line.scheme_pay_fen(), 50050);
  EXPECT_FALSE(line.feeds_layers());
  ASSERT_THAT(receipt.flags(), SizeIs(1));
  EXPECT_EQ(receipt.flags(0).code(), "OUT_OF_INDICATION");
  EXPECT_EQ(receipt.flags(0).line_id(), "1");
}

TEST(ReceiptTest, CitesEachStepAndTellsWhatIsLeft) {
  const pb::Receipt receipt = Settled().receipt();
  ASSERT_THAT(receipt.steps(), SizeIs(1));
  const pb::Step& step = receipt.steps(0);
  EXPECT_EQ(step.kind(), pb::STEP_KIND_FUND_PAY);
  EXPECT_EQ(step.rule_id(), "s-outpatient");
  EXPECT_EQ(step.line_ids(0), "1");
  EXPECT_EQ(step.taken_fen(), 50050);
  EXPECT_EQ(step.ratio_bp(), 5500);
  EXPECT_EQ(step.limit_fen(), 600000);
  EXPECT_EQ(step.basis(), "doc §6");
  EXPECT_TRUE(step.assumed());
  ASSERT_THAT(receipt.remaining(), SizeIs(2));
  EXPECT_EQ(receipt.remaining(0).kind(), pb::REMAINING_KIND_CAP);
  EXPECT_EQ(receipt.remaining(0).left_fen(), 549950);
  EXPECT_EQ(receipt.remaining(1).kind(), pb::REMAINING_KIND_ACCOUNT);
  EXPECT_EQ(receipt.remaining(1).left_fen(), 2000);
}

TEST(ReceiptTest, MovementsAreThePersonsOwnMoney) {
  const pb::Receipt receipt = Settled().receipt();
  ASSERT_THAT(receipt.movements(), SizeIs(3));
  EXPECT_EQ(receipt.movements(0).counter(), "account");
  EXPECT_EQ(receipt.movements(0).before_fen(), 12000);
  EXPECT_EQ(receipt.movements(0).delta_fen(), -10000);
  EXPECT_EQ(receipt.movements(1).counter(), "basis/l-critical");
  EXPECT_EQ(receipt.movements(1).delta_fen(), 0);
  EXPECT_EQ(receipt.movements(2).counter(), "cap/s-outpatient");
  // What the relative paid is told, her balance is not.
  ASSERT_THAT(receipt.account_payments(), SizeIs(2));
  EXPECT_EQ(receipt.account_payments(0).person_id(), "P");
  EXPECT_EQ(receipt.account_payments(1).person_id(), "R");
  EXPECT_EQ(receipt.account_payments(1).paid_fen(), 950);
  EXPECT_EQ(receipt.DebugString().find("77777"), std::string::npos);
}

TEST(ReceiptTest, TheSameDecisionGivesTheSameBytes) {
  const std::string reply =
      SettleReply(HandRecord(), HandOutcome(), SmallCatalog());
  EXPECT_EQ(reply, SettleReply(HandRecord(), HandOutcome(), SmallCatalog()));
  domain::SettlementRecord other = HandRecord();
  other.reply = "does not matter";
  other.rows = {{"P", 2025, 3}};
  EXPECT_EQ(reply, SettleReply(other, HandOutcome(), SmallCatalog()));
  other.booked_at_ms += 1;
  EXPECT_NE(reply, SettleReply(other, HandOutcome(), SmallCatalog()));
}

TEST(ReceiptTest, AQuoteHasNoIdAndNoTime) {
  pb::QuoteResponse quote;
  quote.ParseFromString(QuoteReply(HandRecord().claim, HandOutcome(),
                                   SmallCatalog(), {"digest", 7}));
  EXPECT_EQ(quote.receipt().state(), pb::SETTLEMENT_STATE_QUOTED);
  EXPECT_EQ(quote.receipt().settlement_id(), "");
  EXPECT_FALSE(quote.receipt().has_booked_at());
  EXPECT_EQ(quote.receipt().policy_revision(), "digest");
  EXPECT_EQ(quote.receipt().catalog_revision(), 1);
}

pb::SettleResponse Stale(std::vector<QuotedCounter> quoted) {
  SettleAsk ask;
  ask.request_id = "r-1";
  ask.claim = HandRecord().claim;
  ask.quoted_counters = std::move(quoted);
  pb::SettleResponse response;
  response.ParseFromString(
      StaleReply(ask, HandOutcome(), SmallCatalog(), {"digest", 7}));
  return response;
}

TEST(ReceiptTest, AStaleQuoteSaysWhatMoved) {
  const pb::SettleResponse told =
      Stale({{"P", 0, "account", 12000}, {"P", 2025, "basis/l-critical", 100}});
  EXPECT_EQ(told.outcome(), pb::SETTLE_OUTCOME_QUOTE_STALE);
  EXPECT_EQ(told.receipt().state(), pb::SETTLEMENT_STATE_QUOTED);
  ASSERT_THAT(told.moved(), SizeIs(1));
  EXPECT_EQ(told.moved(0).counter(), "basis/l-critical");
  EXPECT_EQ(told.moved(0).quoted_fen(), 100);
  EXPECT_EQ(told.moved(0).now_fen(), 300);

  const pb::SettleResponse untold = Stale({});
  ASSERT_THAT(untold.moved(), SizeIs(3));
  EXPECT_FALSE(untold.moved(0).has_quoted_fen());
}

TEST(ReceiptTest, WithoutAClockNothingIsBookedAtATime) {
  domain::SettlementRecord record = HandRecord();
  record.had_clock = false;
  pb::SettleResponse response;
  response.ParseFromString(SettleReply(record, HandOutcome(), SmallCatalog()));
  EXPECT_FALSE(response.receipt().has_booked_at());
  EXPECT_EQ(response.receipt().booked_on(), "");
}

}  // namespace
}  // namespace onestop::wire
