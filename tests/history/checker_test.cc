// The checker finds nothing in a sound history, and each wrong that is planted
// in it.
#include "tests/history/checker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "storage/ids.h"
#include "storage/mem_store.h"
#include "tests/storage/settled_world.h"
#include "tests/support/status_matchers.h"
#include "wire/reversal.h"

namespace onestop::history {
namespace {

using domain::SettlementId;
using domain::SettlementRecord;
using storage::SettledWorld;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kOwner[] = "OWNER";
constexpr char kChild[] = "CHILD";
constexpr char kResident[] = "RESIDENT";

absl::Status Refusal(const char* reason) {
  return MakeError(absl::StatusCode::kFailedPrecondition, reason, "refused");
}

// The settled world, and the operations by which it may have come about: one
// after the other, each answered before the next was sent.
struct World {
  World() {
    Post("opening", "O1", domain::kNoYear, "account", 100'000);
    Post("usage", "U1", 2025, "cap/inpatient", 5'000);
    Settle(kOwner, settled.visit);
    Settle(kOwner, settled.second_visit);
    Settle(kChild, settled.family_visit);
    Settle(kChild, settled.reversed);
    Reverse(kChild, settled.reversed, settled.reversal);
    Settle(kOwner, settled.prescription);
    Reverse(kResident, settled.closed, settled.closed);
    Settle(kOwner, settled.next_year);
  }

  SettlementRecord& Record(const char* person, const SettlementId& id) {
    SettlementRecord* record = database.SettlementForTest(person, id);
    EXPECT_NE(record, nullptr);
    return *record;
  }
  // The operation that settles or reverses under the request id.
  Operation& Settled(const std::string& request_id) {
    return Find([&](const Operation& operation) {
      const auto* ask = std::get_if<wire::SettleAsk>(&operation.ask);
      return ask != nullptr && ask->request_id == request_id;
    });
  }
  Operation& Reversed(const std::string& request_id) {
    return Find([&](const Operation& operation) {
      const auto* ask = std::get_if<wire::ReverseAsk>(&operation.ask);
      return ask != nullptr && ask->settle_request_id == request_id;
    });
  }
  Operation& Posted(const std::string& id) {
    return Find([&](const Operation& operation) {
      const auto* posting = std::get_if<storage::Posting>(&operation.ask);
      return posting != nullptr && posting->posting_id == id;
    });
  }

  // Sent after all that is there, and answered.
  Attempt Answered(absl::Status status, std::string answer = "") {
    Attempt attempt;
    attempt.where = "A";
    attempt.sent = ++now;
    attempt.answered = ++now;
    attempt.status = std::move(status);
    attempt.answer = std::move(answer);
    return attempt;
  }
  void Retry(Operation& operation, absl::Status status,
             std::string answer = "") {
    operation.attempts.push_back(
        Answered(std::move(status), std::move(answer)));
  }

  Verdict Judge() {
    CheckOptions options;
    options.verify = SettledWorld::Options();
    const auto verdict = Check(operations, store, options);
    EXPECT_THAT(verdict, IsOk());
    return *verdict;
  }

  storage::MemDatabase database;
  storage::MemStore store{database};
  SettledWorld settled{store};
  std::vector<Operation> operations;
  int64_t now = 0;

 private:
  template <typename Predicate>
  Operation& Find(Predicate predicate) {
    for (Operation& operation : operations) {
      if (predicate(operation)) return operation;
    }
    ADD_FAILURE() << "no such operation";
    return operations.front();
  }
  void Add(Ask ask, std::string answer) {
    operations.push_back({std::move(ask), {Answered({}, std::move(answer))}});
  }
  void Post(const char* kind, const char* id, int32_t year, const char* counter,
            int64_t amount) {
    storage::Posting posting;
    posting.kind = kind;
    posting.posting_id = id;
    posting.movement = {kOwner, year, counter, amount, domain::kOpenUntil};
    Add(posting, "");
  }
  void Settle(const char* person, const SettlementId& id) {
    const SettlementRecord& record = Record(person, id);
    Add(wire::SettleAsk{record.request_id, record.claim, {}, {}}, record.reply);
  }
  void Reverse(const char* person, const SettlementId& target,
               const SettlementId& left) {
    const SettlementRecord& record = Record(person, left);
    wire::ReverseAsk ask;
    ask.person_id = person;
    ask.by_request_id = true;
    ask.institution_id = record.institution_id;
    ask.settle_request_id = record.request_id;
    EXPECT_EQ(TargetOf(ask), target);
    Add(ask, record.reply);
  }
};

// What a lane would do: the attempt that is written down, undone in the store.
Operation Another(const Operation& operation, int64_t more_fen) {
  Operation other{operation.ask, {}};
  std::get<wire::SettleAsk>(other.ask).claim.lines[0].amount.fen += more_fen;
  return other;
}

TEST(CheckTest, ASoundHistoryHasNoProblems) {
  World world;
  const Verdict verdict = world.Judge();
  EXPECT_THAT(verdict.problems, IsEmpty());
  EXPECT_TRUE(verdict.ok());
  EXPECT_EQ(verdict.operations, 10);
  EXPECT_EQ(verdict.calls, 10);
  EXPECT_EQ(verdict.acknowledged, 10);
  EXPECT_EQ(verdict.verify.counts.settlements, 6);
}

TEST(CheckTest, TrueAnswersAreNoProblems) {
  World world;
  Operation& first = world.Settled("Q1");
  world.Retry(first, {}, first.attempts[0].answer);
  world.Retry(first, Refusal("STORAGE_UNAVAILABLE"));
  world.Retry(first, absl::UnavailableError("the connection broke"));
  world.Retry(world.Settled("Q4"), Refusal("REQUEST_REVERSED"));
  Operation other = Another(first, 1);
  world.Retry(other, Refusal("REQUEST_ID_REUSED"));
  world.operations.push_back(other);
  Operation lost{first.ask, {}};
  std::get<wire::SettleAsk>(lost.ask).request_id = "NEVER";
  lost.attempts.emplace_back();
  world.operations.push_back(lost);
  const Verdict verdict = world.Judge();
  EXPECT_THAT(verdict.problems, IsEmpty());
  EXPECT_EQ(verdict.unknown, 2);
  EXPECT_EQ(verdict.refused, 3);
  EXPECT_EQ(verdict.never_known, 1);
}

// Of one id, the amount that was never booked says nothing of the one that is.
TEST(CheckTest, APostingMayHaveBeenSentWithAnotherAmount) {
  World world;
  Operation other{world.Posted("U1").ask, {}};
  std::get<storage::Posting>(other.ask).movement.amount += 1;
  other.attempts.emplace_back();
  other.attempts.back().sent = ++world.now;
  world.operations.push_back(other);
  EXPECT_THAT(world.Judge().problems, IsEmpty());
}

TEST(CheckTest, PostingsFromBeforeNeedNoOperation) {
  World world;
  world.operations.erase(world.operations.begin(),
                         world.operations.begin() + 2);
  EXPECT_EQ(world.Judge().broken, 2);
  CheckOptions options;
  options.verify = SettledWorld::Options();
  options.from_before = [](const storage::Posting&) { return true; };
  EXPECT_TRUE(Check(world.operations, world.store, options)->ok());
}

// One wrong, what it is counted as, and what must be said about it.
struct Wrong {
  const char* name;
  std::function<void(World&)> plant;
  int64_t Verdict::*count;
  const char* said;
};

void PrintTo(const Wrong& wrong, std::ostream* out) { *out << wrong.name; }

class CheckingWrongs : public ::testing::TestWithParam<Wrong> {};

TEST_P(CheckingWrongs, IsFound) {
  World world;
  GetParam().plant(world);
  const Verdict verdict = world.Judge();
  EXPECT_FALSE(verdict.ok());
  if (GetParam().count != nullptr) {
    EXPECT_GT(verdict.*GetParam().count, 0);
  }
  EXPECT_THAT(verdict.problems, Contains(HasSubstr(GetParam().said)));
}

std::vector<Wrong> StoreWrongs() {
  return {
      {"ASettlementThatIsLost",
       [](World& w) {
         w.database.EraseSettlementForTest(kOwner, w.settled.visit);
       },
       &Verdict::lost, "settle H3/OWNER/Q1 was acknowledged and is not there"},
      {"AReversalThatIsLost",
       [](World& w) {
         w.database.EraseSettlementForTest(kChild, w.settled.reversal);
       },
       &Verdict::lost, "reverse H3/CHILD/Q4 was acknowledged and is not there"},
      {"AnotherAnswerIsKept",
       [](World& w) { w.Record(kOwner, w.settled.visit).reply += "x"; },
       &Verdict::differing, "acknowledged with other bytes than are kept"},
      {"AnotherReversalAnswerIsKept",
       [](World& w) { w.Record(kChild, w.settled.reversal).reply += "x"; },
       &Verdict::differing, "reverse H3/CHILD/Q4 was acknowledged with other"},
      {"AnotherClaimIsBooked",
       [](World& w) {
         w.Record(kOwner, w.settled.visit).claim.lines[0].amount.fen += 1;
       },
       &Verdict::lost, "another claim is booked under its request id"},
      {"TheSameTwice",
       [](World& w) {
         w.Record(kOwner, w.settled.second_visit).request_id = "Q1";
       },
       &Verdict::doubled, "settlement H3/OWNER/Q1 is there twice"},
      {"AReplacementWithoutItsReversal",
       [](World& w) {
         w.Record(kOwner, w.settled.second_visit).replaces = w.settled.visit;
       },
       &Verdict::half, "which was not reversed"},
      {"AReversalWithoutItsReplacement",
       [](World& w) {
         SettlementRecord& reversal = w.Record(kChild, w.settled.reversal);
         reversal.reply = wire::ReversalReply(
             reversal, &w.Record(kChild, w.settled.reversed),
             {"refund", "O1", std::string(32, 'f')});
       },
       &Verdict::half, "but its replacement ffffffff"},
      {"ACounterThatIsNotTheSum",
       [](World& w) {
         w.database.LedgerForTest({kOwner, 2025})->Set({"paid/none", 1, {}});
       },
       nullptr, "verify: "},
      {"ACounterBelowZero",
       [](World& w) {
         w.database.LedgerForTest({kOwner, 2025})->Set({"paid/none", -1, {}});
       },
       &Verdict::broken, "is -1, below zero"},
      {"ACapThatIsExceeded",
       [](World& w) {
         domain::LedgerRow& row = *w.database.LedgerForTest({kOwner, 2025});
         for (const domain::LedgerEntry& entry :
              std::vector<domain::LedgerEntry>(row.entries().begin(),
                                               row.entries().end())) {
           if (entry.name != "cap/inpatient") {
             row.Set({entry.name, 1'000'000'000, entry.until});
           }
         }
       },
       &Verdict::broken, "over its cap of"},
  };
}

std::vector<Wrong> AnswerWrongs() {
  return {
      {"TwoAnswersToOneRequest",
       [](World& w) {
         Operation& first = w.Settled("Q1");
         w.Retry(first, {}, first.attempts[0].answer + "x");
       },
       &Verdict::differing, "two answers to one request differ"},
      {"BookedThoughRefused",
       [](World& w) {
         w.Settled("Q1").attempts[0] =
             w.Answered(Refusal("STORAGE_UNAVAILABLE"));
       },
       &Verdict::broken,
       "settlement H3/OWNER/Q1 is there, although every attempt was refused"},
      {"ReversedThoughRefused",
       [](World& w) {
         w.Reversed("Q4").attempts[0] = w.Answered(Refusal("CONFLICT"));
       },
       &Verdict::broken, "reversal of H3/CHILD/Q4 is there, although every"},
      {"PostedThoughRefused",
       [](World& w) {
         w.Posted("U1").attempts[0] = w.Answered(Refusal("YEAR_CLOSED"));
       },
       &Verdict::broken, "usage OWNER/U1 is there, although every attempt"},
      {"FromNowhere", [](World& w) { w.operations.pop_back(); },
       &Verdict::broken, "settlement H3/OWNER/Q7 was asked for by nobody"},
      {"APostingFromNowhere",
       [](World& w) { w.operations.erase(w.operations.begin()); },
       &Verdict::broken, "opening OWNER/O1 was asked for by nobody"},
      {"APostingThatIsLost",
       [](World& w) {
         Operation other = w.Posted("U1");
         std::get<storage::Posting>(other.ask).posting_id = "U2";
         w.operations.push_back(other);
       },
       &Verdict::lost, "post usage OWNER/U2 was acknowledged and is not there"},
  };
}

std::vector<Wrong> RequestIdWrongs() {
  return {
      {"ReversedThatIsNot",
       [](World& w) { w.Retry(w.Settled("Q1"), Refusal("REQUEST_REVERSED")); },
       &Verdict::broken, "but it is neither reversed nor closed"},
      {"ReversedBeforeItWas",
       [](World& w) {
         w.Settled("Q4").attempts[0].status = Refusal("REQUEST_REVERSED");
         w.Settled("Q4").attempts.emplace_back();  // and one unknown
       },
       &Verdict::broken, "before anyone had asked for a reversal"},
      {"SettledAfterItsReversal",
       [](World& w) {
         Operation& operation = w.Settled("Q4");
         w.Retry(operation, {}, operation.attempts[0].answer);
         std::swap(operation.attempts[0], operation.attempts[1]);
       },
       &Verdict::broken, "settled after its reversal had been acknowledged"},
      {"AClosedIdThatSettled",
       [](World& w) {
         Operation late{w.Settled("Q1").ask, {}};
         auto& ask = std::get<wire::SettleAsk>(late.ask);
         ask.request_id = "Q6";
         ask.claim.person_id = kResident;
         w.Retry(late, {}, "settled");
         w.operations.push_back(late);
       },
       &Verdict::lost, "was acknowledged, but its id is closed"},
      {"TwoClaimsUnderOneId",
       [](World& w) {
         Operation other = Another(w.Settled("Q1"), 1);
         w.Retry(other, {}, "settled too");
         w.operations.push_back(other);
       },
       &Verdict::lost, "another claim is booked under its request id"},
      {"ReusedThoughItIsTheSame",
       [](World& w) { w.Retry(w.Settled("Q1"), Refusal("REQUEST_ID_REUSED")); },
       &Verdict::broken, "but no other claim is booked under its id"},
      {"AnIdThatIsNotRecognised",
       [](World& w) {
         Operation other = Another(w.Settled("Q1"), 1);
         w.Retry(other, Refusal("ITEM_UNKNOWN"));
         w.operations.push_back(other);
       },
       &Verdict::broken, "the id was not recognised"},
      {"AnUnknownSettlementThatIsKnown",
       [](World& w) {
         Operation reverse{w.Reversed("Q4").ask, {}};
         auto& ask = std::get<wire::ReverseAsk>(reverse.ask);
         ask.person_id = kOwner;
         ask.by_request_id = false;
         ask.settlement_id = w.settled.visit;
         w.Retry(reverse, Refusal("SETTLEMENT_UNKNOWN"));
         w.operations.push_back(reverse);
       },
       &Verdict::lost, "was told that there is no such settlement"},
      {"SomethingBrokenInside",
       [](World& w) { w.Retry(w.Settled("Q1"), Refusal("INVARIANT_BROKEN")); },
       &Verdict::broken, "was refused as INVARIANT_BROKEN"},
  };
}

std::vector<Wrong> OrderWrongs() {
  return {
      {"AgainstRealTime",
       [](World& w) {
         std::swap(w.Settled("Q1").attempts[0].sent,
                   w.Settled("Q2").attempts[0].sent);
         std::swap(w.Settled("Q1").attempts[0].answered,
                   w.Settled("Q2").attempts[0].answered);
       },
       &Verdict::broken, "but comes after it in the ledger of OWNER"},
      {"AnOldCatalog",
       [](World& w) { w.Settled("Q7").attempts[0].least_catalog = 9; },
       &Verdict::broken, "was decided by catalog 2, but its replica had 9"},
      {"AClosedYear",
       [](World& w) { w.Settled("Q7").attempts[0].year_closed = true; },
       &Verdict::broken, "was settled in a closed year"},
  };
}

INSTANTIATE_TEST_SUITE_P(Store, CheckingWrongs,
                         ::testing::ValuesIn(StoreWrongs()));
INSTANTIATE_TEST_SUITE_P(Answers, CheckingWrongs,
                         ::testing::ValuesIn(AnswerWrongs()));
INSTANTIATE_TEST_SUITE_P(RequestIds, CheckingWrongs,
                         ::testing::ValuesIn(RequestIdWrongs()));
INSTANTIATE_TEST_SUITE_P(Order, CheckingWrongs,
                         ::testing::ValuesIn(OrderWrongs()));

// The reply of the commit was lost; before it was looked up, it was reversed.
TEST(CheckTest, ASettleMayBeToldOfItsOwnReversal) {
  World world;
  world.Settled("Q4").attempts[0].status = Refusal("REQUEST_REVERSED");
  world.Settled("Q4").attempts[0].answered =
      *world.Reversed("Q4").attempts[0].answered + 1;
  const Verdict verdict = world.Judge();
  EXPECT_THAT(verdict.problems, ::testing::IsEmpty());
  EXPECT_TRUE(verdict.ok());
}

// A registration of the owner, booked as version 3 of the person.
class CheckingRegistrations : public ::testing::Test {
 protected:
  CheckingRegistrations() {
    auto persons = *world_.store.GetPersons({kOwner});
    storage::PersonWrite write{persons[0]};
    domain::Registration registration = write.person.registrations[0];
    registration.registration_id = "F2";
    registration.request_id = "R1";
    registration.person_version = write.person.version + 1;
    write.person.registrations.push_back(registration);
    EXPECT_THAT(world_.store.PutPersons({&write, 1}), IsOk());
    Operation operation{wire::RegisterAsk{"R1", kOwner, registration}, {}};
    world_.Retry(operation, {}, "registered");
    world_.operations.push_back(operation);
  }
  Operation& Registered() { return world_.operations.back(); }
  Verdict Judge() { return world_.Judge(); }

  World world_;
};

TEST_F(CheckingRegistrations, SoundIsNoProblem) {
  EXPECT_THAT(Judge().problems, IsEmpty());
}

TEST_F(CheckingRegistrations, LostIsFound) {
  std::get<wire::RegisterAsk>(Registered().ask).request_id = "R2";
  const Verdict verdict = Judge();
  EXPECT_EQ(verdict.lost, 1);
  EXPECT_EQ(verdict.broken, 1);  // and R1 is from nowhere
}

TEST_F(CheckingRegistrations, TwoAnswersAreFound) {
  world_.Retry(Registered(), {}, "registered otherwise");
  EXPECT_EQ(Judge().differing, 1);
}

TEST_F(CheckingRegistrations, ASettleThatDidNotReadItIsFound) {
  Attempt& attempt = Registered().attempts[0];
  attempt.sent = 0;
  attempt.answered = 0;
  EXPECT_THAT(Judge().problems,
              Contains(HasSubstr("read version 2 of OWNER, but version 3 had "
                                 "been acknowledged before it was sent")));
}

}  // namespace
}  // namespace onestop::history
