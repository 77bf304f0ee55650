// The contract of clearing on both stores: each row counts in exactly one
// statement that does not change, whoever runs meanwhile and whenever a run
// stops.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <libpq-fe.h>

#include <array>
#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "tests/storage/clearing_fixture.h"

namespace onestop::storage {
namespace {

using domain::Day;
using domain::DayOf;
using domain::Insurance;
using domain::SettlementRecord;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const Day kApril = DayOf(2025, 4, 1);
const Day kMay = DayOf(2025, 5, 1);

class ClearingContract : public ClearingTest {};

TEST_P(ClearingContract, SumsByRegionInsuranceAndScheme) {
  Write(Record("P1", DayOf(2025, 3, 1), 1000));
  Write(Record("P1", DayOf(2025, 3, 31), 3000));
  const auto taken_back = Write(Record("P2", DayOf(2025, 3, 2), 500));
  Write(Reversal(taken_back, DayOf(2025, 3, 3)));
  Write(Record("P3", DayOf(2025, 3, 2), 700, "530100", Insurance::kResident));
  Write(Record("P4", DayOf(2025, 3, 2), 200, "120000"));
  Write(SampleClosing("P9", 99));
  Write(
      Record("P5", DayOf(2025, 3, 2), 1, "530100", Insurance::kEmployee, "H2"));
  const ClearingStatement march = Close(kMarch);
  const ClearingContent content = Content(march);
  ASSERT_THAT(content.sums.parts, SizeIs(3));
  const ClearingPart& city = content.sums.parts[0];
  EXPECT_EQ(city.region, "120000");
  EXPECT_EQ(city.gross, 200);
  const ClearingPart& employee = content.sums.parts[1];
  EXPECT_EQ(employee.region, "530100");
  EXPECT_EQ(employee.insurance, Insurance::kEmployee);
  EXPECT_EQ(employee.settlements, 3);
  EXPECT_EQ(employee.reversals, 1);
  EXPECT_EQ(employee.late, 0);
  EXPECT_EQ(employee.persons, 2);
  EXPECT_EQ(employee.gross, 4000);
  EXPECT_EQ(employee.scheme_pay, 2000);
  EXPECT_EQ(employee.critical_illness, 400);
  EXPECT_EQ(employee.large_amount, 0);
  EXPECT_EQ(employee.account, 400 / 3 + 1 + 1200 / 3 + 1);
  ASSERT_THAT(content.sums.schemes, SizeIs(6));
  const ClearingSchemeLine& line = content.sums.schemes[3];
  EXPECT_EQ(line.region, "530100");
  EXPECT_EQ(line.insurance, Insurance::kEmployee);
  EXPECT_EQ(line.sums,
            (ClearingShare{"530100-scheme", 2000, 2000, 2000, 2000, 0, 0}));
  EXPECT_EQ(line.settlements, 3);
  EXPECT_EQ(line.reversals, 1);
  EXPECT_EQ(line.persons, 2);
  ASSERT_THAT(content.payables, SizeIs(2));
  EXPECT_EQ(content.payables[1].region, "530100");
  EXPECT_EQ(content.payables[1].fund_pay, 2400 + 350 + 70);
}

TEST_P(ClearingContract, GivesThePoliciesThatReceiptsName) {
  const std::vector<PolicyFileText> files = {{"b.textproto", "规则 2"},
                                             {"a.textproto", ""}};
  EXPECT_THAT(books_->GetPolicy("r1"), IsOkAndHolds(IsEmpty()));
  ASSERT_THAT(store_->PutPolicy("r1", files), IsOk());
  EXPECT_THAT(books_->GetPolicy("r1"),
              IsOkAndHolds(ElementsAre(files[1], files[0])));
  EXPECT_THAT(books_->GetPolicy("r2"), IsOkAndHolds(IsEmpty()));
  EXPECT_THAT(books_->GetPolicy(std::string("r\0", 2)),
              IsOkAndHolds(IsEmpty()));
}

TEST_P(ClearingContract, ClosingTwiceIsTheSameStatement) {
  Write(Record("P1", DayOf(2025, 3, 1), 1000));
  const ClearingStatement first = Close(kMarch);
  const ClearingContent content = Content(first);
  Write(Record("P2", DayOf(2025, 3, 5), 900));
  ClearingStatement asked = Asked(kMarch);
  asked.due_on = DayOf(2030, 1, 1);
  CatchUp(*books_);
  const auto again = books_->Cut(asked);
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->statement.number, first.number);
  EXPECT_EQ(again->statement.due_on, first.due_on);
  EXPECT_EQ(again->statement.closed_at_ms, first.closed_at_ms);
  ASSERT_THAT(Finish(*books_, again->statement, Halves), IsOk());
  EXPECT_EQ(Content(first).sums.parts, content.sums.parts);
  EXPECT_THAT(List(first), SizeIs(1));
}

TEST_P(ClearingContract, WhatComesLateCountsInTheNextOpenMonth) {
  Write(Record("P1", DayOf(2025, 3, 1), 1000));
  const ClearingStatement march = Close(kMarch);
  const auto late = Write(Record("P2", DayOf(2025, 3, 31), 600));
  const auto back = Write(Reversal(late, DayOf(2025, 4, 2)));
  const ClearingStatement april = Close(kApril);
  EXPECT_EQ(april.number, march.number + 1);
  EXPECT_EQ(april.first_day, DayOf(2025, 3, 31));
  EXPECT_EQ(Ids(List(april)),
            (std::vector<std::string>{late.id.ToString(), back.id.ToString()}));
  CountedFilter only;
  only.late_only = true;
  EXPECT_EQ(Ids(List(april, only)),
            std::vector<std::string>{late.id.ToString()});
  only.region = "530100";
  only.insurance = Insurance::kEmployee;
  only.scheme = "530100-scheme";
  EXPECT_EQ(Ids(List(april, only)),
            std::vector<std::string>{late.id.ToString()});
  const ClearingContent content = Content(april);
  ASSERT_THAT(content.sums.parts, SizeIs(1));
  EXPECT_EQ(content.sums.parts[0].late, 1);
  EXPECT_EQ(content.sums.parts[0].gross, 0);
  EXPECT_EQ(content.sums.parts[0].persons, 1);
}

TEST_P(ClearingContract, MonthsAreClosedInOrder) {
  Write(Record("P1", DayOf(2025, 3, 1), 1000));
  Write(Record("P1", DayOf(2025, 5, 1), 1000));
  CatchUp(*books_);
  auto cut = books_->Cut(Asked(kMay));
  ASSERT_THAT(cut, IsOk());
  EXPECT_EQ(cut->statement.number, 0);
  EXPECT_EQ(cut->first_open, kMarch);
  Close(kMarch);
  // April holds nothing; it may be left out, and stays out then.
  Close(kMay);
  cut = books_->Cut(Asked(kApril));
  ASSERT_THAT(cut, IsOk());
  EXPECT_EQ(cut->statement.number, 0);
  EXPECT_EQ(cut->last_cut, kMay);
  const auto late = Write(Record("P1", DayOf(2025, 4, 9), 1000));
  CatchUp(*books_);
  cut = books_->Cut(Asked(DayOf(2025, 7, 1)));
  ASSERT_THAT(cut, IsOk());
  EXPECT_EQ(cut->first_open, DayOf(2025, 6, 1));
  EXPECT_EQ(Ids(List(Close(DayOf(2025, 6, 1)))),
            std::vector<std::string>{late.id.ToString()});
}

TEST_P(ClearingContract, AnEmptyMonthIsAStatementToo) {
  const ClearingStatement march = Close(kMarch);
  EXPECT_THAT(Content(march).sums.parts, IsEmpty());
  EXPECT_THAT(List(march), IsEmpty());
  const auto due = books_->ListDue({"", "", {}, DueState::kAny, kMay}, {}, 10);
  ASSERT_THAT(due, IsOkAndHolds(SizeIs(1)));
  EXPECT_EQ((*due)[0].region, "");
}

TEST_P(ClearingContract, WhatIsCutAndNotClosedIsListed) {
  Write(Record("P1", DayOf(2025, 3, 1), 1000));
  CatchUp(*books_);
  const auto cut = books_->Cut(Asked(kMarch));
  ASSERT_THAT(cut, IsOk());
  // "1530100 2": statement 1, region 530100, overdue.
  const auto word = [&](const std::string& region, DueState state) {
    return absl::StrCat(cut->statement.number, region, " ",
                        static_cast<int>(state));
  };
  const auto listed = [&](DueState state, const std::string& region) {
    DueFilter filter;
    filter.region = region;
    filter.state = state;
    filter.today = DayOf(2026, 1, 1);
    const auto due = books_->ListDue(filter, {}, 10);
    EXPECT_THAT(due, IsOk());
    std::vector<std::string> words;
    for (const DueRow& row : *due) {
      words.push_back(word(row.region, StateOf(row, filter.today)));
    }
    return words;
  };
  const std::string line = word("", DueState::kNotClosed);
  for (const char* region : {"", "530100", "120000"}) {
    EXPECT_THAT(listed(DueState::kNotClosed, region), ElementsAre(line));
    EXPECT_THAT(listed(DueState::kAny, region), ElementsAre(line));
  }
  for (const DueState state : {DueState::kOpen, DueState::kOverdue,
                               DueState::kPaid, DueState::kOwedBack}) {
    EXPECT_THAT(listed(state, ""), IsEmpty());
  }
  Close(kMarch);
  EXPECT_THAT(listed(DueState::kNotClosed, ""), IsEmpty());
  EXPECT_THAT(listed(DueState::kAny, ""),
              ElementsAre(word("530100", DueState::kOverdue)));
}

TEST_P(ClearingContract, StoppedAnywhereItGoesOn) {
  for (int i = 0; i < 7; ++i) {
    Write(Record(absl::StrCat("P", i), DayOf(2025, 3, 1 + i), 1000 + i));
  }
  CatchUp(*books_);
  const auto cut = books_->Cut(Asked(kMarch));
  ASSERT_THAT(cut, IsOk());
  for (int stop = 0; stop < 7; ++stop) {
    int read = 0;
    const auto stopped = Finish(
        *books_, cut->statement,
        [&](const AnsweredRow& answered) {
          if (read++ == stop) {
            return absl::StatusOr<std::vector<ClearingShare>>(
                absl::UnavailableError("killed"));
          }
          return Halves(answered);
        },
        2);
    EXPECT_FALSE(stopped.ok());
  }
  const auto found = NewBooks()->FindStatement(kHospital, kMarch);
  ASSERT_THAT(found, IsOk());
  EXPECT_FALSE((*found)->closed_at_ms);
  EXPECT_GT((*found)->shared_until, (*found)->Begin());
  const ClearingContent content = Content(Close(kMarch));
  ASSERT_THAT(content.sums.parts, SizeIs(1));
  EXPECT_EQ(content.sums.parts[0].gross, 7021);
  EXPECT_EQ(content.sums.parts[0].settlements, 7);
}

TEST_P(ClearingContract, WhatDoesNotAddUpIsNotWritten) {
  Write(Record("P1", DayOf(2025, 3, 1), 1000));
  CatchUp(*books_);
  const auto cut = books_->Cut(Asked(kMarch));
  ASSERT_THAT(cut, IsOk());
  const auto closed =
      Finish(*books_, cut->statement, [](const AnsweredRow& answered) {
        auto shares = Halves(answered);
        (*shares)[0].pay += 1;
        return shares;
      });
  EXPECT_EQ(ErrorReason(closed.status()), "INVARIANT_BROKEN");
  // Shares that were kept before and are wrong are found, too.
  SharedRow wrong;
  wrong.row.place = {DayOf(2025, 3, 2), {}};
  wrong.row.region = "530100";
  wrong.row.insurance = Insurance::kEmployee;
  wrong.shares = {{"X", 5, 0, 0, 0, 0, 0}};
  ASSERT_THAT(
      books_->PutShares(cut->statement.number, cut->statement.Begin(), {wrong}),
      IsOk());
  EXPECT_EQ(ErrorReason(Finish(*books_, cut->statement, Halves).status()),
            "INVARIANT_BROKEN");
  const auto found = books_->FindStatement(kHospital, kMarch);
  ASSERT_THAT(found, IsOk());
  EXPECT_FALSE((*found)->closed_at_ms);
}

TEST_P(ClearingContract, AdjustmentsAreLinesOfTheirMonth) {
  Write(Record("P1", DayOf(2025, 3, 1), 1000));
  const auto deduction =
      Adjustment("a1", kMarch, AdjustmentKind::kDeduction, 100);
  EXPECT_THAT(books_->Adjust(deduction), IsOkAndHolds(ClearingWrite::kWritten));
  EXPECT_THAT(books_->Adjust(deduction), IsOkAndHolds(ClearingWrite::kKnown));
  auto other = deduction;
  other.amount = 101;
  EXPECT_THAT(books_->Adjust(other), IsOkAndHolds(ClearingWrite::kReused));
  EXPECT_THAT(
      books_->Adjust(Adjustment("a2", kMarch, AdjustmentKind::kAdvance, 5000)),
      IsOkAndHolds(ClearingWrite::kWritten));
  EXPECT_THAT(books_->Adjust(Adjustment(
                  "a3", kMarch, AdjustmentKind::kPrepaymentOffset, 300)),
              IsOkAndHolds(ClearingWrite::kWritten));
  EXPECT_THAT(
      books_->Adjust(Adjustment("a4", kApril, AdjustmentKind::kDeduction, 7)),
      IsOkAndHolds(ClearingWrite::kWritten));
  const ClearingStatement march = Close(kMarch);
  EXPECT_THAT(books_->Adjust(deduction), IsOkAndHolds(ClearingWrite::kKnown));
  EXPECT_THAT(
      books_->Adjust(Adjustment("a5", kMarch, AdjustmentKind::kDeduction, 1)),
      IsOkAndHolds(ClearingWrite::kCut));
  const ClearingContent content = Content(march);
  ASSERT_THAT(content.payables, SizeIs(1));
  EXPECT_EQ(content.payables[0].adjusted, -100 + 5000 - 300);
  ASSERT_THAT(content.adjustments, SizeIs(3));
  EXPECT_TRUE(content.adjustments[0].SameAs(deduction));
  EXPECT_GT(content.adjustments[0].recorded_at_ms, 0);
  // A month that holds an adjustment alone is not passed over.
  const auto cut = books_->Cut(Asked(kMay));
  ASSERT_THAT(cut, IsOk());
  EXPECT_EQ(cut->first_open, kApril);
  const ClearingStatement april = Close(kApril);
  EXPECT_EQ(Content(april).payables[0].Payable(), -7);
  // What the institution owes is neither open nor paid.
  for (const DueState state : {DueState::kOpen, DueState::kOverdue,
                               DueState::kPaid, DueState::kOwedBack}) {
    const auto due = books_->ListDue(
        {kHospital, "", {kApril, kApril}, state, DayOf(2026, 1, 1)}, {}, 10);
    ASSERT_THAT(due, IsOk());
    EXPECT_EQ(due->size(), state == DueState::kOwedBack ? 1u : 0u);
  }
}

TEST_P(ClearingContract, PaysWhatIsOwedAndNoMore) {
  Write(Record("P1", DayOf(2025, 3, 1), 1000));
  ClearingStatement none;
  none.number = 77;
  EXPECT_THAT(books_->Pay(Payment("b0", none, 1)),
              IsOkAndHolds(ClearingWrite::kUnknown));
  const ClearingStatement march = Close(kMarch);
  const int64_t payable = Content(march).payables[0].Payable();
  EXPECT_EQ(payable, 600 + 400 / 3 + 1);
  const auto list = [this](DueState state, Day today) {
    const auto due = books_->ListDue(
        {kHospital, "530100", {kMarch, kMarch}, state, today}, {}, 10);
    EXPECT_THAT(due, IsOk());
    return due->size();
  };
  EXPECT_EQ(list(DueState::kOpen, DayOf(2025, 4, 1)), 1u);
  EXPECT_EQ(list(DueState::kOverdue, DayOf(2025, 4, 30)), 0u);
  EXPECT_EQ(list(DueState::kOverdue, DayOf(2025, 5, 1)), 1u);
  EXPECT_EQ(list(DueState::kPaid, DayOf(2025, 5, 1)), 0u);
  EXPECT_THAT(books_->Pay(Payment("b1", march, payable + 1)),
              IsOkAndHolds(ClearingWrite::kTooMuch));
  const ClearingPayment part = Payment("b2", march, payable - 10);
  EXPECT_THAT(books_->Pay(part), IsOkAndHolds(ClearingWrite::kWritten));
  EXPECT_THAT(books_->Pay(part), IsOkAndHolds(ClearingWrite::kKnown));
  auto other = part;
  other.reference = "B2";
  EXPECT_THAT(books_->Pay(other), IsOkAndHolds(ClearingWrite::kReused));
  EXPECT_THAT(books_->Pay(Payment("b3", march, 11)),
              IsOkAndHolds(ClearingWrite::kTooMuch));
  auto elsewhere = Payment("b4", march, 1);
  elsewhere.region = "120000";
  EXPECT_THAT(books_->Pay(elsewhere), IsOkAndHolds(ClearingWrite::kUnknown));
  EXPECT_EQ(list(DueState::kOverdue, DayOf(2025, 5, 1)), 1u);
  EXPECT_THAT(books_->Pay(Payment("b5", march, 10)),
              IsOkAndHolds(ClearingWrite::kWritten));
  EXPECT_EQ(list(DueState::kOverdue, DayOf(2025, 5, 1)), 0u);
  EXPECT_EQ(list(DueState::kPaid, DayOf(2025, 5, 1)), 1u);
  const ClearingContent content = Content(march);
  ASSERT_THAT(content.payments, SizeIs(2));
  EXPECT_TRUE(content.payments[0].SameAs(part));
}

// Payments of two regions take no turns; the id tells them apart at the end.
TEST_P(ClearingContract, AnIdSentForTwoRegionsAtOncePaysOne) {
  for (const char* region : {"530100", "120000"}) {
    Write(Record("P1", DayOf(2025, 3, 1), 100'000, region));
  }
  const ClearingStatement march = Close(kMarch);
  constexpr int kRounds = 50;
  std::array<std::vector<absl::StatusOr<ClearingWrite>>, 2> written;
  const auto pay = [&](int side) {
    const auto books = NewBooks();
    for (int round = 0; round < kRounds; ++round) {
      ClearingPayment payment = Payment(absl::StrCat("b", round), march, 1);
      if (side == 1) payment.region = "120000";
      written[side].push_back(books->Pay(payment));
    }
  };
  std::thread other(pay, 1);
  pay(0);
  other.join();
  for (int round = 0; round < kRounds; ++round) {
    ASSERT_THAT(written[0][round], IsOk());
    ASSERT_THAT(written[1][round], IsOk());
    EXPECT_NE(*written[0][round], *written[1][round]);
    EXPECT_THAT((std::set{*written[0][round], *written[1][round]}),
                ElementsAre(ClearingWrite::kWritten, ClearingWrite::kReused));
  }
  EXPECT_THAT(Content(march).payments, SizeIs(kRounds));
}

TEST_P(ClearingContract, DuePagesByNumberAndRegion) {
  for (const char* region : {"530100", "120000"}) {
    Write(Record("P1", DayOf(2025, 3, 1), 1000, region));
    Write(Record("P1", DayOf(2025, 4, 1), 1000, region));
  }
  Close(kMarch);
  Close(kApril);
  std::vector<std::string> places;
  DuePlace after;
  while (true) {
    const auto page =
        books_->ListDue({"", "", {}, DueState::kAny, kMay}, after, 1);
    ASSERT_THAT(page, IsOk());
    if (page->empty()) break;
    const DueRow& row = page->front();
    after = {row.statement.number, row.region};
    places.push_back(
        absl::StrCat(domain::FormatDay(row.statement.month), " ", row.region));
  }
  EXPECT_THAT(places, ElementsAre("2025-03-01 120000", "2025-03-01 530100",
                                  "2025-04-01 120000", "2025-04-01 530100"));
}

// A transaction that began before the cut and commits after it.
TEST_P(ClearingContract, ATransactionOpenAcrossTheCutIsNotLost) {
  if (database_ == nullptr) GTEST_SKIP() << "memory has no open transactions";
  Write(Record("P1", DayOf(2025, 3, 1), 1000));
  const SettlementRecord racing = Record("P2", DayOf(2025, 3, 31), 600);
  const std::unique_ptr<PGconn, decltype(&PQfinish)> other(
      PQconnectdb(database_->conninfo().c_str()), &PQfinish);
  const auto run = [&other](const std::string& sql) {
    PGresult* result = PQexec(other.get(), sql.c_str());
    EXPECT_NE(PQresultStatus(result), PGRES_FATAL_ERROR)
        << PQerrorMessage(other.get());
    PQclear(result);
  };
  CatchUp(*books_);
  // Written, with a number, and not committed yet: a copy of the first row.
  run("BEGIN");
  run(absl::StrCat(
      "INSERT INTO settlement SELECT (jsonb_populate_record(s, "
      "jsonb_build_object('person_id', 'P2', 'settlement_id', '",
      racing.id.ToString(),
      "', 'written_by', pg_current_xact_id()::text))).* FROM settlement s "
      "WHERE person_id = 'P1'"));
  // Committed after it began: who closes waits for both (WaitForBooks).
  Write(Record("P4", DayOf(2025, 3, 30), 200));
  const auto wanted = books_->Now();
  ASSERT_THAT(wanted, IsOk());
  Fill(*books_);
  EXPECT_THAT(books_->Reached(*wanted), IsOkAndHolds(false));
  // Who would not wait loses nothing either: they come late.
  const ClearingStatement march = CloseAsItIs(kMarch);
  EXPECT_THAT(List(march), SizeIs(1));
  run("COMMIT");
  Write(Record("P3", DayOf(2025, 4, 1), 100));
  EXPECT_THAT(List(Close(kApril)), SizeIs(3));
  EXPECT_THAT(books_->Reached(*wanted), IsOkAndHolds(true));
}

INSTANTIATE_TEST_SUITE_P(Stores, ClearingContract,
                         ::testing::Values("memory", "postgres"), NameOfStore);

}  // namespace
}  // namespace onestop::storage
