// A lane stepped by hand: batches, conflicts, lost commits, deadlines.
#include "server/lane.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "tests/server/lane_world.h"

namespace onestop::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::PlainClaim;
using testing::ScriptedStore;
using ::testing::StartsWith;
using testing::TestRequest;
using Fault = ScriptedStore::WriteFault;

// One lane over a database that others may write too.
class LaneTest : public ::testing::Test {
 protected:
  struct Replica {
    Replica(storage::MemDatabase& database, const SnapshotPtr& snapshot)
        : queue(64),
          store(database),
          lane(queue, store, snapshot, [this] { return ++nanos; }) {}
    LaneQueue queue;
    ScriptedStore store;
    int64_t nanos = 0;
    Lane lane;
  };

  LaneTest()
      : snapshot_(testing::SnapshotOf(testing::SmallCatalog())),
        here_(database_, snapshot_),
        there_(database_, snapshot_) {
    for (const char* id : {"A", "B", "C"}) Put(testing::InService(id));
    domain::Person owner = testing::InService("R");
    for (const char* id : {"A", "B"}) {
      domain::Registration family = testing::Registered(
          domain::RegistrationKind::kFamilyAccount, id, "2024-01-01");
      family.beneficiary_id = id;
      owner.registrations.push_back(family);
    }
    Put(owner);
  }

  void Put(domain::Person person) {
    person.version = 0;
    storage::MemStore store(database_);
    const storage::PersonWrite write{std::move(person)};
    ASSERT_TRUE(store.PutPersons({&write, 1}).ok());
  }

  domain::Moment Now() const { return {testing::D("2025-03-20"), now_ms_}; }
  void Send(Replica& replica, TestRequest& request) {
    ASSERT_EQ(replica.queue.Push({&request, nullptr}), PushResult::kPushed);
  }
  void Send(TestRequest& request) { Send(here_, request); }
  bool Step() { return here_.lane.Step(Now()); }
  // Settles on the other replica at once.
  void SettleThere(const std::string& id, const domain::Claim& claim) {
    const auto request = TestRequest::Settle(id, claim);
    Send(there_, *request);
    there_.lane.Step(Now());
    ASSERT_THAT(request->Bytes(), StartsWith("settled"));
  }
  int64_t Counter(const std::string& person, int32_t year,
                  const std::string& counter) {
    const domain::LedgerRow* row = database_.LedgerForTest({person, year});
    return row == nullptr ? 0 : row->Get(counter);
  }
  int64_t Deductible(const std::string& person) {
    return Counter(person, 2025,
                   domain::DeductibleCounter("test-outpatient", ""));
  }

  storage::MemDatabase database_{storage::MemDatabase::OnHeldRow::kRefuse};
  SnapshotPtr snapshot_;
  int64_t now_ms_ = 1'742'400'000'000;
  int settled_ = 0;
  Replica here_;
  Replica there_;
};

