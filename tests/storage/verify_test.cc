// Verification finds nothing in a world that was really settled, and finds
// every kind of damage that is planted in it.
#include "cli/verify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "storage/ids.h"
#include "storage/mem_store.h"
#include "storage/pg_store.h"
#include "tests/storage/settled_world.h"
#include "tests/storage/test_database.h"
#include "tests/support/status_matchers.h"

namespace onestop::storage {
namespace {

using cli::Difference;
using cli::VerifyReport;
using domain::Money;
using domain::SettlementId;
using domain::SettlementRecord;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kOwner[] = "OWNER";
constexpr char kChild[] = "CHILD";
constexpr char kResident[] = "RESIDENT";

std::vector<std::string> Texts(const VerifyReport& report) {
  std::vector<std::string> texts;
  for (const Difference& difference : report.differences) {
    texts.push_back(difference.ToString());
  }
  return texts;
}

VerifyReport Verify(
    Store& store, const cli::VerifyOptions& options = SettledWorld::Options()) {
  const auto report = cli::VerifyDatabase(store, options);
  EXPECT_THAT(report, IsOk());
  return report.ok() ? *report : VerifyReport();
}

class Verifying : public ::testing::Test {
 protected:
  SettlementRecord& Record(const char* person, const SettlementId& id) {
    SettlementRecord* record = database_.SettlementForTest(person, id);
    EXPECT_NE(record, nullptr);
    return *record;
  }
  domain::LedgerRow& Row(const char* person, int32_t year) {
    domain::LedgerRow* row = database_.LedgerForTest({person, year});
    EXPECT_NE(row, nullptr);
    return *row;
  }

