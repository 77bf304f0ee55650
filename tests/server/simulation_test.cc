// Seeded histories of several replicas on one database: conflicts, a store that
// goes away, lost commits, lost replies, retries, reversals. After each history
// every acknowledged settlement exists once and every fen is accounted for.
// ONESTOP_SIMULATION_SEED runs one history again, ONESTOP_SIMULATIONS more.
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "server/lane.h"
#include "tests/server/lane_world.h"

namespace onestop::server {
namespace {

using testing::ScriptedStore;
using testing::TestRequest;
using Fault = ScriptedStore::WriteFault;

constexpr int kPersons = 4;
constexpr int kOperations = 60;
constexpr int kReplicas = 3;
constexpr int kMostSteps = 20'000;

bool Transient(const std::string& bytes) {
  return bytes == "STORAGE_UNAVAILABLE" || bytes == "COMMIT_UNKNOWN" ||
         bytes == "CONFLICT";
}

std::string PersonId(int i) { return absl::StrCat("P", i); }

// What a client wants done, and every answer that it got.
struct Operation {
  bool reverse = false;
  std::string request_id;
  domain::Claim claim;  // a reversal: of its target
  std::set<std::string> answers;
  int sent = 0;
  bool done = false;
};

struct Replica {
  Replica(storage::MemDatabase& database, const SnapshotPtr& snapshot)
      : queue(256),
        store(database),
        lane(queue, store, snapshot, [this] { return ++nanos; }) {}
  LaneQueue queue;
  ScriptedStore store;
  int64_t nanos = 0;
  Lane lane;
  bool stepping = false;
};

// What the histories ran into, all together.
struct Met {
  uint64_t conflicts = 0;
  uint64_t commit_unknown = 0;
  uint64_t locked_gathers = 0;
  uint64_t storage_errors = 0;
};

class History {
 public:
  explicit History(uint64_t seed) : random_(seed) {
    const SnapshotPtr snapshot = testing::SnapshotOf(testing::SmallCatalog());
    for (int i = 0; i < kReplicas; ++i) {
      replicas_.push_back(std::make_unique<Replica>(database_, snapshot));
      Script(*replicas_.back());
    }
    MakePersons();
    MakeOperations();
  }

  // Until every operation has its answer and every lane is idle.
  void Run() {
    for (int step = 0; step < kMostSteps; ++step) {
      ++now_ms_;
      Send();
      StepOne(*replicas_[Below(kReplicas)]);
      Collect();
      if (Finished()) return;
    }
    ADD_FAILURE() << "the history does not come to an end";
  }

  void AddTo(Met& met) const {
    for (const auto& replica : replicas_) {
      const LaneStats& stats = replica->lane.stats();
      met.conflicts += stats.conflicts.Get();
      met.commit_unknown += stats.commit_unknown.Get();
      met.locked_gathers += stats.locked_gathers.Get();
      met.storage_errors += stats.storage_errors.Get();
    }
  }

  void Check() {
    for (const Operation& operation : operations_) CheckOperation(operation);
    CheckLedger();
  }

 private:
  struct Sent {
    size_t operation;
    std::unique_ptr<TestRequest> request;
  };
  using CounterKey = std::tuple<std::string, int32_t, std::string>;

  int Below(int bound) { return static_cast<int>(random_() % bound); }
  bool OneIn(int n) { return Below(n) == 0; }

  // Faults, and other replicas that run in the middle of a round trip.
  void Script(Replica& replica) {
    replica.store.before_write = [this, &replica](const auto&) {
      if (OneIn(4)) StepOne(*replicas_[Below(kReplicas)]);
      if (OneIn(10)) replica.store.gathers_that_fail = Below(3);
    };
    replica.store.fault_of = [this](const auto&) {
      switch (Below(24)) {
        case 0:
          return Fault::kUnavailable;
        case 1:
        case 2:
          return Fault::kUnknownWritten;
        case 3:
          return Fault::kUnknownLost;
        case 4:
          return Fault::kConflict;
        default:
          return Fault::kNone;
      }
    };
  }

