// The contract of clearing on both stores: each row counts in exactly one
// statement, statements add up to the ledger and do not change, whoever runs
// meanwhile and whenever a run stops.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "storage/clearing.h"
#include "storage/ids.h"
#include "storage/mem_books.h"
#include "storage/pg_books.h"
#include "storage/pg_store.h"
#include "tests/storage/samples.h"
#include "tests/storage/test_database.h"
#include "tests/support/status_matchers.h"

namespace onestop::storage {
namespace {

using domain::Day;
using domain::DayOf;
using domain::Insurance;
using domain::Money;
using domain::SettlementRecord;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kHospital[] = "H1";
const Day kMarch = DayOf(2025, 3, 1);
const Day kApril = DayOf(2025, 4, 1);
const Day kMay = DayOf(2025, 5, 1);

// Half of a settlement's gross and of its scheme pay belong to the scheme that
// its reply names, the rest to none; of negotiated drugs all of the former.
absl::StatusOr<std::vector<ClearingShare>> Halves(const AnsweredRow& answered) {
  ClearingShare first;
  first.scheme = answered.reply;
  first.gross = answered.row.gross / 2;
  first.pay = answered.row.SchemePay();
  first.negotiated_gross = first.gross;
  first.negotiated_pay = first.pay;
  ClearingShare rest;
  rest.gross = answered.row.gross - first.gross;
  return std::vector<ClearingShare>{first, rest};
}

// Works a statement out to its end, as one call does.
absl::StatusOr<ClearingStatement> Finish(Clearings& clearings,
                                         const ClearingStatement& cut,
                                         const ShareReader& read,
                                         int page_rows = kSharedPage) {
  StatementWork work(cut, page_rows);
  while (true) {
    auto closed = work.Step(clearings, read);
    if (!closed.ok()) return closed.status();
    if (*closed) return **std::move(closed);
  }
}

class ClearingContract : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (GetParam() == "postgres") {
      database_ = TestDatabase::Get();
      if (database_ == nullptr) GTEST_SKIP() << TestDatabase::kWhySkipped;
      database_->Clear();
    }
    store_ = NewStore();
    books_ = NewBooks();
  }

  PgOptions Options() const {
    PgOptions options;
    options.url = database_->conninfo();
    return options;
  }
  std::unique_ptr<Store> NewStore() {
    if (database_ != nullptr) return std::make_unique<PgStore>(Options());
    return std::make_unique<MemStore>(memory_);
  }
  std::unique_ptr<Books> NewBooks() {
    if (database_ != nullptr) return std::make_unique<PgBooks>(Options());
    return std::make_unique<MemBooks>(memory_, kept_);
  }

  SettlementRecord Record(const std::string& person, Day booked_on,
                          int64_t gross, const std::string& region = "530100",
                          Insurance insurance = Insurance::kEmployee,
                          const std::string& institution = kHospital) {
    SettlementRecord record = SampleRecord(person, ++records_);
    record.institution_id = institution;
    record.id = DeriveSettlementId(institution, person, record.request_id);
    record.booked_on = booked_on;
    record.booked_at_ms += records_;
    record.region = region;
    record.insurance = insurance;
    record.reply = region + "-scheme";
    domain::Totals& totals = record.totals;
    totals = {};
    totals.gross = totals.in_scope = Money{gross};
    totals.scheme_pay = Money{gross / 2};
    totals.critical_illness = Money{gross / 10};
    totals.fund_pay = totals.scheme_pay + totals.critical_illness;
    totals.personal = totals.gross - totals.fund_pay;
    totals.account = Money{totals.personal.fen / 3};
    totals.family_account = Money{1};
    totals.cash = totals.personal - totals.account - totals.family_account;
    return record;
  }
  static SettlementRecord Reversal(const SettlementRecord& target,
                                   Day booked_on) {
    SettlementRecord reversal = SampleReversal(target);
    reversal.booked_on = booked_on;
    const domain::Totals& t = target.totals;
    domain::Totals& totals = reversal.totals;
    for (const auto member :
         {&domain::Totals::gross, &domain::Totals::in_scope,
          &domain::Totals::scheme_pay, &domain::Totals::critical_illness,
          &domain::Totals::fund_pay, &domain::Totals::personal,
          &domain::Totals::account, &domain::Totals::family_account,
          &domain::Totals::cash}) {
      totals.*member = Money{-(t.*member).fen};
    }
    return reversal;
  }
  SettlementRecord Write(SettlementRecord record) {
    const auto outcome = store_->Write({{}, {&record}});
    EXPECT_THAT(outcome, IsOkAndHolds(WriteOutcome::kCommitted));
    return record;
  }