  MemDatabase database_;
  MemStore store_{database_};
  SettledWorld world_{store_};
};

TEST_F(Verifying, ASoundWorldHasNoDifferences) {
  int progress = 0;
  cli::VerifyOptions options = SettledWorld::Options();
  options.progress = [&progress](const cli::VerifyCounts&) { ++progress; };
  const VerifyReport report = Verify(store_, options);
  EXPECT_THAT(Texts(report), IsEmpty());
  EXPECT_FALSE(report.stopped);
  EXPECT_EQ(report.counts.persons, 3);
  EXPECT_EQ(report.counts.settlements, 6);
  EXPECT_EQ(report.counts.reversals, 1);
  EXPECT_EQ(report.counts.closed_ids, 1);
  EXPECT_EQ(report.counts.postings, 2);
  EXPECT_EQ(report.counts.not_recomputed, 0);
  EXPECT_EQ(progress, 2);
}

TEST_F(Verifying, TheWorldHoldsWhatMakesItWorthVerifying) {
  EXPECT_LT(Record(kChild, world_.family_visit).totals.family_account,
            Money{30'001});
  EXPECT_GT(Record(kChild, world_.family_visit).totals.family_account,
            Money{0});
  EXPECT_THAT(Record(kOwner, world_.second_visit).reads, Not(IsEmpty()));
  EXPECT_TRUE(Row(kOwner, 0).WithPrefix("rx/").empty()) << "dropped by then";
  EXPECT_GT(Row(kOwner, 2025).entries().size(), 1u);
}

TEST_F(Verifying, StopsAtTheFirstDifferenceIfAsked) {
  Record(kOwner, world_.visit).totals.cash.fen += 1;
  Record(kOwner, world_.second_visit).totals.cash.fen += 1;
  cli::VerifyOptions options = SettledWorld::Options();
  options.max_differences = 1;
  const VerifyReport report = Verify(store_, options);
  EXPECT_EQ(report.differences.size(), 1u);
  EXPECT_TRUE(report.stopped);
}

TEST_F(Verifying, AnotherEnginesOutcomeIsCountedNotJudged) {
  SettlementRecord& record = Record(kOwner, world_.visit);
  record.engine_revision += 1;
  record.reply += "x";
  const VerifyReport report = Verify(store_);
  EXPECT_THAT(Texts(report), IsEmpty());
  EXPECT_EQ(report.counts.not_recomputed, 1);
}

TEST_F(Verifying, PersonsAppearAsDigests) {
  Row(kOwner, 2025).Set({"cap/inpatient", 1, domain::kOpenUntil});
  const VerifyReport report = Verify(store_);
  ASSERT_EQ(report.differences.size(), 1u);
  const std::string text = report.differences[0].ToString();
  EXPECT_THAT(text, Not(HasSubstr(kOwner)));
  EXPECT_THAT(text, HasSubstr(PersonDigest(kOwner)));
  EXPECT_THAT(text, HasSubstr("year 2025, counter cap/inpatient"));
  EXPECT_THAT(text, HasSubstr("expected 5000, found 1"));
}

// One kind of damage and what must be said about it.
struct Damage {
  const char* name;
  std::function<void(MemDatabase&, MemStore&, const SettledWorld&)> plant;
  const char* said;
};

void PrintTo(const Damage& damage, std::ostream* out) { *out << damage.name; }

class VerifyingDamage : public ::testing::TestWithParam<Damage> {};

TEST_P(VerifyingDamage, IsFound) {
  MemDatabase database;
  MemStore store(database);
  const SettledWorld world(store);
  GetParam().plant(database, store, world);
  EXPECT_THAT(Texts(Verify(store)), Contains(HasSubstr(GetParam().said)));
}

// The record of a settlement, to be damaged.
SettlementRecord& At(MemDatabase& database, const char* person,
                     const SettlementId& id) {
  return *database.SettlementForTest(person, id);
}

std::vector<Damage> StoredRowDamages() {
  return {
      {"ACounterOfAYear",
       [](auto& d, auto&, auto&) {
         d.LedgerForTest({kOwner, 2025})->Set({"cap/inpatient", 4999, {}});
       },
       "the stored counter is not the sum of its movements"},
      {"ACounterThatNothingMoved",
       [](auto& d, auto&, auto&) {
         d.LedgerForTest({kOwner, 2025})->Set({"paid/none", 1, {}});
       },
       "counter paid/none: the stored counter is not the sum"},
      {"ARelativesAccount",
       [](auto& d, auto&, auto&) {
         d.LedgerForTest({kOwner, 0})->Set({"account", 1, domain::kOpenUntil});
       },
       "counter account: the stored counter is not the sum"},
      {"AVersion",
       [](auto& d, auto&, auto&) {
         ++d.LedgerForTest({kOwner, 2026})->version;
       },
       "not at the version of its last movement"},
      {"ARowThatIsGone",
       [](auto& d, auto&, auto&) {
         *d.LedgerForTest({kOwner, 2025}) = {};
       },
       "found version 0"},
  };
}

std::vector<Damage> EventDamages() {
  return {
      {"APostingsAmount",
       [](auto& d, auto&, auto&) {
         ++d.PostingForTest({kOwner, "opening", "agency", "O1"})
               ->movement.amount;
       },
       "read a counter that the movements before it do not give"},
      {"APostingsVersion",
       [](auto& d, auto&, auto&) {
         ++d.PostingForTest({kOwner, "opening", "agency", "O1"})->row_version;
       },
       "a movement of the ledger row is missing"},
      {"ASettlementThatIsGone",
       [](auto& d, auto&, const auto& w) {
         d.EraseSettlementForTest(kOwner, w.visit);
       },
       "a movement of the ledger row is missing"},
      {"AChildsSettlementThatIsGone",
       [](auto& d, auto&, const auto& w) {
         d.EraseSettlementForTest(kChild, w.family_visit);
       },
       "year 0, counter (row): a movement of the ledger row is missing"},
      {"AChildsMovementOfTheOwnersAccount",
       [](auto& d, auto&, const auto& w) {
         for (auto& movement : At(d, kChild, w.family_visit).movements) {
           if (movement.person_id == kOwner) movement.amount -= 1;
         }
       },
       "expected 69999, found 70000"},
      {"ARead",
       [](auto& d, auto&, const auto& w) {
         ++At(d, kOwner, w.second_visit).reads[0].amount;
       },
       "read a counter that the movements before it do not give"},
      {"AVersionThatTwoClaim",
       [](auto& d, auto&, const auto& w) {
         for (auto& row : At(d, kOwner, w.visit).rows) {
           if (row.year == 2025) --row.version_before;
         }
       },
       "two movements claim the same version"},
      {"ARowThatIsNotNamed",
       [](auto& d, auto&, const auto& w) {
         At(d, kOwner, w.visit).rows.clear();
       },
       "a ledger row that it does not name"},
  };
}

std::vector<Damage> OutcomeDamages() {
  return {
      {"ATotal",
       [](auto& d, auto&, const auto& w) {
         ++At(d, kOwner, w.visit).totals.fund_pay.fen;
       },
       "total fund_pay differs"},
      {"AMovement",
       [](auto& d, auto&, const auto& w) {
         ++At(d, kOwner, w.visit).movements[0].amount;
       },
       "a movement is not what comes out"},
      {"AReply",
       [](auto& d, auto&, const auto& w) {
         At(d, kOwner, w.visit).reply.back() ^= 1;
       },
       "the stored reply is not the receipt that comes out"},
      {"AClaim",
       [](auto& d, auto&, const auto& w) {
         ++At(d, kOwner, w.visit).claim.lines[0].amount.fen;
       },
       "total gross differs"},
      {"AnotherPersonsClaim",
       [](auto& d, auto&, const auto& w) {
         At(d, kOwner, w.visit).claim.person_id = kChild;
       },
       "its claim is another person's"},
      {"ARequestId",
       [](auto& d, auto&, const auto& w) {
         At(d, kOwner, w.visit).request_id = "Q9";
       },
       "the id does not belong to this request"},
      {"AServiceDateAfterItsBooking",
       [](auto& d, auto&, const auto& w) {
         At(d, kOwner, w.visit).booked_on = domain::DayOf(2025, 1, 1);
       },
       "found FUTURE_SERVICE_DATE"},
      {"ARegion",
       [](auto& d, auto&, const auto& w) {
         At(d, kOwner, w.visit).region = "120000";
       },
       "its insurance or region"},
  };
}

std::vector<Damage> FactDamages() {
  return {
      {"APolicyRevision",
       [](auto& d, auto&, const auto& w) {
         At(d, kOwner, w.visit).policy_revision = "none";
       },
       "the policy revision it names is gone"},
      {"ACatalogRevision",
       [](auto& d, auto&, const auto& w) {
         At(d, kOwner, w.visit).catalog_revision = 99;
       },
       "the catalog revision it names is gone"},
      {"AnotherCatalogRevision",
       [](auto& d, auto&, const auto& w) {
         At(d, kOwner, w.visit).catalog_revision = 2;
       },
       "differs"},
      {"APersonsVersion",
       [](auto& d, auto&, const auto& w) {
         At(d, kOwner, w.visit).persons[0].version = 7;
       },
       "version 7 of a person it was decided on is gone"},
      {"APersonThen",
       [](auto& d, auto&, auto&) {
         (*d.PersonVersionsForTest(kOwner))[0].always.category =
             domain::Category::kInService;
       },
       "total scheme_pay differs"},
      {"ARelativesRegistration",
       [](auto& d, auto&, auto&) {
         (*d.PersonVersionsForTest(kOwner))[0].registrations.clear();
       },
       "found ACCOUNT_NOT_BOUND"},
      {"AHistoryWithAHole",
       [](auto& d, auto&, auto&) {
         d.PersonVersionsForTest(kOwner)->erase(
             d.PersonVersionsForTest(kOwner)->begin());
       },
       "a version of the person is missing"},
  };
}

std::vector<Damage> ReversalDamages() {
  return {
      {"AReversalsMovement",
       [](auto& d, auto&, const auto& w) {
         ++At(d, kChild, w.reversal).movements[0].amount;
       },
       "not the negative of its settlement's"},
      {"AReversalsTotal",
       [](auto& d, auto&, const auto& w) {
         ++At(d, kChild, w.reversal).totals.cash.fen;
       },
       "total cash differs"},
      {"AReversalsReply",
       [](auto& d, auto&, const auto& w) {
         At(d, kChild, w.reversal).reply += "x";
       },
       "the stored reply is not the receipt"},
      {"AReversalOfNothing",
       [](auto& d, auto&, const auto& w) {
         d.EraseSettlementForTest(kChild, w.reversed);
       },
       "the settlement that it reverses does not exist"},
      {"ASecondReversal",
       [](auto& d, auto& store, const auto& w) {
         SettlementRecord again = At(d, kChild, w.reversal);
         again.id.bytes[0] ^= 1;
         (void)store.Write({{}, {&again}});
       },
       "the id does not belong to this request"},
      {"AClosedIdThatPays",
       [](auto& d, auto&, const auto& w) {
         At(d, kResident, w.closed).totals.fund_pay = Money{1};
       },
       "a closed request id moves something"},
  };
}

const auto kDamageName = [](const auto& info) {
  return std::string(info.param.name);
};
INSTANTIATE_TEST_SUITE_P(StoredRow, VerifyingDamage,
                         ::testing::ValuesIn(StoredRowDamages()), kDamageName);
INSTANTIATE_TEST_SUITE_P(Event, VerifyingDamage,
                         ::testing::ValuesIn(EventDamages()), kDamageName);
INSTANTIATE_TEST_SUITE_P(Outcome, VerifyingDamage,
                         ::testing::ValuesIn(OutcomeDamages()), kDamageName);
INSTANTIATE_TEST_SUITE_P(Fact, VerifyingDamage,
                         ::testing::ValuesIn(FactDamages()), kDamageName);
INSTANTIATE_TEST_SUITE_P(Reversal, VerifyingDamage,
                         ::testing::ValuesIn(ReversalDamages()), kDamageName);

class VerifyingPostgres : public ::testing::Test {
 protected:
  void SetUp() override {
    if (TestDatabase::Get() == nullptr) {
      GTEST_SKIP() << TestDatabase::kWhySkipped;
    }
    TestDatabase::Get()->Clear();
    PgStore store(Options());
    SettledWorld world(store);
  }
  static PgOptions Options() {
    PgOptions options;
    options.url = TestDatabase::Get()->conninfo();
    options.one_snapshot = false;
    return options;
  }
  // As the command reads it: one snapshot.
  static VerifyReport VerifyDatabase() {
    PgOptions options = Options();
    options.one_snapshot = true;
    PgStore store(options);
    return Verify(store);
  }
};

TEST_F(VerifyingPostgres, ASoundWorldHasNoDifferences) {
  const VerifyReport report = VerifyDatabase();
  EXPECT_THAT(Texts(report), IsEmpty());
  EXPECT_EQ(report.counts.settlements, 6);
}

TEST_F(VerifyingPostgres, DamagedRowsAreFound) {
  const struct {
    const char* damage;
    const char* said;
  } kCases[] = {
      {"UPDATE ledger SET data = '\\x0801' WHERE year = 2025",
       "the stored counter is not the sum"},
      {"DELETE FROM settlement WHERE kind = 2",
       "a movement of the ledger row is missing"},
      {"UPDATE person SET version = version + 1 WHERE person_id = 'CHILD'",
       "not the last version of its history"},
      {"UPDATE settlement SET cash = cash + 1 WHERE person_id = 'OWNER'",
       "a column differs from its record's total"},
  };
  for (const auto& test : kCases) {
    TestDatabase::Get()->Execute(test.damage);
    EXPECT_THAT(Texts(VerifyDatabase()), Contains(HasSubstr(test.said)))
        << test.damage;
  }
}

}  // namespace
}  // namespace onestop::storage