  void StepOne(Replica& replica) {
    if (replica.stepping) return;
    replica.stepping = true;
    replica.lane.Step({testing::D("2025-03-20"), now_ms_});
    replica.stepping = false;
  }

  void MakePersons() {
    storage::MemStore store(database_);
    for (int i = 0; i < kPersons; ++i) {
      storage::PersonWrite write{testing::InService(PersonId(i))};
      write.person.version = 0;
      // Everyone may use the account of the one before.
      domain::Registration family = testing::Registered(
          domain::RegistrationKind::kFamilyAccount, "", "2024-01-01");
      family.beneficiary_id = PersonId((i + 1) % kPersons);
      write.person.registrations.push_back(family);
      ASSERT_TRUE(store.PutPersons({&write, 1}).ok());
      const storage::Posting opening{
          "opening",
          "opening",
          {PersonId(i), 0, "account", 20'000, domain::kOpenUntil},
          "test",
          testing::D("2025-01-01"),
          0,
          0};
      ASSERT_TRUE(store.Post({&opening, 1}).ok());
    }
  }

  void MakeOperations() {
    for (int i = 0; i < kOperations; ++i) {
      Operation operation;
      if (!operations_.empty() && OneIn(4)) {
        const Operation& target = operations_[Below(operations_.size())];
        if (target.reverse) continue;
        operation = target;
        operation.reverse = true;
      } else {
        operation.request_id = absl::StrCat("request-", i);
        const int person = Below(kPersons);
        operation.claim =
            testing::PlainClaim(PersonId(person), 100 + Below(30'000));
        if (OneIn(3)) {
          operation.claim.account.use = true;
          operation.claim.account.relatives = {
              PersonId((person + kPersons - 1) % kPersons)};
        }
        if (OneIn(12)) operation.claim.lines[0].item_code = "NO-SUCH";
      }
      operations_.push_back(std::move(operation));
    }
  }

  // Sends some operation to some replica, perhaps for the second time.
  void Send() {
    const size_t chosen = Below(operations_.size());
    Operation& operation = operations_[chosen];
    const bool lost_reply = operation.sent < 3 && OneIn(3);
    if (operation.done && !lost_reply) return;
    ++operation.sent;
    auto request =
        operation.reverse
            ? TestRequest::Reverse(operation.claim.person_id,
                                   operation.request_id)
            : TestRequest::Settle(operation.request_id, operation.claim);
    Replica& replica = *replicas_[Below(kReplicas)];
    if (replica.queue.Push({request.get(), nullptr}) == PushResult::kPushed) {
      under_way_.push_back({chosen, std::move(request)});
    }
    if (OneIn(5)) {
      auto quote = TestRequest::Quote(operation.claim);
      replica.queue.Push({quote.get(), nullptr});
      quotes_.push_back(std::move(quote));
    }
  }

  void Collect() {
    std::erase_if(under_way_, [this](const Sent& sent) {
      if (!sent.request->Answered()) return false;
      EXPECT_EQ(sent.request->answers.size(), 1);
      const std::string bytes = sent.request->Bytes();
      if (!Transient(bytes)) {
        operations_[sent.operation].answers.insert(bytes);
        operations_[sent.operation].done = true;
      }
      return true;
    });
  }

  bool Finished() const {
    for (const Operation& operation : operations_) {
      if (!operation.done) return false;
    }
    for (const auto& quote : quotes_) {
      if (!quote->Answered()) return false;
    }
    return under_way_.empty();
  }

  // All answers of one operation say the same; what they say is recorded.
  void CheckOperation(const Operation& operation) {
    const auto id = storage::DeriveSettlementId("H1", operation.claim.person_id,
                                                operation.request_id);
    const auto* record =
        database_.SettlementForTest(operation.claim.person_id, id);
    const auto* reversal = database_.SettlementForTest(
        operation.claim.person_id, storage::DeriveReversalId(id));
    std::set<std::string> answers = operation.answers;
    if (!operation.reverse && answers.erase("REQUEST_REVERSED") > 0) {
      ASSERT_NE(record, nullptr);
      EXPECT_TRUE(record->kind == domain::RecordKind::kClosed ||
                  reversal != nullptr);
      if (answers.empty()) return;
    }
    if (answers.size() == 2 && answers.erase("ITEM_UNKNOWN") == 1) {
      EXPECT_EQ(answers, std::set<std::string>{"REQUEST_REVERSED"});
    }
    ASSERT_EQ(answers.size(), 1) << operation.request_id;
    const std::string& answer = *answers.begin();
    if (answer == "ITEM_UNKNOWN") {
      if (record != nullptr) {
        EXPECT_EQ(record->kind, domain::RecordKind::kClosed);
      }
      return;
    }
    ASSERT_NE(record, nullptr) << answer;
    if (answer == "closed") {
      EXPECT_EQ(record->kind, domain::RecordKind::kClosed);
    } else if (operation.reverse) {
      ASSERT_NE(reversal, nullptr);
      EXPECT_EQ(answer, reversal->reply);
    } else {
      EXPECT_EQ(answer, record->reply);
    }
  }

  // Ledger = the sum of all movements; caps hold; every write of a row moved
  // its version by one.
  void CheckLedger() {
    storage::MemStore store(database_);
    std::map<CounterKey, int64_t> sums;
    std::map<CounterKey, int64_t> stored;
    std::map<domain::LedgerKey, int64_t> writes;
    const auto persons = store.ScanPersons("", 100);
    ASSERT_TRUE(persons.ok());
    for (const std::string& person : *persons) {
      const auto history = store.ReadHistory(person);
      ASSERT_TRUE(history.ok());
      const auto add = [&sums](const domain::Movement& movement) {
        sums[{movement.person_id, movement.year, movement.counter}] +=
            movement.amount;
      };
      for (const auto& record : history->settlements) {
        for (const auto& movement : record.movements) add(movement);
        for (const auto& row : record.rows) {
          ++writes[{row.person_id, row.year}];
        }
      }
      for (const auto& posting : history->postings) {
        add(posting.movement);
        ++writes[{posting.movement.person_id, posting.movement.year}];
      }
      for (const auto& [key, row] : history->ledger) {
        for (const auto& entry : row.entries()) {
          stored[{key.person_id, key.year, entry.name}] = entry.amount;
        }
        EXPECT_LE(row.Get("cap/test-outpatient"), testing::kCapFen);
        EXPECT_GE(row.Get(domain::kAccountCounter), 0);
      }
    }
    std::erase_if(sums, [](const auto& sum) { return sum.second == 0; });
    EXPECT_EQ(sums, stored);
    for (const auto& [key, count] : writes) {
      ASSERT_NE(database_.LedgerForTest(key), nullptr);
      EXPECT_EQ(database_.LedgerForTest(key)->version, count);
    }
  }

  std::mt19937_64 random_;
  storage::MemDatabase database_{storage::MemDatabase::OnHeldRow::kRefuse};
  std::vector<std::unique_ptr<Replica>> replicas_;
  std::vector<Operation> operations_;
  std::vector<Sent> under_way_;
  std::vector<std::unique_ptr<TestRequest>> quotes_;
  int64_t now_ms_ = 1'742'400'000'000;
};

uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

TEST(SimulationTest, EveryHistoryAddsUp) {
  const uint64_t first = FromEnvironment("ONESTOP_SIMULATION_SEED", 1);
  const bool one = std::getenv("ONESTOP_SIMULATION_SEED") != nullptr;
  const uint64_t count = one ? 1 : FromEnvironment("ONESTOP_SIMULATIONS", 1000);
  Met met;
  for (uint64_t seed = first; seed < first + count; ++seed) {
    SCOPED_TRACE(absl::StrCat("ONESTOP_SIMULATION_SEED=", seed));
    History history(seed);
    history.Run();
    history.Check();
    history.AddTo(met);
    if (HasFailure()) break;
  }
  if (one || HasFailure()) return;
  EXPECT_GT(met.conflicts, 0);
  EXPECT_GT(met.commit_unknown, 0);
  EXPECT_GT(met.locked_gathers, 0);
  EXPECT_GT(met.storage_errors, 0);
}

}  // namespace
}  // namespace onestop::server