  static void Fill(Books& books) {
    for (bool whole = false; !whole;) {
      const auto filled = books.Fill();
      ASSERT_THAT(filled, IsOk());
      whole = *filled;
    }
  }
  // Waits for what anybody writes in this cluster, in other databases too.
  static void CatchUp(Books& books) {
    const auto wanted = books.Now();
    ASSERT_THAT(wanted, IsOk());
    const auto until =
        std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (true) {
      Fill(books);
      const auto there = books.Reached(*wanted);
      ASSERT_THAT(there, IsOk());
      if (*there) return;
      ASSERT_LT(std::chrono::steady_clock::now(), until);
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }
  static ClearingStatement Asked(Day month,
                                 const std::string& institution = kHospital) {
    ClearingStatement asked;
    asked.institution_id = institution;
    asked.month = month;
    asked.due_on = NextMonth(NextMonth(month)) - 1;
    return asked;
  }
  // A whole run.
  ClearingStatement Close(Day month,
                          const std::string& institution = kHospital) {
    CatchUp(*books_);
    return CloseAsItIs(month, institution);
  }
  // With what the books hold.
  ClearingStatement CloseAsItIs(Day month,
                                const std::string& institution = kHospital) {
    const auto cut = books_->Cut(Asked(month, institution));
    EXPECT_THAT(cut, IsOk());
    EXPECT_GT(cut->statement.number, 0);
    const auto closed = Finish(*books_, cut->statement, Halves, 3);
    EXPECT_THAT(closed, IsOk());
    EXPECT_TRUE(closed.ok() && closed->closed_at_ms);
    return *closed;
  }
  ClearingContent Content(const ClearingStatement& statement) {
    const auto content = books_->Content(statement);
    EXPECT_THAT(content, IsOk());
    return *content;
  }
  // All that a filter takes, page by page.
  std::vector<ListedRow> List(const ClearingStatement& statement,
                              const CountedFilter& filter = {}) {
    std::vector<ListedRow> all;
    CountedPlace after = statement.Begin();
    while (true) {
      const auto page = books_->ListCounted(statement, filter, after, 2);
      EXPECT_THAT(page, IsOk());
      if (!page.ok() || page->empty()) return all;
      all.insert(all.end(), page->begin(), page->end());
      after = page->back().row.place;
    }
  }
  std::vector<std::string> Ids(const std::vector<ListedRow>& rows) {
    std::vector<std::string> ids;
    for (const ListedRow& one : rows)
      ids.push_back(one.row.place.id.ToString());
    return ids;
  }
  ClearingAdjustment Adjustment(const std::string& request_id, Day month,
                                AdjustmentKind kind, int64_t amount) {
    ClearingAdjustment adjustment;
    adjustment.caller = "agency";
    adjustment.request_id = request_id;
    adjustment.institution_id = kHospital;
    adjustment.month = month;
    adjustment.region = "530100";
    adjustment.kind = kind;
    adjustment.amount = amount;
    adjustment.reason = "why";
    return adjustment;
  }
  static ClearingPayment Payment(const std::string& request_id,
                                 const ClearingStatement& statement,
                                 int64_t amount) {
    ClearingPayment payment;
    payment.caller = "agency";
    payment.request_id = request_id;
    payment.number = statement.number;
    payment.region = "530100";
    payment.amount = amount;
    payment.paid_on = DayOf(2025, 4, 20);
    payment.reference = "B1";
    return payment;
  }

  TestDatabase* database_ = nullptr;
  MemDatabase memory_;
  MemReconciliations kept_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Books> books_;
  int records_ = 0;
};

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

// A random history of two institutions, checked against what was written.
class ClearingHistory : public ClearingContract {
 protected:
  struct Known {
    SettlementRecord record;
    bool reversed = false;
  };
  using Sums = std::map<std::string, std::array<int64_t, 3>>;

  int Roll(int sides) {
    return std::uniform_int_distribution<int>(0, sides - 1)(dice_);
  }
  void Begin(unsigned seed) {
    if (database_ != nullptr) database_->Clear();
    dice_.seed(seed);
    run_ = absl::StrCat("R", seed, "-");
    institutions_ = {run_ + "H", run_ + "P"};
    for (const auto& one : institutions_) next_[one] = DayOf(2024, 8, 1);
    today_ = DayOf(2024, 11, 1);
    ledger_.clear();
    closed_.clear();
  }
  void Keep(const SettlementRecord& record) {
    Write(record);
    ledger_[record.id.ToString()] = {record};
  }

