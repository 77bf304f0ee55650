// What tests of clearing write, close and read, on both stores.
#ifndef ONESTOP_TESTS_STORAGE_CLEARING_FIXTURE_H_
#define ONESTOP_TESTS_STORAGE_CLEARING_FIXTURE_H_

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "storage/clearing.h"
#include "storage/ids.h"
#include "tests/storage/both_stores.h"
#include "tests/storage/samples.h"
#include "tests/support/status_matchers.h"

namespace onestop::storage {

inline constexpr char kHospital[] = "H1";
inline const domain::Day kMarch = domain::DayOf(2025, 3, 1);

// Half of a settlement's gross and of its scheme pay belong to the scheme that
// its reply names, the rest to none; of negotiated drugs all of the former.
inline absl::StatusOr<std::vector<ClearingShare>> Halves(
    const AnsweredRow& answered) {
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
inline absl::StatusOr<ClearingStatement> Finish(Clearings& clearings,
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

class ClearingTest : public BothStores {
 protected:
  void SetUp() override {
    BothStores::SetUp();
    if (IsSkipped()) return;
    store_ = NewStore();
    books_ = NewBooks();
  }

  domain::SettlementRecord Record(
      const std::string& person, domain::Day booked_on, int64_t gross,
      const std::string& region = "530100",
      domain::Insurance insurance = domain::Insurance::kEmployee,
      const std::string& institution = kHospital) {
    domain::SettlementRecord record = SampleRecord(person, ++records_);
    record.institution_id = institution;
    record.id = DeriveSettlementId(institution, person, record.request_id);
    record.booked_on = booked_on;
    record.booked_at_ms += records_;
    record.region = region;
    record.insurance = insurance;
    record.reply = region + "-scheme";
    domain::Totals& totals = record.totals;
    totals = {};
    totals.gross = totals.in_scope = domain::Money{gross};
    totals.scheme_pay = domain::Money{gross / 2};
    totals.critical_illness = domain::Money{gross / 10};
    totals.fund_pay = totals.scheme_pay + totals.critical_illness;
    totals.personal = totals.gross - totals.fund_pay;
    totals.account = domain::Money{totals.personal.fen / 3};
    totals.family_account = domain::Money{1};
    totals.cash = totals.personal - totals.account - totals.family_account;
    return record;
  }
  static domain::SettlementRecord Reversal(
      const domain::SettlementRecord& target, domain::Day booked_on) {
    domain::SettlementRecord reversal = SampleReversal(target);
    reversal.booked_on = booked_on;
    const domain::Totals& t = target.totals;
    domain::Totals& totals = reversal.totals;
    for (const auto member :
         {&domain::Totals::gross, &domain::Totals::in_scope,
          &domain::Totals::scheme_pay, &domain::Totals::critical_illness,
          &domain::Totals::fund_pay, &domain::Totals::personal,
          &domain::Totals::account, &domain::Totals::family_account,
          &domain::Totals::cash}) {
      totals.*member = domain::Money{-(t.*member).fen};
    }
    return reversal;
  }
  domain::SettlementRecord Write(domain::SettlementRecord record) {
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
  static ClearingStatement Asked(domain::Day month,
                                 const std::string& institution = kHospital) {
    ClearingStatement asked;
    asked.institution_id = institution;
    asked.month = month;
    asked.due_on = NextMonth(NextMonth(month)) - 1;
    return asked;
  }
  // A whole run.
  ClearingStatement Close(domain::Day month,
                          const std::string& institution = kHospital) {
    CatchUp(*books_);
    return CloseAsItIs(month, institution);
  }
  // With what the books hold.
  ClearingStatement CloseAsItIs(domain::Day month,
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
  ClearingAdjustment Adjustment(const std::string& request_id,
                                domain::Day month, AdjustmentKind kind,
                                int64_t amount) {
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
    payment.paid_on = domain::DayOf(2025, 4, 20);
    payment.reference = "B1";
    return payment;
  }

  std::unique_ptr<Store> store_;
  std::unique_ptr<Books> books_;
  int records_ = 0;
};

}  // namespace onestop::storage

#endif  // ONESTOP_TESTS_STORAGE_CLEARING_FIXTURE_H_
