// A batch: each request sees what those before it left; ids are used once;
// what is reversed is given back.
#include "domain/book.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "tests/support/policies.h"
#include "tests/support/status_matchers.h"
#include "tests/support/world.h"

namespace onestop::domain {
namespace {

using namespace onestop::testing;

SettlementId IdOf(uint8_t number, uint8_t kind = 0) {
  SettlementId id;
  id.bytes[0] = number;
  id.bytes[15] = kind;
  return id;
}

SettleCommand Command(uint8_t number, Claim claim) {
  return {IdOf(number), IdOf(number, 1), absl::StrCat("r", number),
          std::move(claim), std::nullopt};
}

ReverseCommand Reversal(uint8_t number, const std::string& person) {
  return {person, IdOf(number), IdOf(number, 1),
          true,   "H1",         absl::StrCat("r", number)};
}

class BookTest : public ::testing::Test {
 protected:
  BookTest()
      : catalog_(SmallCatalog()),
        book_(ShippedPolicy(), catalog_, {D("2025-03-20"), 1}) {
    book_.AddPerson(InService("P-1"));
  }
  Claim Visit(const char* encounter, int64_t fen = 10000) {
    Claim claim = ClaimOf("P-1", "H1", "2025-03-10", {Line("1", "A", fen)});
    claim.encounter_id = encounter;
    return claim;
  }