  // Killed on the way, now and then; what was cut is not added to meanwhile.
  void CloseNext(const std::string& institution) {
    const Day month = next_[institution];
    CatchUp(*books_);
    const auto cut = books_->Cut(Asked(month, institution));
    ASSERT_THAT(cut, IsOk());
    ASSERT_GT(cut->statement.number, 0);
    int left = Roll(8);
    const auto killed = [&left](const AnsweredRow& answered) {
      return left-- == 0 ? absl::StatusOr<std::vector<ClearingShare>>(
                               absl::UnavailableError("killed"))
                         : Halves(answered);
    };
    if (!Finish(*books_, cut->statement, killed, 2).ok()) {
      Keep(Record(run_ + "Q", month + Roll(28), 100 + Roll(900), "530100",
                  Insurance::kEmployee, institution));
      books_ = NewBooks();
    }
    closed_[{institution, month}] = Content(Close(month, institution));
    next_[institution] = NextMonth(month);
  }
  // Of any month, cleared or not.
  void ReverseAny() {
    if (ledger_.empty()) return;
    auto at = ledger_.begin();
    std::advance(at, Roll(static_cast<int>(ledger_.size())));
    Known& known = at->second;
    if (known.reversed ||
        known.record.kind != domain::RecordKind::kSettlement) {
      return;
    }
    known.reversed = true;
    Keep(Reversal(known.record, today_));
  }
  void Settle(const std::string& institution, const std::string& person) {
    SettlementRecord record = Record(
        person, today_, 100 + Roll(90'000), Roll(3) ? "530100" : "120000",
        Roll(2) ? Insurance::kEmployee : Insurance::kResident, institution);
    // A claim for an earlier year.
    if (Roll(5) == 0) record.claim.service_date = DayOf(2023, 12, 30);
    Keep(record);
  }
  void Step() {
    const std::string& institution = institutions_[Roll(2)];
    const std::string person = absl::StrCat(run_, "P", Roll(5));
    switch (Roll(9)) {
      case 0:
        today_ = today_ + 1 + Roll(9);
        return;
      case 1:
        return ReverseAny();
      case 2:  // written long after it was booked
        return Keep(Record(person, today_ - Roll(70), 100 + Roll(9'000),
                           "370100", Insurance::kResident, institution));
      case 3:
        if (NextMonth(next_[institution]) <= today_) CloseNext(institution);
        return;
      default:
        return Settle(institution, person);
    }
  }

  // The rows of each part, in all and by scheme, add up to it.
  void CheckExplained(const ClearingStatement& statement,
                      const ClearingContent& content) {
    for (const ClearingPart& part : content.sums.parts) {
      CountedFilter filter{part.region, part.insurance, {}, false};
      int64_t gross = 0;
      for (const ListedRow& one : List(statement, filter)) {
        gross += one.row.gross;
      }
      EXPECT_EQ(gross, part.gross);
      int64_t paid = 0;
      for (const ClearingSchemeLine& line : content.sums.schemes) {
        if (line.region != part.region || line.insurance != part.insurance) {
          continue;
        }
        filter.scheme = line.sums.scheme;
        int64_t pay = 0;
        for (const ListedRow& one : List(statement, filter)) {
          pay += one.share->pay;
        }
        EXPECT_EQ(pay, line.sums.pay);
        paid += pay;
      }
      EXPECT_EQ(paid, part.scheme_pay);
    }
  }
  // Closed again, a statement is what it was; each row counts once.
  void CheckStatements(std::set<std::string>& counted, Sums& stated) {
    for (const auto& [key, content] : closed_) {
      const auto& [institution, month] = key;
      const ClearingStatement again = Close(month, institution);
      const ClearingContent kept = Content(again);
      EXPECT_EQ(kept.sums.parts, content.sums.parts);
      EXPECT_EQ(kept.sums.schemes, content.sums.schemes);
      EXPECT_EQ(kept.payables, content.payables);
      for (const ListedRow& one : List(again)) {
        const std::string id = one.row.place.id.ToString();
        EXPECT_TRUE(counted.insert(id).second) << id << " counts twice";
        ASSERT_TRUE(ledger_.contains(id));
        EXPECT_EQ(ledger_[id].record.institution_id, institution);
        EXPECT_LT(one.row.place.booked_on, NextMonth(month));
      }
      CheckExplained(again, content);
      for (const ClearingPart& part : content.sums.parts) {
        auto& sums = stated[institution];
        sums[0] += part.gross;
        sums[1] += part.FundPay();
        sums[2] += part.account;
      }
    }
  }
  Sums LedgerSums() const {
    Sums ledger;
    for (const auto& [id, known] : ledger_) {
      const domain::Totals& totals = known.record.totals;
      auto& sums = ledger[known.record.institution_id];
      sums[0] += totals.gross.fen;
      sums[1] += totals.fund_pay.fen;
      sums[2] += (totals.account + totals.family_account).fen;
    }
    return ledger;
  }

  std::mt19937 dice_;
  std::string run_;
  std::vector<std::string> institutions_;
  std::map<std::string, Day> next_;  // the month to be closed
  Day today_;
  std::map<std::string, Known> ledger_;  // by id
  std::map<std::pair<std::string, Day>, ClearingContent> closed_;
};

TEST_P(ClearingHistory, StatementsAddUpToTheLedger) {
  for (unsigned seed = 1; seed <= 6; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    Begin(seed);
    for (int step = 0; step < 160 && !HasFatalFailure(); ++step) Step();
    for (const std::string& institution : institutions_) {
      const Day last = NextMonth(FirstOfMonth(today_));
      while (next_[institution] <= last && !HasFatalFailure()) {
        CloseNext(institution);
      }
    }
    std::set<std::string> counted;
    Sums stated;
    CheckStatements(counted, stated);
    EXPECT_EQ(counted.size(), ledger_.size());
    EXPECT_EQ(stated, LedgerSums());
    if (HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Stores, ClearingHistory,
                         ::testing::Values("memory", "postgres"),
                         [](const auto& info) { return info.param; });

INSTANTIATE_TEST_SUITE_P(Stores, ClearingContract,
                         ::testing::Values("memory", "postgres"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace onestop::storage
