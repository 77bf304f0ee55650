// The contract of lists on every backend: order, pages, filters, what each row
// tells, rows that are added meanwhile.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "storage/ids.h"
#include "tests/storage/contract.h"
#include "tests/storage/samples.h"
#include "tests/support/status_matchers.h"

namespace onestop::storage {
namespace {

using domain::BookingPlace;
using domain::Day;
using domain::DayOf;
using domain::Insurance;
using domain::SettlementFilter;
using domain::SettlementRecord;
using domain::SettlementSummary;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr int kAll = 1000;
constexpr int64_t kNoon = 1'741'147'200'000;  // 2025-03-05 12:00 at UTC+8

// A settlement of an institution, booked `days` and `ms` after the first.
SettlementRecord Booked(const std::string& person_id, int number,
                        const std::string& institution_id, int days,
                        int64_t ms) {
  SettlementRecord record = SampleRecord(person_id, number);
  record.institution_id = institution_id;
  record.claim.institution_id = institution_id;
  record.id = DeriveSettlementId(institution_id, person_id, record.request_id);
  record.booked_on = DayOf(2025, 3, 5) + days;
  record.booked_at_ms = kNoon + days * int64_t{86'400'000} + ms;
  record.totals.gross.fen += number;
  return record;
}

BookingPlace PlaceOf(const SettlementRecord& record) {
  return {record.booked_on, record.booked_at_ms, record.id};
}

class ListingContract : public StoreContract {
 protected:
  void Add(const std::vector<SettlementRecord>& records) {
    WriteBatch batch;
    for (const SettlementRecord& record : records) {
      batch.settlements.push_back(&record);
    }
    Commit(a(), batch);
  }
  std::vector<SettlementSummary> List(const SettlementFilter& filter,
                                      const BookingPlace& after = {},
                                      int limit = kAll) {
    auto rows = b().ListSettlements(filter, after, limit);
    EXPECT_THAT(rows, IsOk());
    return rows.ok() ? *std::move(rows) : std::vector<SettlementSummary>();
  }
  // All pages one after the other.
  std::vector<SettlementSummary> Pages(const SettlementFilter& filter,
                                       int limit) {
    std::vector<SettlementSummary> all;
    BookingPlace after;
    while (true) {
      const auto page = List(filter, after, limit);
      all.insert(all.end(), page.begin(), page.end());
      if (static_cast<int>(page.size()) < limit) return all;
      after = page.back().place;
    }
  }
  std::vector<std::string> Requests(const SettlementFilter& filter) {
    std::vector<std::string> requests;
    for (const auto& row : List(filter)) requests.push_back(row.request_id);
    return requests;
  }
};

SettlementFilter OfPerson(const std::string& person_id) {
  SettlementFilter filter;
  filter.person_id = person_id;
  return filter;
}

// Days after the first booking day.
SettlementFilter OfInstitution(const std::string& institution_id, int from,
                               int until) {
  SettlementFilter filter;
  filter.institution_id = institution_id;
  filter.booked = {DayOf(2025, 3, 5) + from, DayOf(2025, 3, 5) + until};
  return filter;
}

TEST_P(ListingContract, FindsNothingInNothing) {
  EXPECT_THAT(List(OfPerson("P1")), IsEmpty());
  EXPECT_THAT(List(OfInstitution("H1", 0, 366)), IsEmpty());
  EXPECT_THAT(List(OfPerson(std::string("a\0b", 3))), IsEmpty());
}

TEST_P(ListingContract, TellsASettlementAReversalAndAClosing) {
  const SettlementRecord record = SampleRecord("P1", 1);
  const SettlementRecord reversal = SampleReversal(record);
  SettlementRecord closing = SampleClosing("P1", 2);
  closing.booked_at_ms += 90'000;
  Add({record, reversal, closing});
  const auto rows = List(OfPerson("P1"));
  ASSERT_THAT(rows, SizeIs(3));
  SettlementSummary expected;
  expected.place = PlaceOf(record);
  expected.kind = domain::RecordKind::kSettlement;
  expected.person_id = "P1";
  expected.institution_id = record.institution_id;
  expected.request_id = record.request_id;
  expected.service_date = record.claim.service_date;
  expected.insurance = record.insurance;
  expected.totals = record.totals;
  expected.reversed_by = reversal.id;
  EXPECT_EQ(rows[0], expected);
  expected.place = PlaceOf(reversal);
  expected.kind = domain::RecordKind::kReversal;
  expected.totals = reversal.totals;
  expected.reverses = record.id;
  expected.reversed_by.reset();
  EXPECT_EQ(rows[1], expected);
  expected.place = PlaceOf(closing);
  expected.kind = domain::RecordKind::kClosed;
  expected.request_id = closing.request_id;
  expected.service_date.reset();
  expected.insurance = Insurance::kUnspecified;
  expected.totals = {};
  expected.reverses.reset();
  EXPECT_EQ(rows[2], expected);
}

TEST_P(ListingContract, ASettlementIsReversedOnAnEarlierPageToo) {
  const SettlementRecord record = SampleRecord("P1", 1);
  Add({record});
  EXPECT_EQ(List(OfPerson("P1"))[0].reversed_by, std::nullopt);
  Add({SampleReversal(record)});
  const auto page = List(OfPerson("P1"), {}, 1);
  ASSERT_THAT(page, SizeIs(1));
  EXPECT_EQ(page[0].reversed_by, DeriveReversalId(record.id));
}

TEST_P(ListingContract, TakesWhatTheFilterSays) {
  SettlementRecord resident = Booked("P1", 3, "H1", 1, 0);
  resident.insurance = Insurance::kResident;
  Add({Booked("P1", 1, "H1", 0, 0), Booked("P1", 2, "H2", 0, 1), resident,
       Booked("P1", 4, "H1", 5, 0), Booked("P2", 5, "H1", 0, 0),
       Booked("P10", 6, "H1", 9, 0)});
  EXPECT_THAT(Requests(OfPerson("P1")), ElementsAre("Q1", "Q2", "Q3", "Q4"));
  SettlementFilter filter = OfPerson("P1");
  filter.institution_id = "H1";
  EXPECT_THAT(Requests(filter), ElementsAre("Q1", "Q3", "Q4"));
  filter.insurance = Insurance::kResident;
  EXPECT_THAT(Requests(filter), ElementsAre("Q3"));
  filter.insurance = Insurance::kEmployee;
  EXPECT_THAT(Requests(filter), ElementsAre("Q1", "Q4"));
  filter.booked.from = DayOf(2025, 3, 6);
  EXPECT_THAT(Requests(filter), ElementsAre("Q4"));
  filter.booked = {domain::kOpenFrom, DayOf(2025, 3, 9)};
  EXPECT_THAT(Requests(filter), ElementsAre("Q1"));

  EXPECT_THAT(Requests(OfInstitution("H1", 1, 9)),
              ElementsAre("Q3", "Q4", "Q6"));
  EXPECT_THAT(Requests(OfInstitution("H1", 0, 0)), SizeIs(2));
  EXPECT_THAT(Requests(OfInstitution("H1", -9, -1)), IsEmpty());
  EXPECT_THAT(Requests(OfInstitution("H1", 6, 8)), IsEmpty());
  EXPECT_THAT(Requests(OfInstitution("H", 0, 9)), IsEmpty());
  filter = OfInstitution("H1", 0, 9);
  filter.insurance = Insurance::kResident;
  EXPECT_THAT(Requests(filter), ElementsAre("Q3"));
}

// Many rows share a millisecond, as those of one batch do, and pages end in
// their midst.
TEST_P(ListingContract, PagesJoinWithoutGapAndRepetition) {
  std::vector<SettlementRecord> records;
  for (int i = 0; i < 60; ++i) {
    records.push_back(Booked(absl::StrCat("P", i % 2), i,
                             absl::StrCat("H", i % 3 == 0 ? 1 : 0),
                             (i * 7 % 5) * (i * 7 % 5) * 11, i % 4 / 3));
  }
  Add(records);
  std::sort(records.begin(), records.end(),
            [](const SettlementRecord& a, const SettlementRecord& b) {
              return PlaceOf(a) < PlaceOf(b);
            });
  const auto expect = [&](const SettlementFilter& filter, auto takes) {
    std::vector<BookingPlace> expected;
    for (const SettlementRecord& record : records) {
      if (takes(record)) expected.push_back(PlaceOf(record));
    }
    ASSERT_FALSE(expected.empty());
    for (const int limit : {1, 2, 3, 7, 19, kAll}) {
      std::vector<BookingPlace> found;
      for (const auto& row : Pages(filter, limit)) found.push_back(row.place);
      EXPECT_EQ(found, expected) << "pages of " << limit;
    }
  };
  expect(OfPerson("P1"),
         [](const SettlementRecord& r) { return r.person_id == "P1"; });
  expect(OfInstitution("H0", 0, 366),
         [](const SettlementRecord& r) { return r.institution_id == "H0"; });
  expect(OfInstitution("H1", 10, 100), [](const SettlementRecord& r) {
    return r.institution_id == "H1" && r.booked_on >= DayOf(2025, 3, 15) &&
           r.booked_on <= DayOf(2025, 6, 13);
  });
}

TEST_P(ListingContract, RowsAddedMeanwhileDisturbNoPage) {
  std::vector<SettlementRecord> records;
  for (int i = 0; i < 10; ++i) {
    records.push_back(Booked("P1", i, "H1", 0, i));
  }
  Add(records);
  for (const SettlementFilter& filter :
       {OfPerson("P1"), OfInstitution("H1", 0, 5)}) {
    const auto first = List(filter, {}, 4);
    ASSERT_THAT(first, SizeIs(4));
    // One before the page's end, one after it, one after everything.
    const int number = filter.person_id.empty() ? 200 : 100;
    Add({Booked("P1", number, "H1", 0, 1), Booked("P1", number + 1, "H1", 0, 5),
         Booked("P1", number + 2, "H1", 1, number)});
    std::vector<std::string> seen;
    for (const auto& row : first) seen.push_back(row.request_id);
    for (const auto& row : List(filter, first.back().place)) {
      seen.push_back(row.request_id);
    }
    for (const SettlementRecord& record : records) {
      EXPECT_EQ(std::count(seen.begin(), seen.end(), record.request_id), 1)
          << record.request_id;
    }
    EXPECT_EQ(std::count(seen.begin(), seen.end(), absl::StrCat("Q", number)),
              0);
    EXPECT_EQ(
        std::count(seen.begin(), seen.end(), absl::StrCat("Q", number + 1)), 1);
    EXPECT_EQ(seen.back(), absl::StrCat("Q", number + 2));
  }
}

INSTANTIATE_TEST_SUITE_P(Stores, ListingContract,
                         ::testing::Values("memory", "postgres"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace onestop::storage