TEST_F(LaneTest, SettlesWhatWaitsInOneGatherAndOneWrite) {
  const auto a = TestRequest::Settle("1", PlainClaim("A", 8'000));
  const auto b = TestRequest::Settle("1", PlainClaim("B", 30'000));
  const auto again = TestRequest::Settle("2", PlainClaim("A", 8'000));
  for (auto* request : {a.get(), b.get(), again.get()}) Send(*request);
  EXPECT_TRUE(Step());
  EXPECT_EQ(here_.store.gathers, 1);
  EXPECT_EQ(here_.store.writes, 1);
  EXPECT_THAT(a->Bytes(), HasSubstr("cash=8000"));
  EXPECT_THAT(b->Bytes(), HasSubstr("cash=20000"));
  // The second claim of A meets the deductible that the first one left.
  EXPECT_THAT(again->Bytes(), HasSubstr("cash=5000"));
  EXPECT_EQ(Deductible("A"), testing::kDeductibleFen);
  EXPECT_FALSE(Step());
  EXPECT_TRUE(here_.lane.Idle());
}

// What the door goes by: dearer is learnt from full batches alone, cheaper from
// any, nothing from a store that is away.
TEST_F(LaneTest, LearnsWhatARequestCosts) {
  const auto cost = [this] { return here_.lane.stats().request_ns.Get(); };
  const auto settle = [this](int count, int64_t takes_ns) {
    here_.store.before_write = [this, takes_ns](const auto&) {
      here_.nanos += takes_ns;
    };
    std::vector<std::unique_ptr<TestRequest>> sent;
    for (int i = 0; i < count; ++i) {
      sent.push_back(TestRequest::Settle(absl::StrCat("cost", ++settled_),
                                         PlainClaim("A", 100)));
      Send(*sent.back());
    }
    Step();
  };
  const uint64_t first = cost();
  settle(1, 1'000'000'000);
  EXPECT_EQ(cost(), first);
  settle(64, 64'000'000'000);
  const uint64_t dearer = cost();
  EXPECT_GT(dearer, first);
  EXPECT_LE(dearer, 2 * first);  // one pause does not close the door
  here_.store.gathers_that_fail = 1;
  settle(1, 0);
  EXPECT_EQ(cost(), dearer);
  settle(1, 0);
  EXPECT_LT(cost(), dearer);
}

TEST_F(LaneTest, AnswersSettlesAfterTheCommitAndQuotesBefore) {
  const auto settle = TestRequest::Settle("1", PlainClaim("A", 12'000));
  const auto quote = TestRequest::Quote(PlainClaim("A", 12'000));
  const auto refused = TestRequest::Settle("2", PlainClaim("NOBODY", 1));
  for (auto* request : {settle.get(), quote.get(), refused.get()}) {
    Send(*request);
  }
  bool looked = false;
  here_.store.before_write = [&](const storage::WriteBatch&) {
    looked = true;
    EXPECT_FALSE(settle->Answered());
    EXPECT_FALSE(refused->Answered());
    // On committed rows: the settle before it in the batch is not seen.
    EXPECT_EQ(quote->Bytes(), "quote cash=11000 person=1");
  };
  Step();
  EXPECT_TRUE(looked);
  EXPECT_THAT(settle->Bytes(), StartsWith("settled"));
  EXPECT_EQ(refused->Bytes(), "PERSON_UNKNOWN");
}

TEST_F(LaneTest, AQuoteWritesNothing) {
  const auto quote = TestRequest::Quote(PlainClaim("A", 12'000));
  Send(*quote);
  Step();
  EXPECT_EQ(here_.store.writes, 0);
  EXPECT_TRUE(quote->Answered());
}

TEST_F(LaneTest, TheSameRequestGetsTheSameBytes) {
  const auto first = TestRequest::Settle("1", PlainClaim("A", 500));
  const auto twin = TestRequest::Settle("1", PlainClaim("A", 500));
  const auto other = TestRequest::Settle("1", PlainClaim("A", 501));
  for (auto* request : {first.get(), twin.get(), other.get()}) Send(*request);
  Step();
  EXPECT_THAT(first->Bytes(), StartsWith("settled"));
  EXPECT_EQ(twin->Bytes(), first->Bytes());
  EXPECT_EQ(other->Bytes(), "REQUEST_ID_REUSED");
  now_ms_ += 1000;
  const auto later = TestRequest::Settle("1", PlainClaim("A", 500));
  Send(*later);
  Step();
  EXPECT_EQ(later->Bytes(), first->Bytes());
  EXPECT_EQ(Deductible("A"), 500);
}

TEST_F(LaneTest, AStaleQuoteWritesNothingAndKeepsTheIdFree) {
  const auto stale = TestRequest::Settle("1", PlainClaim("A", 12'000));
  stale->settle.expected_cash = domain::Money{1};
  Send(*stale);
  Step();
  EXPECT_EQ(stale->Bytes(), "stale cash=11000");
  EXPECT_EQ(here_.store.writes, 0);
  const auto fresh = TestRequest::Settle("1", PlainClaim("A", 12'000));
  fresh->settle.expected_cash = domain::Money{11'000};
  Send(*fresh);
  Step();
  EXPECT_THAT(fresh->Bytes(), StartsWith("settled"));
}

TEST_F(LaneTest, AConflictPutsOffOnlyWhatIsConnected) {
  const auto a = TestRequest::Settle("1", PlainClaim("A", 6'000));
  const auto b = TestRequest::Settle("1", PlainClaim("B", 6'000));
  Send(*a);
  Send(*b);
  here_.store.before_write = [this](const storage::WriteBatch&) {
    here_.store.before_write = nullptr;
    SettleThere("other", PlainClaim("A", 8'000));
  };
  Step();
  EXPECT_THAT(b->Bytes(), StartsWith("settled"));
  EXPECT_FALSE(a->Answered());
  Step();
  // 2000 of the deductible are left for it: it pays half of the other 4000.
  EXPECT_THAT(a->Bytes(), HasSubstr("cash=4000"));
  EXPECT_EQ(here_.lane.stats().conflicts.Get(), 1);
}

TEST_F(LaneTest, ARelativesAccountConnectsPersons) {
  storage::MemStore store(database_);
  storage::Posting opening{"o",
                           "opening",
                           {"R", 0, "account", 9'000, {}},
                           "test",
                           testing::D("2025-01-01"),
                           0,
                           0};
  opening.movement.until = domain::kOpenUntil;
  ASSERT_TRUE(store.Post({&opening, 1}).ok());
  domain::Claim of_a = PlainClaim("A", 6'000);
  domain::Claim of_b = PlainClaim("B", 6'000);
  for (domain::Claim* claim : {&of_a, &of_b}) {
    claim->account.use = true;
    claim->account.relatives = {"R"};
  }
  const auto a = TestRequest::Settle("1", of_a);
  const auto b = TestRequest::Settle("1", of_b);
  const auto c = TestRequest::Settle("1", PlainClaim("C", 6'000));
  for (auto* request : {a.get(), b.get(), c.get()}) Send(*request);
  here_.store.before_write = [this](const storage::WriteBatch&) {
    here_.store.before_write = nullptr;
    SettleThere("other", PlainClaim("A", 1'000));
  };
  Step();
  EXPECT_TRUE(c->Answered());
  EXPECT_FALSE(a->Answered());
  EXPECT_FALSE(b->Answered());
  Step();
  EXPECT_THAT(a->Bytes(), HasSubstr("cash=0"));
  EXPECT_THAT(b->Bytes(), HasSubstr("cash=3000"));
  EXPECT_EQ(Counter("R", 0, "account"), 0);
}

TEST_F(LaneTest, GivesUpAfterBoundedTriesUnderLocks) {
  here_.store.fault_of = [](const storage::WriteBatch&) {
    return Fault::kConflict;
  };
  const auto a = TestRequest::Settle("1", PlainClaim("A", 6'000));
  Send(*a);
  for (int i = 0; i < 2 * limits::kMaxTries && !a->Answered(); ++i) Step();
  EXPECT_EQ(a->Bytes(), "CONFLICT");
  EXPECT_EQ(a->answers.front().status().code(), absl::StatusCode::kAborted);
  EXPECT_EQ(here_.store.writes, limits::kMaxTries);
  EXPECT_EQ(here_.store.locked_gathers,
            limits::kMaxTries - limits::kMaxOptimisticTries);
  EXPECT_TRUE(here_.lane.Idle());
}

TEST_F(LaneTest, LocksEndAFight) {
  here_.store.before_write = [this, n = 0](const storage::WriteBatch&) mutable {
    if (++n > limits::kMaxOptimisticTries) return;
    SettleThere(absl::StrCat("other", n), PlainClaim("A", 100));
  };
  const auto a = TestRequest::Settle("1", PlainClaim("A", 6'000));
  Send(*a);
  for (int i = 0; i < limits::kMaxTries && !a->Answered(); ++i) Step();
  EXPECT_THAT(a->Bytes(), StartsWith("settled"));
  EXPECT_EQ(here_.store.locked_gathers, 1);
}

TEST_F(LaneTest, AStoreThatIsAwayRefusesTheBatch) {
  here_.store.gathers_that_fail = 1;
  const auto a = TestRequest::Settle("1", PlainClaim("A", 6'000));
  const auto quote = TestRequest::Quote(PlainClaim("B", 6'000));
  Send(*a);
  Send(*quote);
  Step();
  EXPECT_EQ(a->Bytes(), "STORAGE_UNAVAILABLE");
  EXPECT_EQ(quote->Bytes(), "STORAGE_UNAVAILABLE");
  here_.store.FailNextWrite(Fault::kUnavailable);
  const auto b = TestRequest::Settle("2", PlainClaim("A", 6'000));
  Send(*b);
  Step();
  EXPECT_EQ(b->Bytes(), "STORAGE_UNAVAILABLE");
  EXPECT_EQ(Deductible("A"), 0);
}

TEST_F(LaneTest, ARowThatCannotBeStoredRefusesItsOwnerAlone) {
  here_.store.fault_of = [](const storage::WriteBatch& batch) {
    for (const auto* record : batch.settlements) {
      if (record->person_id == "B") return Fault::kBroken;
    }
    return Fault::kNone;
  };
  const auto a = TestRequest::Settle("1", PlainClaim("A", 6'000));
  const auto b = TestRequest::Settle("1", PlainClaim("B", 6'000));
  const auto c = TestRequest::Settle("1", PlainClaim("C", 6'000));
  for (auto* request : {a.get(), b.get(), c.get()}) Send(*request);
  for (int i = 0; i < 4; ++i) Step();
  EXPECT_THAT(a->Bytes(), StartsWith("settled"));
  EXPECT_EQ(b->Bytes(), "STORED_FORM_BROKEN");
  EXPECT_THAT(c->Bytes(), StartsWith("settled"));
}

TEST_F(LaneTest, ALostCommitThatHappenedAnswersFromItsRecord) {
  here_.store.FailNextWrite(Fault::kUnknownWritten);
  const auto a = TestRequest::Settle("1", PlainClaim("A", 6'000));
  const auto refused = TestRequest::Settle("1", PlainClaim("NOBODY", 1));
  Send(*a);
  Send(*refused);
  const int64_t booked_ms = now_ms_;
  Step();
  EXPECT_FALSE(a->Answered());
  now_ms_ += 500;
  here_.store.gathers_that_fail = 1;
  Step();
  EXPECT_FALSE(a->Answered());
  EXPECT_EQ(refused->Bytes(), "STORAGE_UNAVAILABLE");
  Step();
  EXPECT_THAT(a->Bytes(), StartsWith("settled"));
  EXPECT_THAT(a->Bytes(), HasSubstr(absl::StrCat("at=", booked_ms)));
  EXPECT_EQ(Deductible("A"), 6'000);
  EXPECT_EQ(here_.lane.stats().commit_unknown.Get(), 1);
}

TEST_F(LaneTest, ALostCommitThatNeverHappenedIsDecidedAgain) {
  here_.store.FailNextWrite(Fault::kUnknownLost);
  const auto a = TestRequest::Settle("1", PlainClaim("A", 6'000));
  Send(*a);
  Step();
  EXPECT_FALSE(a->Answered());
  now_ms_ += 500;
  Step();
  EXPECT_THAT(a->Bytes(), HasSubstr(absl::StrCat("at=", now_ms_)));
  EXPECT_EQ(Deductible("A"), 6'000);
}

TEST_F(LaneTest, ALostCommitThatNobodyCanLookUpIsUnknown) {
  here_.store.FailNextWrite(Fault::kUnknownWritten);
  const auto bounded = TestRequest::Settle("1", PlainClaim("A", 6'000));
  const auto endless = TestRequest::Settle("2", PlainClaim("A", 6'000));
  bounded->deadline_ms = now_ms_ + 1'000;
  Send(*bounded);
  Send(*endless);
  Step();
  here_.store.gathers_that_fail = 100;
  now_ms_ += 1'000;
  Step();
  EXPECT_EQ(bounded->Bytes(), "COMMIT_UNKNOWN");
  EXPECT_FALSE(endless->Answered());
  now_ms_ += Lane::kLookUpMs;
  Step();
  EXPECT_EQ(endless->Bytes(), "COMMIT_UNKNOWN");
  EXPECT_TRUE(here_.lane.Idle());
}

TEST_F(LaneTest, ARefusalAfterALostCommitIsNotCertain) {
  here_.store.FailNextWrite(Fault::kUnknownLost);
  const auto a = TestRequest::Settle("1", PlainClaim("A", 6'000));
  Send(*a);
  Step();
  auto closed = std::make_shared<Snapshot>(*snapshot_);
  closed->closed_years = {2025};
  here_.queue.PushAlways({nullptr, closed});
  Step();
  EXPECT_EQ(a->Bytes(), "COMMIT_UNKNOWN");
}

TEST_F(LaneTest, APassedDeadlineCostsNoWork) {
  const auto a = TestRequest::Settle("1", PlainClaim("A", 6'000));
  a->deadline_ms = now_ms_;
  Send(*a);
  Step();
  EXPECT_EQ(a->Bytes(), "DEADLINE_EXCEEDED");
  EXPECT_EQ(here_.store.gathers, 0);
}

TEST_F(LaneTest, ReversesOnceAndClosesWhatNeverCame) {
  const auto settle = TestRequest::Settle("1", PlainClaim("A", 30'000));
  Send(*settle);
  Step();
  EXPECT_EQ(Deductible("A"), testing::kDeductibleFen);
  const auto reverse = TestRequest::Reverse("A", "1");
  const auto close = TestRequest::Reverse("A", "never");
  Send(*reverse);
  Send(*close);
  Step();
  EXPECT_THAT(reverse->Bytes(), StartsWith("reversed"));
  EXPECT_EQ(close->Bytes(), "closed");
  EXPECT_EQ(Deductible("A"), 0);
  now_ms_ += 1000;
  const auto again = TestRequest::Reverse("A", "1");
  const auto late = TestRequest::Settle("never", PlainClaim("A", 1));
  const auto retried = TestRequest::Settle("1", PlainClaim("A", 30'000));
  for (auto* request : {again.get(), late.get(), retried.get()}) {
    Send(*request);
  }
  Step();
  EXPECT_EQ(again->Bytes(), reverse->Bytes());
  EXPECT_EQ(late->Bytes(), "REQUEST_REVERSED");
  EXPECT_EQ(retried->Bytes(), "REQUEST_REVERSED");
}

TEST_F(LaneTest, ReversesWhatTheSameBatchSettled) {
  const auto settle = TestRequest::Settle("1", PlainClaim("A", 30'000));
  const auto reverse = TestRequest::Reverse("A", "1");
  Send(*settle);
  Send(*reverse);
  Step();
  EXPECT_THAT(settle->Bytes(), StartsWith("settled"));
  EXPECT_THAT(reverse->Bytes(), StartsWith("reversed"));
  EXPECT_EQ(Deductible("A"), 0);
}

TEST_F(LaneTest, AReplacementIsSettledWithItsReversalOrNotAtAll) {
  const auto settle = TestRequest::Settle("1", PlainClaim("A", 30'000));
  Send(*settle);
  Step();
  const auto refused = TestRequest::Reverse("A", "1");
  domain::Claim unknown = PlainClaim("A", 20'000);
  unknown.lines[0].item_code = "NO-SUCH";
  refused->Replace("2", unknown);
  const auto stale = TestRequest::Reverse("A", "1");
  stale->Replace("2", PlainClaim("A", 20'000));
  stale->settle.expected_cash = domain::Money{7};
  const auto replace = TestRequest::Reverse("A", "1");
  replace->Replace("2", PlainClaim("A", 20'000));
  for (auto* request : {refused.get(), stale.get(), replace.get()}) {
    Send(*request);
  }
  const int writes = here_.store.writes;
  Step();
  EXPECT_EQ(refused->Bytes(), "ITEM_UNKNOWN");
  Step();
  EXPECT_EQ(stale->Bytes(), "not replaced: stale cash=15000");
  EXPECT_EQ(here_.store.writes, writes);
  Step();
  EXPECT_EQ(here_.store.writes, writes + 1);
  EXPECT_THAT(replace->Bytes(), HasSubstr("by settled"));
  EXPECT_THAT(replace->Bytes(), HasSubstr("cash=15000"));
  const auto again = TestRequest::Reverse("A", "1");
  again->Replace("2", PlainClaim("A", 20'000));
  Send(*again);
  Step();
  EXPECT_EQ(again->Bytes(), replace->Bytes());
}

TEST_F(LaneTest, DecidesOnTheSnapshotItWasSent) {
  domain::Catalog catalog = testing::SmallCatalog();
  catalog.set_revision(2);
  catalog.Put(testing::PlainItem("NEW", domain::ItemClass::kA));
  domain::Claim claim = PlainClaim("A", 6'000);
  claim.lines[0].item_code = "NEW";
  const auto before = TestRequest::Settle("1", claim);
  Send(*before);
  Step();
  EXPECT_EQ(before->Bytes(), "ITEM_UNKNOWN");
  here_.queue.PushAlways({nullptr, testing::SnapshotOf(catalog)});
  const auto after = TestRequest::Settle("1", claim);
  Send(*after);
  Step();
  EXPECT_THAT(after->Bytes(), StartsWith("settled"));
  EXPECT_EQ(here_.lane.stats().catalog_revision.Get(), 2);
}

TEST(LaneQueueTest, IsBoundedAndCloses) {
  LaneQueue queue(2);
  TestRequest requests[4];
  EXPECT_EQ(queue.Push({&requests[0], nullptr}), PushResult::kPushed);
  EXPECT_EQ(queue.Push({&requests[1], nullptr}), PushResult::kPushed);
  EXPECT_EQ(queue.Push({&requests[2], nullptr}), PushResult::kFull);
  queue.PushAlways({nullptr, nullptr});
  EXPECT_EQ(queue.depth(), 3);
  std::vector<LaneItem> items(4);
  EXPECT_EQ(queue.Pop(items.begin(), 4), 3);
  queue.Close();
  EXPECT_EQ(queue.Push({&requests[3], nullptr}), PushResult::kClosed);
  EXPECT_TRUE(queue.closed());
  EXPECT_EQ(queue.depth(), 0);
}

}  // namespace
}  // namespace onestop::server
