// The projection of settlements on PostgreSQL: nothing is missed, whatever ran
// meanwhile, was there before, or came from another cluster.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <libpq-fe.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "storage/book_compare.h"
#include "storage/pg_books.h"
#include "storage/pg_store.h"
#include "tests/storage/samples.h"
#include "tests/storage/test_database.h"
#include "tests/support/status_matchers.h"

namespace onestop::storage {
namespace {

using ::testing::IsEmpty;

constexpr std::chrono::seconds kSoon{5};

class BooksTest : public ::testing::Test {
 protected:
  void SetUp() override {
    database_ = TestDatabase::Get();
    if (database_ == nullptr) GTEST_SKIP() << TestDatabase::kWhySkipped;
    database_->Clear();
    PgOptions options;
    options.url = database_->conninfo();
    store_ = std::make_unique<PgStore>(options);
    books_ = std::make_unique<PgBooks>(options);
  }

  void Write(const domain::SettlementRecord& record) {
    const auto outcome = store_->Write({{}, {&record}});
    ASSERT_THAT(outcome, IsOk());
    ASSERT_EQ(*outcome, WriteOutcome::kCommitted);
  }
  // Until there is nothing more to do at once.
  void Fill() {
    bool whole = false;
    while (!whole) {
      const auto filled = books_->Fill();
      ASSERT_THAT(filled, IsOk());
      whole = *filled;
    }
  }
  // Until the books hold what is committed now: other tests write in the same
  // cluster, and a fill waits for whoever began before.
  void CatchUp() {
    const auto now = books_->Now();
    ASSERT_THAT(now, IsOk());
    const auto until = std::chrono::steady_clock::now() + kSoon;
    while (std::chrono::steady_clock::now() < until) {
      Fill();
      const auto there = books_->Reached(*now);
      ASSERT_THAT(there, IsOk());
      if (*there) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    FAIL() << "somebody writes and does not end";
  }
  // The ids in the books of the samples' institution.
  std::vector<std::string> Ids() {
    const domain::SettlementRecord sample = SampleRecord("P", 1);
    BookSpan span;
    span.institution_id = sample.institution_id;
    span.from = span.until = sample.booked_on;
    const auto rows = books_->Read(span, 100);
    EXPECT_THAT(rows, IsOk());
    std::vector<std::string> ids;
    for (const DatedBookRow& row : *rows) ids.push_back(row.row.id.ToString());
    return ids;
  }
  // Ascending, as books are.
  static std::vector<std::string> Sorted(
      std::vector<domain::SettlementRecord> records) {
    std::vector<std::string> ids;
    for (const auto& record : records) ids.push_back(record.id.ToString());
    std::sort(ids.begin(), ids.end());
    return ids;
  }

  TestDatabase* database_ = nullptr;
  std::unique_ptr<PgStore> store_;
  std::unique_ptr<PgBooks> books_;
};

TEST_F(BooksTest, HoldsSettlementsAndReversalsAndNoClosings) {
  const auto settled = SampleRecord("P", 1);
  const auto back = SampleReversal(settled);
  Write(settled);
  Write(back);
  Write(SampleClosing("P", 3));
  EXPECT_THAT(Ids(), IsEmpty());
  CatchUp();
  EXPECT_EQ(Ids(), Sorted({settled, back}));
  CatchUp();
  EXPECT_EQ(Ids().size(), 2u);
}

// What began earlier may still commit rows with a lower number.
TEST_F(BooksTest, WaitsForWhoBeganBefore) {
  const std::unique_ptr<PGconn, decltype(&PQfinish)> other(
      PQconnectdb(database_->conninfo().c_str()), &PQfinish);
  const auto run = [&other](const char* sql) {
    PGresult* result = PQexec(other.get(), sql);
    EXPECT_NE(PQresultStatus(result), PGRES_FATAL_ERROR)
        << PQerrorMessage(other.get());
    PQclear(result);
  };
  run("BEGIN");
  run("SELECT pg_current_xact_id()");
  const auto record = SampleRecord("P", 1);
  Write(record);
  const auto now = books_->Now();
  ASSERT_THAT(now, IsOk());
  Fill();
  EXPECT_THAT(books_->Reached(*now), IsOkAndHolds(false));
  EXPECT_THAT(Ids(), IsEmpty());
  run("COMMIT");
  CatchUp();
  EXPECT_THAT(books_->Reached(*now), IsOkAndHolds(true));
  EXPECT_EQ(Ids(), Sorted({record}));
}

TEST_F(BooksTest, WalksThroughWhatWasThereBefore) {
  const auto first = SampleRecord("P", 1);
  const auto second = SampleRecord("Q", 2);
  Write(first);
  Write(second);
  database_->Execute(
      "UPDATE settlement SET written_by = NULL;"
      "UPDATE book_state SET caught_up = false, after_person = '',"
      "  after_id = '00000000-0000-0000-0000-000000000000'");
  const auto third = SampleRecord("A", 3);
  Write(third);
  CatchUp();
  EXPECT_EQ(Ids(), Sorted({first, second, third}));
}

// A restored dump: the numbers are those of the cluster that it came from.
TEST_F(BooksTest, BeginsAgainInAnotherCluster) {
  const auto first = SampleRecord("P", 1);
  Write(first);
  CatchUp();
  database_->Execute(
      "UPDATE settlement SET written_by = 9000000000000000;"
      "UPDATE book_state SET cluster = 1, filled_until = 9100000000000000");
  const auto second = SampleRecord("P", 2);
  Write(second);
  CatchUp();
  EXPECT_EQ(Ids(), Sorted({first, second}));
}

// Each under one day here and another there: found by their keys.
TEST_F(BooksTest, ManyRowsUnderTwoDaysArePairedSoon) {
  Reconciliation asked;
  asked.caller = "caller";
  asked.request_id = "pairs";
  asked.institution_id = "H1";
  asked.booked = {*domain::ParseDay("2025-03-01"),
                  *domain::ParseDay("2025-03-02")};
  const auto run = books_->Begin(asked);
  ASSERT_THAT(run, IsOk());
  database_->Execute(absl::StrCat(
      "INSERT INTO reconciliation_difference (run_no, booked_on, bucket, place,"
      "  class, kind, record_id, request_id)"
      " SELECT ",
      run->number,
      ", DATE '2025-03-01' + side, 0, 0, 1 + side, 1,"
      "   md5(i::text)::uuid, ''"
      "  FROM generate_series(1, 20000) i, generate_series(0, 1) side"));
  const auto began = std::chrono::steady_clock::now();
  ASSERT_THAT(books_->End(*run), IsOkAndHolds(true));
  EXPECT_LT(std::chrono::steady_clock::now() - began, kSoon);
  const auto counts = books_->Count(run->number);
  ASSERT_THAT(counts, IsOk());
  EXPECT_EQ(counts->other_day, 40'000);
}

TEST(BookCompareTest, ARowTwiceInTheBooksIsOneMatchAndOneTooMany) {
  BookRow row;
  row.id.bytes[0] = 7;
  row.person_id = "P";
  const auto compared = CompareBucket(domain::Day{1}, {row}, {row, row});
  EXPECT_EQ(compared.matched, 1);
  ASSERT_EQ(compared.differences.size(), 1u);
  EXPECT_EQ(compared.differences[0].what, DifferenceClass::kTwiceInBooks);
  EXPECT_EQ(compared.differences[0].place, 1);
}

}  // namespace
}  // namespace onestop::storage
