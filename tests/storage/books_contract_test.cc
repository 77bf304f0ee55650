// The contract of comparisons on both stores.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "storage/books.h"
#include "tests/storage/both_stores.h"
#include "tests/support/status_matchers.h"

namespace onestop::storage {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

const domain::Day kDay = domain::DayOf(2025, 3, 20);

class BooksContract : public BothStores {
 protected:
  void SetUp() override {
    BothStores::SetUp();
    if (IsSkipped()) return;
    here_ = NewBooks();
    there_ = NewBooks();
  }

  static Reconciliation Begun(Books& books, domain::Day until = kDay) {
    Reconciliation asked;
    asked.caller = "hospital";
    asked.request_id = "r";
    asked.institution_id = "H1";
    asked.booked = {kDay, until};
    const auto run = books.Begin(asked);
    EXPECT_THAT(run, IsOk());
    return *run;
  }
  // A bucket with one row that only the books have.
  static ComparedBucket Bucket(int number, const std::string& digest) {
    BookDifference difference;
    difference.what = DifferenceClass::kOnlyInBooks;
    difference.booked_on = kDay;
    BookRow row;
    row.id.bytes[0] = static_cast<uint8_t>(number);
    row.person_id = "P";
    row.request_id = "s";
    difference.books = row;
    return {number, "", digest, 1, {difference}};
  }

  std::unique_ptr<Books> here_;
  std::unique_ptr<Books> there_;
};

TEST_P(BooksContract, OnlyTheLatestAttemptWrites) {
  const Reconciliation first = Begun(*here_);
  EXPECT_EQ(first.attempt, 1);
  ASSERT_THAT(here_->Put(first, kDay, {Bucket(1, "old")}), IsOkAndHolds(true));
  const Reconciliation second = Begun(*there_);
  EXPECT_EQ(second.number, first.number);
  EXPECT_EQ(second.attempt, 2);

  EXPECT_THAT(here_->Put(first, kDay, {Bucket(1, "new"), Bucket(2, "new")}),
              IsOkAndHolds(false));
  EXPECT_THAT(here_->KeepOnly(first, kDay, {}), IsOkAndHolds(false));
  EXPECT_THAT(here_->End(first), IsOkAndHolds(false));
  const auto compared = there_->Compared(second.number, kDay);
  ASSERT_THAT(compared, IsOkAndHolds(SizeIs(1)));
  EXPECT_EQ((*compared)[0].books, "old");
  EXPECT_THAT(there_->Differences(second.number, {}, 10),
              IsOkAndHolds(SizeIs(1)));
  EXPECT_FALSE((*there_->Find("hospital", "r"))->ended);

  EXPECT_THAT(there_->Put(second, kDay, {Bucket(2, "new")}),
              IsOkAndHolds(true));
  EXPECT_THAT(there_->KeepOnly(second, kDay, {2}), IsOkAndHolds(true));
  EXPECT_THAT(there_->End(second), IsOkAndHolds(true));
  EXPECT_TRUE((*here_->Find("hospital", "r"))->ended);
  EXPECT_THAT(here_->Compared(first.number, kDay), IsOkAndHolds(SizeIs(1)));
}

// Another comparison under the key is no attempt of it.
TEST_P(BooksContract, AnotherComparisonOvertakesNothing) {
  const Reconciliation run = Begun(*here_);
  const Reconciliation other = Begun(*there_, kDay + 1);
  EXPECT_EQ(other.attempt, 1);
  EXPECT_EQ(other.booked, run.booked);
  EXPECT_THAT(here_->KeepOnly(run, kDay, {}), IsOkAndHolds(true));
  EXPECT_THAT(here_->End(run), IsOkAndHolds(true));
  EXPECT_THAT(here_->Differences(run.number, {}, 10), IsOkAndHolds(IsEmpty()));
}

INSTANTIATE_TEST_SUITE_P(Stores, BooksContract,
                         ::testing::Values("memory", "postgres"), NameOfStore);

}  // namespace
}  // namespace onestop::storage
