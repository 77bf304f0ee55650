// The hot path's contract on every backend: gather, write, conflicts, locks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "storage/ids.h"
#include "tests/storage/contract.h"
#include "tests/storage/samples.h"
#include "tests/support/status_matchers.h"

namespace onestop::storage {
namespace {

using domain::LedgerKey;
using domain::LedgerWrite;
using domain::SettlementRecord;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::chrono::milliseconds kLongEnough{100};

TEST_P(StoreContract, GathersNothingFromNothing) {
  const Gathered gathered = Read({});
  EXPECT_THAT(gathered.persons, IsEmpty());
  EXPECT_THAT(gathered.ledger, IsEmpty());
  EXPECT_THAT(gathered.settlements, IsEmpty());
}

TEST_P(StoreContract, AbsentKeysAreLeftOut) {
  const SettlementRecord record = SampleRecord("P1", 1);
  const Gathered gathered =
      Read({{"P1"}, {{"P1", 2025}, {"P1", 0}}, {KeyOf(record)}});
  EXPECT_THAT(gathered.persons, IsEmpty());
  EXPECT_THAT(gathered.ledger, IsEmpty());
  EXPECT_THAT(gathered.settlements, IsEmpty());
}

TEST_P(StoreContract, AnEmptyWriteCommits) { Commit(a(), {}); }

TEST_P(StoreContract, KeepsEveryFieldOfASettlement) {
  const SettlementRecord record = SampleRecord("P1", 1);
  Commit(a(), {{}, {&record}});
  const Gathered gathered = Read({{}, {}, {KeyOf(record)}});
  ASSERT_THAT(gathered.settlements, SizeIs(1));
  EXPECT_TRUE(Same(gathered.settlements[0], record));
  const auto found = b().FindSettlement("P1", record.id);
  ASSERT_THAT(found, IsOk());
  ASSERT_TRUE(found->has_value());
  EXPECT_TRUE(Same(**found, record));
}

TEST_P(StoreContract, KeepsEveryFieldOfAReversalAndAClosing) {
  const SettlementRecord record = SampleRecord("P1", 1);
  const SettlementRecord reversal = SampleReversal(record);
  const SettlementRecord closing = SampleClosing("P1", 2);
  Commit(a(), {{}, {&record, &closing}});
  Commit(a(), {{}, {&reversal}});
  // The reversal comes with its target, and once however often it is named.
  const Gathered gathered =
      Read({{}, {}, {KeyOf(record), KeyOf(closing), KeyOf(reversal)}});
  ASSERT_THAT(gathered.settlements, SizeIs(3));
  for (const SettlementRecord& found : gathered.settlements) {
    EXPECT_TRUE(Same(found, record) || Same(found, reversal) ||
                Same(found, closing));
  }
}

TEST_P(StoreContract, FindsASettlementByPersonAndId) {
  const SettlementRecord record = SampleRecord("P1", 1);
  Commit(a(), {{}, {&record}});
  EXPECT_THAT(b().FindSettlement("P2", record.id),
              IsOkAndHolds(testing::Eq(std::nullopt)));
  EXPECT_THAT(b().FindSettlement("P1", DeriveReversalId(record.id)),
              IsOkAndHolds(testing::Eq(std::nullopt)));
}

TEST_P(StoreContract, KeepsLedgerRowsExactly) {
  const LedgerWrite first = SampleWrite("P1", 0, 0);
  const LedgerWrite second = SampleWrite("P1", 2025, 0);
  Commit(a(), {{first, second}, {}});
  LedgerWrite next = SampleWrite("P1", 2025, 1);
  Commit(a(), {{next}, {}});
  const Gathered gathered =
      Read({{}, {{"P1", 0}, {"P1", 2025}, {"P2", 0}}, {}});
  EXPECT_THAT(gathered.ledger,
              testing::UnorderedElementsAre(testing::Pair(first.key, first.row),
                                            testing::Pair(next.key, next.row)));
  EXPECT_THAT(
      b().ReadLedger("P1", std::nullopt),
      IsOkAndHolds(testing::ElementsAre(testing::Pair(first.key, first.row),
                                        testing::Pair(next.key, next.row))));
  EXPECT_THAT(b().ReadLedger("P1", 2025), IsOkAndHolds(SizeIs(1)));
  EXPECT_THAT(b().ReadLedger("P2", std::nullopt), IsOkAndHolds(IsEmpty()));
}

TEST_P(StoreContract, KeepsAnEmptyRowAndItsVersion) {
  LedgerWrite write = SampleWrite("P1", 2025, 0);
  write.row = {};
  write.row.version = 4;  // several settlements of one batch
  Commit(a(), {{write}, {}});
  EXPECT_THAT(
      b().ReadLedger("P1", 2025),
      IsOkAndHolds(testing::ElementsAre(testing::Pair(write.key, write.row))));
}

// Each of these writes is refused whole.
TEST_P(StoreContract, AConflictWritesNothing) {
  const SettlementRecord known = SampleRecord("P1", 1);
  Commit(a(), {{SampleWrite("P1", 2025, 0)}, {&known}});
  const SettlementRecord fresh = SampleRecord("P1", 2);
  const struct {
    const char* what;
    WriteBatch batch;
  } kCases[] = {
      {"a version that moved",
       {{SampleWrite("P1", 2024, 0), SampleWrite("P1", 2025, 7)}, {&fresh}}},
      {"a row that exists",
       {{SampleWrite("P1", 2024, 0), SampleWrite("P1", 2025, 0)}, {&fresh}}},
      {"a row that does not exist",
       {{SampleWrite("P1", 2024, 3), SampleWrite("P1", 2025, 1)}, {&fresh}}},
      {"a settlement that exists",
       {{SampleWrite("P1", 2024, 0), SampleWrite("P1", 2025, 1)},
        {&fresh, &known}}},
  };
  for (const auto& test : kCases) {
    EXPECT_THAT(b().Write(test.batch), IsOkAndHolds(WriteOutcome::kConflict))
        << test.what;
    const Gathered after =
        Read({{}, {{"P1", 2024}, {"P1", 2025}}, {KeyOf(fresh)}});
    ASSERT_THAT(after.ledger, SizeIs(1)) << test.what;
    EXPECT_EQ(after.ledger[0].second.version, 1) << test.what;
    EXPECT_THAT(after.settlements, IsEmpty()) << test.what;
  }
}

TEST_P(StoreContract, TwoReplicasOneWins) {
  Commit(a(), {{SampleWrite("P1", 2025, 0)}, {}});
  ASSERT_THAT(a().Gather({{}, {{"P1", 2025}}, {}}), IsOk());
  ASSERT_THAT(b().Gather({{}, {{"P1", 2025}}, {}}), IsOk());
  Commit(a(), {{SampleWrite("P1", 2025, 1)}, {}});
  EXPECT_THAT(b().Write({{SampleWrite("P1", 2025, 1)}, {}}),
              IsOkAndHolds(WriteOutcome::kConflict));
  Commit(b(), {{SampleWrite("P1", 2025, 2)}, {}});
}

TEST_P(StoreContract, LockedRowsMakeOtherWritersWait) {
  Commit(a(), {{SampleWrite("P1", 2025, 0)}, {}});
  const GatherKeys keys{{}, {{"P1", 0}, {"P1", 2025}}, {}};
  const auto locked = a().GatherLocked(keys);
  ASSERT_THAT(locked, IsOk());
  EXPECT_THAT(locked->ledger, SizeIs(1));  // what does not exist is held too
  for (const LedgerWrite& write :
       {SampleWrite("P1", 0, 0), SampleWrite("P1", 2025, 1)}) {
    auto other = std::async(std::launch::async, [&] {
      return b().Write({{write}, {}});
    });
    EXPECT_EQ(other.wait_for(kLongEnough), std::future_status::timeout);
    a().Release();
    EXPECT_THAT(other.get(), IsOkAndHolds(WriteOutcome::kCommitted));
    ASSERT_THAT(a().GatherLocked(keys), IsOk());
  }
}

TEST_P(StoreContract, TheHolderWritesAndTheOtherConflicts) {
  Commit(a(), {{SampleWrite("P1", 2025, 0)}, {}});
  ASSERT_THAT(a().GatherLocked({{}, {{"P1", 0}, {"P1", 2025}}, {}}), IsOk());
  auto other = std::async(std::launch::async, [&] {
    return b().Write(
        {{SampleWrite("P1", 0, 0), SampleWrite("P1", 2025, 1)}, {}});
  });
  EXPECT_EQ(other.wait_for(kLongEnough), std::future_status::timeout);
  const SettlementRecord record = SampleRecord("P1", 1);
  Commit(a(),
         {{SampleWrite("P1", 0, 0), SampleWrite("P1", 2025, 1)}, {&record}});
  EXPECT_THAT(other.get(), IsOkAndHolds(WriteOutcome::kConflict));
  EXPECT_THAT(Read({{}, {}, {KeyOf(record)}}).settlements, SizeIs(1));
}

TEST_P(StoreContract, AHeldRowThatIsNotWrittenLeavesNoTrace) {
  const GatherKeys keys{{}, {{"P1", 0}, {"P1", 2025}, {"P2", 0}}, {}};
  ASSERT_THAT(a().GatherLocked(keys), IsOk());
  Commit(a(), {{SampleWrite("P1", 2025, 0)}, {}});
  EXPECT_THAT(Read(keys).ledger, SizeIs(1));
  EXPECT_THAT(b().ScanPersons("", 10),
              IsOkAndHolds(testing::ElementsAre("P1")));
  Commit(b(), {{SampleWrite("P1", 0, 0), SampleWrite("P2", 0, 0)}, {}});
}

TEST_P(StoreContract, AConflictUnderLocksReleasesThem) {
  const SettlementRecord record = SampleRecord("P1", 1);
  Commit(a(), {{}, {&record}});
  ASSERT_THAT(a().GatherLocked({{}, {{"P1", 2025}}, {}}), IsOk());
  EXPECT_THAT(a().Write({{SampleWrite("P1", 2025, 0)}, {&record}}),
              IsOkAndHolds(WriteOutcome::kConflict));
  Commit(b(), {{SampleWrite("P1", 2025, 0)}, {}});
}

TEST_P(StoreContract, LockersOfTheSameRowsTakeTurns) {
  constexpr int kTurns = 20;
  const auto work = [](Store& store) {
    for (int turn = 0; turn < kTurns; ++turn) {
      const auto gathered =
          store.GatherLocked({{}, {{"P2", 0}, {"P1", 2025}}, {}});
      ASSERT_THAT(gathered, IsOk());
      std::vector<LedgerWrite> writes;
      for (const LedgerKey& key : {LedgerKey{"P1", 2025}, LedgerKey{"P2", 0}}) {
        int64_t version = 0;
        for (const auto& [found, row] : gathered->ledger) {
          if (found == key) version = row.version;
        }
        writes.push_back(SampleWrite(key.person_id, key.year, version));
      }
      ASSERT_THAT(store.Write({writes, {}}),
                  IsOkAndHolds(WriteOutcome::kCommitted));
    }
  };
  auto other = std::async(std::launch::async, [&] { work(b()); });
  work(a());
  other.get();
  for (const auto& [key, row] :
       Read({{}, {{"P1", 2025}, {"P2", 0}}, {}}).ledger) {
    EXPECT_EQ(row.version, 2 * kTurns);
  }
}

TEST_P(StoreContract, OptimisticWritersNeverLoseAnUpdate) {
  constexpr int kWrites = 50;
  const auto work = [](Store& store) {
    int committed = 0;
    while (committed < kWrites) {
      const auto gathered = store.Gather({{}, {{"P1", 2025}}, {}});
      ASSERT_THAT(gathered, IsOk());
      const int64_t version =
          gathered->ledger.empty() ? 0 : gathered->ledger[0].second.version;
      const auto outcome =
          store.Write({{SampleWrite("P1", 2025, version)}, {}});
      ASSERT_THAT(outcome, IsOk());
      if (*outcome == WriteOutcome::kCommitted) ++committed;
    }
  };
  auto other = std::async(std::launch::async, [&] { work(b()); });
  work(a());
  other.get();
  EXPECT_EQ(Read({{}, {{"P1", 2025}}, {}}).ledger[0].second.version,
            2 * kWrites);
}

TEST_P(StoreContract, TakesTheLargestBatch) {
  constexpr int kClaims = 512;
  std::vector<SettlementRecord> records;
  WriteBatch batch;
  GatherKeys keys;
  for (int i = 0; i < kClaims; ++i) {
    const std::string person_id = absl::StrCat("P", 10'000 + i);
    records.push_back(SampleRecord(person_id, i));
    keys.persons.push_back(person_id);
    for (const int32_t year : {0, 2025}) {
      keys.ledger.push_back({person_id, year});
      batch.ledger.push_back(SampleWrite(person_id, year, 0));
    }
    keys.settlements.push_back(KeyOf(records.back()));
  }
  for (const SettlementRecord& record : records) {
    batch.settlements.push_back(&record);
  }
  EXPECT_THAT(Read(keys).ledger, IsEmpty());
  Commit(a(), batch);
  const Gathered gathered = Read(keys);
  EXPECT_THAT(gathered.ledger, SizeIs(2 * kClaims));
  ASSERT_THAT(gathered.settlements, SizeIs(kClaims));
  EXPECT_THAT(a().Write(batch), IsOkAndHolds(WriteOutcome::kConflict));
}

TEST_P(StoreContract, IdsMayBeAnyText) {
  const std::string ids[] = {"张三-１", "a'b\"c\\d",         "{1,2}", "Z", "ä",
                             " ",       std::string(64, 'x')};
  for (const std::string& id : ids) {
    const SettlementRecord record = SampleRecord(id, 1);
    Commit(a(), {{SampleWrite(id, 2025, 0)}, {&record}});
    const Gathered gathered = Read({{id}, {{id, 2025}}, {KeyOf(record)}});
    ASSERT_THAT(gathered.ledger, SizeIs(1)) << id;
    EXPECT_EQ(gathered.ledger[0].first.person_id, id);
    ASSERT_THAT(gathered.settlements, SizeIs(1)) << id;
    EXPECT_TRUE(Same(gathered.settlements[0], record)) << id;
  }
  // Nobody has such an id; asking is not an error.
  const std::string nul("a\0b", 3);
  EXPECT_THAT(Read({{nul}, {{nul, 0}}, {}}).persons, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Stores, StoreContract,
                         ::testing::Values("memory", "postgres"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace onestop::storage
