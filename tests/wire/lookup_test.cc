// Look-ups: a settlement as it stands, a ledger in the API's terms.
#include "wire/lookup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "domain/reason.h"
#include "tests/support/status_matchers.h"
#include "tests/wire/outcomes.h"
#include "tests/wire/samples.h"
#include "wire/receipt.h"
#include "wire/reversal.h"

namespace onestop::wire {
namespace {

using onestop::testing::BadFields;
using onestop::testing::D;
using onestop::testing::HandOutcome;
using onestop::testing::HandRecord;
using onestop::testing::SmallCatalog;
using ::testing::ElementsAre;
using ::testing::SizeIs;

TEST(LookupTest, QuestionsAreChecked) {
  EXPECT_THAT(BadFields(GetSettlementFromProto({}).status()),
              ElementsAre("person_id", "settle_request_id"));
  pb::GetSettlementRequest by_id;
  by_id.set_person_id("P");
  by_id.set_settlement_id("nonsense");
  EXPECT_EQ(ErrorReason(GetSettlementFromProto(by_id).status()),
            domain::refusal::kSettlementUnknown);
  pb::GetLedgerRequest ledger;
  ledger.set_year(1);
  EXPECT_THAT(BadFields(GetLedgerFromProto(ledger).status()),
              ElementsAre("person_id", "year"));
  ledger.set_person_id("P");
  ledger.set_year(0);
  ONESTOP_ASSERT_OK_AND_ASSIGN(const GetLedgerAsk ask,
                               GetLedgerFromProto(ledger));
  EXPECT_EQ(ask.year, std::nullopt);
}

TEST(LookupTest, ASettlementTellsItsState) {
  domain::SettlementRecord record = HandRecord();
  record.reply = SettleReply(record, HandOutcome(), SmallCatalog());
  pb::GetSettlementResponse out = SettlementToProto(record, nullptr);
  EXPECT_EQ(out.state(), pb::SETTLEMENT_STATE_SETTLED);
  EXPECT_EQ(out.receipt().request_id(), "r-1");
  EXPECT_EQ(out.claim().person_id(), "P");

  domain::SettlementRecord reversal = record;
  reversal.kind = domain::RecordKind::kReversal;
  reversal.reply = ReversalReply(reversal, &record, {"why", "", ""});
  out = SettlementToProto(record, &reversal);
  EXPECT_EQ(out.state(), pb::SETTLEMENT_STATE_REVERSED);
  EXPECT_EQ(out.reversal().reason(), "why");

  record.kind = domain::RecordKind::kClosed;
  out = SettlementToProto(record, nullptr);
  EXPECT_EQ(out.state(), pb::SETTLEMENT_STATE_CLOSED);
  EXPECT_FALSE(out.has_receipt());
  EXPECT_EQ(out.closed_at().seconds(), 1741650000);
}

TEST(LookupTest, YearZeroIsToldInItsOwnTerms) {
  domain::LedgerRow none;
  none.version = 4;
  none.Set({"account", 500, domain::kOpenUntil});
  none.Set({domain::PrescriptionCounter("H/1", "RX%1", "A"), 15000,
            D("2025-03-17")});
  none.Set({domain::SupplyCounter("A/B", "id"), 1, D("2025-04-01")});
  domain::LedgerRow year;
  year.version = 2;
  year.Set({"cap/inpatient", 42, domain::kOpenUntil});
  const std::vector<std::pair<domain::LedgerKey, domain::LedgerRow>> rows = {
      {{"P", 2025}, year}, {{"P", 0}, none}};
  const pb::GetLedgerResponse out = LedgerToProto(rows);
  ASSERT_THAT(out.rows(), SizeIs(1));
  EXPECT_EQ(out.rows(0).year(), 2025);
  EXPECT_EQ(out.rows(0).version(), 2);
  EXPECT_EQ(out.rows(0).counters(0).counter(), "cap/inpatient");
  EXPECT_EQ(out.account_balance_fen(), 500);
  EXPECT_EQ(out.version(), 4);
  ASSERT_THAT(out.dispensed(), SizeIs(1));
  EXPECT_EQ(out.dispensed(0).institution_id(), "H/1");
  EXPECT_EQ(out.dispensed(0).prescription_id(), "RX%1");
  EXPECT_EQ(out.dispensed(0).dispensed_quantity(), "1.5");
  ASSERT_THAT(out.supplies(), SizeIs(1));
  EXPECT_EQ(out.supplies(0).item_code(), "A/B");
  EXPECT_EQ(out.supplies(0).ends_on(), "2025-04-01");
}

}  // namespace
}  // namespace onestop::wire