  Catalog catalog_;
  Book book_;
};

TEST_F(BookTest, EachSettleSeesThoseBeforeItAndQuotesDoNot) {
  ONESTOP_ASSERT_OK_AND_ASSIGN(const SettleDecision first,
                               book_.Settle(Command(1, Visit("E"))));
  EXPECT_EQ(first.outcome.totals.deductible.fen, 2000);
  ONESTOP_ASSERT_OK_AND_ASSIGN(const SettleDecision second,
                               book_.Settle(Command(2, Visit("E"))));
  EXPECT_EQ(second.outcome.totals.deductible.fen, 0);
  ONESTOP_ASSERT_OK_AND_ASSIGN(const Outcome quote, book_.Quote(Visit("E")));
  EXPECT_EQ(quote.totals.deductible.fen, 2000);
  EXPECT_EQ(second.record->rows[0].version_before, 1);
  const std::vector<LedgerWrite> writes = book_.LedgerWrites();
  ASSERT_EQ(writes.size(), 1u);
  EXPECT_EQ(writes[0].expected_version, 0);
  EXPECT_EQ(writes[0].row.version, 2);
  EXPECT_EQ(
      writes[0].row.Get("cap/yn-outpatient-employee"),
      (first.outcome.totals.scheme_pay + second.outcome.totals.scheme_pay).fen);
}

TEST_F(BookTest, ARetryIsAnsweredByTheRecordAnotherClaimIsRefused) {
  ONESTOP_ASSERT_OK_AND_ASSIGN(const SettleDecision first,
                               book_.Settle(Command(1, Visit("E"))));
  ONESTOP_ASSERT_OK_AND_ASSIGN(const SettleDecision retry,
                               book_.Settle(Command(1, Visit("E"))));
  EXPECT_EQ(retry.kind, SettleDecision::Kind::kReplayed);
  EXPECT_EQ(retry.record, first.record);
  const absl::Status reused = book_.Settle(Command(1, Visit("E", 9))).status();
  EXPECT_EQ(reused.code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(ErrorReason(reused), "REQUEST_ID_REUSED");
  EXPECT_EQ(book_.records().size(), 1u);
}

TEST_F(BookTest, ARefusedClaimLeavesItsIdFree) {
  Claim wrong = Visit("E");
  wrong.lines[0].item_code = "NOTHING";
  EXPECT_EQ(ErrorReason(book_.Settle(Command(1, wrong)).status()),
            "ITEM_UNKNOWN");
  EXPECT_TRUE(book_.LedgerWrites().empty());
  ONESTOP_EXPECT_OK(book_.Settle(Command(1, Visit("E"))));
}

TEST_F(BookTest, AStaleQuoteWritesNothing) {
  SettleCommand command = Command(1, Visit("E"));
  command.expected_cash = Money{1};
  ONESTOP_ASSERT_OK_AND_ASSIGN(const SettleDecision stale,
                               book_.Settle(command));
  EXPECT_EQ(stale.kind, SettleDecision::Kind::kQuoteStale);
  EXPECT_TRUE(book_.records().empty());
  command.expected_cash = stale.outcome.totals.cash;
  ONESTOP_ASSERT_OK_AND_ASSIGN(const SettleDecision settled,
                               book_.Settle(command));
  EXPECT_EQ(settled.kind, SettleDecision::Kind::kSettled);
}

TEST_F(BookTest, AReversalGivesEverythingBackOnce) {
  ONESTOP_ASSERT_OK(book_.Settle(Command(1, Visit("E"))));
  ONESTOP_ASSERT_OK_AND_ASSIGN(const ReverseDecision reversed,
                               book_.Reverse(Reversal(1, "P-1")));
  EXPECT_EQ(reversed.kind, ReverseDecision::Kind::kReversed);
  EXPECT_EQ(reversed.record->totals.gross.fen, -10000);
  ONESTOP_ASSERT_OK_AND_ASSIGN(const ReverseDecision again,
                               book_.Reverse(Reversal(1, "P-1")));
  EXPECT_EQ(again.kind, ReverseDecision::Kind::kAlreadyReversed);
  EXPECT_EQ(again.record, reversed.record);
  EXPECT_TRUE(book_.LedgerWrites()[0].row.entries().empty());
  EXPECT_EQ(ErrorReason(book_.Settle(Command(1, Visit("E"))).status()),
            "REQUEST_REVERSED");
  EXPECT_EQ(book_.records().size(), 2u);
}

TEST_F(BookTest, AReversalThatComesFirstClosesTheRequest) {
  ONESTOP_ASSERT_OK_AND_ASSIGN(const ReverseDecision closed,
                               book_.Reverse(Reversal(1, "P-1")));
  EXPECT_EQ(closed.kind, ReverseDecision::Kind::kClosed);
  ONESTOP_ASSERT_OK_AND_ASSIGN(const ReverseDecision again,
                               book_.Reverse(Reversal(1, "P-1")));
  EXPECT_EQ(again.kind, ReverseDecision::Kind::kAlreadyClosed);
  EXPECT_EQ(ErrorReason(book_.Settle(Command(1, Visit("E"))).status()),
            "REQUEST_REVERSED");
  ReverseCommand by_id = Reversal(2, "P-1");
  by_id.by_request_id = false;
  EXPECT_EQ(ErrorReason(book_.Reverse(by_id).status()), "SETTLEMENT_UNKNOWN");
}

TEST_F(BookTest, AReversalThatWouldTakeACounterBelowZeroIsRefused) {
  ONESTOP_ASSERT_OK_AND_ASSIGN(const SettleDecision settled,
                               book_.Settle(Command(1, Visit("E"))));
  Book later(ShippedPolicy(), catalog_, {D("2025-03-21"), 2});
  later.AddPerson(InService("P-1"));
  later.AddSettlement(*settled.record);
  LedgerRow lowered = book_.LedgerWrites()[0].row;
  ONESTOP_ASSERT_OK(
      lowered.Add({"P-1", 2025, "cap/yn-outpatient-employee", -1, kOpenUntil}));
  later.AddLedger({"P-1", 2025}, lowered);
  EXPECT_EQ(ErrorReason(later.Reverse(Reversal(1, "P-1")).status()),
            "COUNTER_BELOW_ZERO");
  EXPECT_TRUE(later.LedgerWrites().empty());
}

TEST_F(BookTest, TheOwnAccountPaysFirstThenARelative) {
  Person relative = InService("P-2");
  Registration family =
      Registered(RegistrationKind::kFamilyAccount, "", "2024-01-01");
  family.beneficiary_id = "P-1";
  relative.registrations = {family};
  book_.AddPerson(relative);
  LedgerRow own, theirs;
  own.Set({std::string(kAccountCounter), 1000, kOpenUntil});
  own.version = 4;
  theirs.Set({std::string(kAccountCounter), 800, kOpenUntil});
  theirs.version = 7;
  book_.AddLedger({"P-1", kNoYear}, own);
  book_.AddLedger({"P-2", kNoYear}, theirs);
  Claim claim = Visit("E");  // the person bears 52.00
  claim.account.use = true;
  claim.account.relatives = {"P-2"};
  claim.account.limit = Money{1500};
  ONESTOP_ASSERT_OK_AND_ASSIGN(const SettleDecision settled,
                               book_.Settle(Command(1, claim)));
  EXPECT_EQ(settled.outcome.totals.account.fen, 1000);
  EXPECT_EQ(settled.outcome.totals.family_account.fen, 500);
  EXPECT_EQ(settled.outcome.totals.cash.fen, 5200 - 1500);
  const std::vector<LedgerWrite> writes = book_.LedgerWrites();
  ASSERT_EQ(writes.size(), 3u);
  EXPECT_EQ(writes[0].row.Get(kAccountCounter), 0);
  EXPECT_EQ(writes[0].expected_version, 4);
  EXPECT_EQ(writes[2].row.Get(kAccountCounter), 300);
  EXPECT_EQ(writes[2].row.version, 8);
}

}  // namespace
}  // namespace onestop::domain
