// Reconciliation over gRPC, on both stores: planted differences of every kind
// are found and named; comparing twice changes nothing; what was compared does
// not travel again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/limits.h"
#include "onestop/v1/reconciliation.grpc.pb.h"
#include "storage/book_digest.h"
#include "storage/ids.h"
#include "tests/server/server_fixture.h"
#include "tests/server/server_world.h"

namespace onestop::server {
namespace {

using testing::Client;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::SettleRow;

constexpr char kToday[] = "2025-03-20";
constexpr std::chrono::seconds kSoon{20};

// A hospital's books: rows by day.
using Books = std::map<std::string, std::vector<pb::BookRow>>;

domain::SettlementId IdOf(const pb::BookRow& row) {
  auto id =
      row.settlement_id().empty()
          ? storage::DeriveSettlementId("H2", row.person_id(), row.request_id())
          : *domain::SettlementId::Parse(row.settlement_id());
  return row.reversal() ? storage::DeriveReversalId(id) : id;
}

std::map<int, std::vector<pb::BookRow>> BucketsOf(
    const std::vector<pb::BookRow>& rows) {
  std::map<int, std::vector<pb::BookRow>> buckets;
  for (const pb::BookRow& row : rows) {
    buckets[storage::BucketOf(IdOf(row))].push_back(row);
  }
  return buckets;
}

std::string DigestOf(const std::vector<pb::BookRow>& rows) {
  std::vector<storage::BookLine> lines;
  for (const pb::BookRow& row : rows) {
    lines.push_back(storage::LineOf({IdOf(row), row.person_id(), "",
                                     row.reversal(), row.gross_fen(),
                                     row.fund_pay_fen(), row.account_fen()}));
  }
  std::sort(lines.begin(), lines.end());
  return storage::DigestLines(lines.data(), lines.size());
}

class ReconcileTest : public ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    if (IsSkipped()) return;
    stub_ = StubOf(*server_);
  }

  using Stream = grpc::ClientReaderWriter<pb::ReconcileDetailsRequest,
                                          pb::ReconcileDetailsResponse>;

  static std::unique_ptr<pb::ReconciliationService::Stub> StubOf(
      const Server& server) {
    return pb::ReconciliationService::NewStub(
        grpc::CreateChannel(absl::StrCat("127.0.0.1:", server.port()),
                            grpc::InsecureChannelCredentials()));
  }

  // A stream whose first step is answered.
  std::unique_ptr<Stream> Begun(grpc::ClientContext& context,
                                const std::string& id) {
    auto stream = stub_->ReconcileDetails(&context);
    pb::ReconcileDetailsRequest request;
    *request.mutable_begin() = BeginRow(id);
    pb::ReconcileDetailsResponse answer;
    EXPECT_TRUE(stream->Write(request) && stream->Read(&answer));
    return stream;
  }

  // Settles; the row that an honest hospital writes.
  pb::BookRow Settle(const std::string& id, const std::string& person,
                     int64_t fen) {
    const pb::Receipt receipt = Settled(SettleRow(id, person, fen)).receipt();
    pb::BookRow row;
    row.set_settlement_id(receipt.settlement_id());
    row.set_request_id(id);
    row.set_person_id(person);
    row.set_gross_fen(receipt.totals().gross_fen());
    row.set_fund_pay_fen(receipt.totals().fund_pay_fen());
    row.set_account_fen(receipt.totals().account_fen());
    return row;
  }
  pb::BookRow TakeBack(const pb::BookRow& settled) {
    EXPECT_TRUE(
        Reverse(ReverseRow(settled.person_id(), settled.request_id())).ok());
    pb::BookRow row = settled;
    row.set_reversal(true);
    row.set_gross_fen(-settled.gross_fen());
    row.set_fund_pay_fen(-settled.fund_pay_fen());
    row.set_account_fen(-settled.account_fen());
    return row;
  }

  static pb::ReconcileBegin BeginRow(const std::string& id) {
    pb::ReconcileBegin begin;
    begin.set_request_id(id);
    begin.set_institution_id("H2");
    begin.set_booked_from("2025-03-18");
    begin.set_booked_until(kToday);
    return begin;
  }

  static pb::ReconcilePrepare PrepareRow() {
    const pb::ReconcileBegin begin = BeginRow("r");
    pb::ReconcilePrepare prepare;
    prepare.set_institution_id(begin.institution_id());
    prepare.set_booked_from(begin.booked_from());
    prepare.set_booked_until(begin.booked_until());
    return prepare;
  }

  // A comparison to its end, if it is not refused; how many rows travelled is
  // left in `sent_`. `prepared`: sent before it.
  absl::StatusOr<pb::ReconcileSummary> Compare(
      const pb::ReconcileBegin& begin, const Books& books,
      const std::vector<pb::ReconcilePrepare>& prepared = {}) {
    grpc::ClientContext context;
    const auto stream = stub_->ReconcileDetails(&context);
    pb::ReconcileDetailsRequest request;
    pb::ReconcileDetailsResponse answer;
    sent_ = 0;
    const auto step = [&] {
      return stream->Write(request) && stream->Read(&answer);
    };
    bool going = true;
    for (const pb::ReconcilePrepare& prepare : prepared) {
      *request.mutable_prepare() = prepare;
      going = going && step() && answer.prepared().as_of().seconds() > 0;
    }
    *request.mutable_begin() = begin;
    going = going && step();
    for (const auto& [day, rows] : books) {
      if (!going) break;
      const auto buckets = BucketsOf(rows);
      request.mutable_day()->Clear();
      request.mutable_day()->set_booked_on(day);
      for (const auto& [bucket, in_it] : buckets) {
        pb::BookBucket& one = *request.mutable_day()->add_buckets();
        one.set_bucket(bucket);
        one.set_digest(DigestOf(in_it));
      }
      going = step();
      if (!going || answer.wanted().buckets().empty()) continue;
      const pb::ReconcileWanted wanted = answer.wanted();
      request.mutable_rows()->set_booked_on(day);
      for (const int bucket : wanted.buckets()) {
        pb::BookBucketRows& one = *request.mutable_rows()->add_buckets();
        one.set_bucket(bucket);
        for (const pb::BookRow& row : buckets.at(bucket)) {
          *one.add_rows() = row;
          ++sent_;
        }
      }
      going = step();
    }
    if (going) {
      request.mutable_end();
      going = step();
    }
    if (going) stream->WritesDone();
    const grpc::Status status = stream->Finish();
    if (!status.ok()) return Client::ToStatus(status);
    return answer.summary();
  }

  absl::StatusOr<pb::ListDifferencesResponse> List(
      const std::string& id, int page_size = 1000,
      const std::string& token = "") {
    grpc::ClientContext context;
    pb::ListDifferencesRequest request;
    request.set_request_id(id);
    request.set_page_size(page_size);
    request.set_page_token(token);
    pb::ListDifferencesResponse response;
    const auto status = stub_->ListDifferences(&context, request, &response);
    if (!status.ok()) return Client::ToStatus(status);
    return response;
  }

  // The whole answer, but for the moment as of which it holds: each comparison
  // has its own.
  std::string Listed(const std::string& id) {
    auto list = List(id);
    EXPECT_TRUE(list.ok()) << list.status();
    if (!list.ok()) return "";
    list->clear_as_of();
    list->mutable_summary()->clear_as_of();
    return list->SerializeAsString();
  }

  // "request id: class repair fields", sorted.
  std::vector<std::string> Found(const std::string& id) {
    std::vector<std::string> found;
    const auto list = List(id);
    EXPECT_TRUE(list.ok()) << list.status();
    if (!list.ok()) return found;
    for (const pb::Difference& one : list->differences()) {
      const pb::BookRow& row = one.has_ledger() ? one.ledger() : one.books();
      found.push_back(absl::StrCat(
          row.request_id(), row.reversal() ? " back" : "", ": ",
          pb::DifferenceClass_Name(one.difference_class())
              .substr(std::string("DIFFERENCE_CLASS_").size()),
          " ",
          pb::Repair_Name(one.repair()).substr(std::string("REPAIR_").size()),
          one.other_day().empty() ? "" : " " + one.other_day(),
          one.fields().empty() ? "" : " ", absl::StrJoin(one.fields(), ",")));
    }
    std::sort(found.begin(), found.end());
    return found;
  }

  std::unique_ptr<pb::ReconciliationService::Stub> stub_;
  int sent_ = 0;
};

TEST_P(ReconcileTest, EqualBooksTravelAsDigestsAlone) {
  Books books;
  for (int i = 0; i < 20; ++i) {
    books[kToday].push_back(
        Settle(absl::StrCat("s", i), absl::StrCat("E", i % 10), 1'000 + i));
  }
  books[kToday].push_back(TakeBack(books[kToday][3]));
  const auto summary = Compare(BeginRow("r"), books);
  ASSERT_TRUE(summary.ok()) << summary.status();
  EXPECT_EQ(summary->matched(), 21);
  EXPECT_EQ(sent_, 0);
  EXPECT_THAT(Found("r"), IsEmpty());
}

TEST_P(ReconcileTest, PlantedDifferencesAreFoundAndNamed) {
  Books books;
  std::vector<pb::BookRow> rows;
  for (int i = 0; i < 10; ++i) {
    rows.push_back(
        Settle(absl::StrCat("s", i), absl::StrCat("E", i), 30'000 + i));
  }
  const pb::BookRow lost_back = TakeBack(rows[9]);
  for (const int same : {0, 1, 9}) books[kToday].push_back(rows[same]);
  // s2 is missing; s3 to s6 are wrong in one field or several.
  books[kToday].push_back(rows[3]);
  books[kToday].back().set_gross_fen(30'004);
  books[kToday].push_back(rows[4]);
  books[kToday].back().set_fund_pay_fen(rows[4].fund_pay_fen() - 1);
  books[kToday].push_back(rows[5]);
  books[kToday].back().set_account_fen(7);
  books[kToday].push_back(rows[6]);
  books[kToday].back().set_person_id("E0");
  books[kToday].push_back(rows[7]);
  books[kToday].push_back(rows[7]);
  books["2025-03-19"].push_back(rows[8]);
  // Never settled: a settle and a reversal that got lost.
  pb::BookRow ghost = rows[0];
  ghost.clear_settlement_id();
  ghost.set_request_id("ghost");
  books["2025-03-18"].push_back(ghost);
  pb::BookRow undone = rows[1];
  undone.set_reversal(true);
  undone.set_gross_fen(-undone.gross_fen());
  books[kToday].push_back(undone);

  const auto summary = Compare(BeginRow("r"), books);
  ASSERT_TRUE(summary.ok()) << summary.status();
  EXPECT_THAT(Found("r"),
              ElementsAre("ghost: ONLY_IN_BOOKS SETTLE_AGAIN",
                          "s1 back: ONLY_IN_BOOKS REVERSE",
                          "s2: ONLY_IN_LEDGER REVERSE",
                          "s3: AMOUNTS_DIFFER CORRECT_BOOKS gross_fen",
                          "s4: AMOUNTS_DIFFER CORRECT_BOOKS fund_pay_fen",
                          "s5: AMOUNTS_DIFFER CORRECT_BOOKS account_fen",
                          "s6: AMOUNTS_DIFFER CORRECT_BOOKS person_id",
                          "s7: TWICE_IN_BOOKS CORRECT_BOOKS",
                          "s8: OTHER_DAY CORRECT_BOOKS 2025-03-19",
                          "s8: OTHER_DAY CORRECT_BOOKS 2025-03-20",
                          "s9 back: ONLY_IN_LEDGER CORRECT_BOOKS"));
  EXPECT_EQ(summary->matched(), 4);  // s0, s1, s9, one of s7
  EXPECT_EQ(summary->only_in_ledger(), 2);
  EXPECT_EQ(summary->only_in_books(), 2);
  EXPECT_EQ(summary->amounts_differ(), 4);
  EXPECT_EQ(summary->other_day(), 2);
  EXPECT_EQ(summary->twice_in_books(), 1);
  const auto before = Listed("r");

  // Again: the same, and nothing travels.
  auto again = Compare(BeginRow("r"), books);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(sent_, 0);
  *again->mutable_as_of() = summary->as_of();
  EXPECT_EQ(again->SerializeAsString(), summary->SerializeAsString());
  EXPECT_EQ(Listed("r"), before);

  // The books are corrected: only s2 is still missing.
  books = {{kToday, rows}};
  books[kToday].erase(books[kToday].begin() + 2);
  books[kToday].push_back(lost_back);
  const auto corrected = Compare(BeginRow("r"), books);
  ASSERT_TRUE(corrected.ok()) << corrected.status();
  EXPECT_THAT(Found("r"), ElementsAre("s2: ONLY_IN_LEDGER REVERSE"));
  EXPECT_EQ(corrected->matched(), 10);
}

TEST_P(ReconcileTest, PagesHoldEachDifferenceOnce) {
  for (int i = 0; i < 7; ++i) Settle(absl::StrCat("s", i), "E1", 1'000);
  ASSERT_TRUE(Compare(BeginRow("r"), {}).ok());
  std::vector<std::string> ids;
  std::string token;
  do {
    const auto page = List("r", 3, token);
    ASSERT_TRUE(page.ok()) << page.status();
    EXPECT_LE(page->differences_size(), 3);
    EXPECT_EQ(page->summary().only_in_ledger(), 7);
    for (const auto& one : page->differences()) {
      ids.push_back(one.ledger().request_id());
    }
    token = page->next_page_token();
  } while (!token.empty());
  std::sort(ids.begin(), ids.end());
  EXPECT_THAT(ids, ElementsAre("s0", "s1", "s2", "s3", "s4", "s5", "s6"));
}

TEST_P(ReconcileTest, TotalsAreBalancedOrByHowMuchNot) {
  const pb::BookRow first = Settle("s0", "E0", 50'000);
  const pb::BookRow second = Settle("s1", "E1", 60'000);
  TakeBack(second);
  pb::ReconcileTotalsRequest request;
  request.set_institution_id("H2");
  request.set_booked_from(kToday);
  request.set_booked_until(kToday);
  request.set_clearing_type("11");
  request.mutable_books()->set_rows(3);
  request.mutable_books()->set_gross_fen(50'000);
  request.mutable_books()->set_fund_pay_fen(first.fund_pay_fen());
  const auto ask = [&] {
    grpc::ClientContext context;
    pb::ReconcileTotalsResponse response;
    const auto status = stub_->ReconcileTotals(&context, request, &response);
    EXPECT_TRUE(status.ok()) << Client::ToStatus(status);
    return response;
  };
  EXPECT_TRUE(ask().balanced());
  EXPECT_EQ(ask().days_size(), 1);
  EXPECT_EQ(ask().days(0).digest().size(), 32u);
  request.mutable_books()->set_gross_fen(49'999);
  request.mutable_books()->set_rows(4);
  EXPECT_FALSE(ask().balanced());
  EXPECT_EQ(ask().difference().gross_fen(), -1);
  EXPECT_EQ(ask().difference().rows(), 1);
  request.set_insurance_type(pb::INSURANCE_TYPE_RESIDENT);
  EXPECT_EQ(ask().ledger().rows(), 0);
}

TEST_P(ReconcileTest, WhatCannotBeComparedIsRefused) {
  const auto refused = [this](pb::ReconcileBegin begin) {
    return ErrorReason(Compare(begin, {}).status());
  };
  pb::ReconcileBegin begin = BeginRow("r");
  begin.set_clearing_type("41");
  EXPECT_EQ(refused(begin), "MALFORMED_REQUEST");
  begin = BeginRow("r");
  begin.set_institution_id("H9");
  EXPECT_EQ(refused(begin), "INSTITUTION_UNKNOWN");
  begin = BeginRow("r");
  ASSERT_TRUE(Compare(begin, {}).ok());
  begin.set_booked_from(kToday);
  EXPECT_EQ(refused(begin), "REQUEST_ID_REUSED");
  EXPECT_EQ(ErrorReason(List("other").status()), "RECONCILIATION_UNKNOWN");
  EXPECT_EQ(ErrorReason(List("r", 10, "xyz").status()), "MALFORMED_REQUEST");

  grpc::ClientContext context;
  const auto stream = stub_->ReconcileDetails(&context);
  pb::ReconcileDetailsRequest request;
  request.mutable_end();
  stream->Write(request);
  pb::ReconcileDetailsResponse answer;
  EXPECT_FALSE(stream->Read(&answer));
  EXPECT_EQ(ErrorReason(Client::ToStatus(stream->Finish())),
            "MALFORMED_REQUEST");
}

// Rows that are not those of the digest would be compared with a lie.
TEST_P(ReconcileTest, RowsMustHaveTheirDigest) {
  const pb::BookRow row = Settle("s0", "E0", 50'000);
  pb::BookRow other = row;
  other.set_gross_fen(1);
  grpc::ClientContext context;
  const auto stream = stub_->ReconcileDetails(&context);
  pb::ReconcileDetailsRequest request;
  pb::ReconcileDetailsResponse answer;
  *request.mutable_begin() = BeginRow("r");
  ASSERT_TRUE(stream->Write(request) && stream->Read(&answer));
  request.mutable_day()->set_booked_on(kToday);
  pb::BookBucket& bucket = *request.mutable_day()->add_buckets();
  bucket.set_bucket(storage::BucketOf(IdOf(row)));
  bucket.set_digest(DigestOf({other}));
  ASSERT_TRUE(stream->Write(request) && stream->Read(&answer));
  ASSERT_EQ(answer.wanted().buckets_size(), 1);
  request.mutable_rows()->set_booked_on(kToday);
  pb::BookBucketRows& rows = *request.mutable_rows()->add_buckets();
  rows.set_bucket(storage::BucketOf(IdOf(row)));  // The day is gone by now.
  *rows.add_rows() = row;
  stream->Write(request);
  EXPECT_FALSE(stream->Read(&answer));
  EXPECT_EQ(ErrorReason(Client::ToStatus(stream->Finish())),
            "MALFORMED_REQUEST");
}

// The ledger that was summed beforehand is compared as it then was.
TEST_P(ReconcileTest, FindsTheSameWhenItWasPrepared) {
  const pb::BookRow kept = Settle("s0", "E0", 50'000);
  Settle("s1", "E1", 20'000);
  const Books books = {{kToday, {kept}}};
  const auto plain = Compare(BeginRow("r"), books);
  ASSERT_TRUE(plain.ok()) << plain.status();
  EXPECT_EQ(plain->only_in_ledger(), 1);
  const auto prepared = Compare(BeginRow("p"), books, {PrepareRow()});
  ASSERT_TRUE(prepared.ok()) << prepared.status();
  EXPECT_EQ(prepared->matched(), plain->matched());
  EXPECT_EQ(prepared->only_in_ledger(), plain->only_in_ledger());
}

TEST_P(ReconcileTest, WhatIsBegunOtherwiseThanPreparedIsSummedAnew) {
  const Books books = {{kToday, {Settle("s0", "E0", 50'000)}}};
  pb::ReconcilePrepare other = PrepareRow();
  other.set_booked_until("2025-03-18");
  const auto compared = Compare(BeginRow("r"), books, {other});
  ASSERT_TRUE(compared.ok()) << compared.status();
  EXPECT_EQ(compared->matched(), 1);
}

TEST_P(ReconcileTest, PreparesOnceAndChecksWhat) {
  const auto reason = [&](const std::vector<pb::ReconcilePrepare>& prepared) {
    return ErrorReason(Compare(BeginRow("r"), {}, prepared).status());
  };
  EXPECT_EQ(reason({PrepareRow(), PrepareRow()}), "MALFORMED_REQUEST");
  pb::ReconcilePrepare wrong = PrepareRow();
  wrong.set_booked_from("2025-03-40");
  EXPECT_EQ(reason({wrong}), "MALFORMED_REQUEST");
  wrong = PrepareRow();
  wrong.set_institution_id("H404");
  EXPECT_EQ(reason({wrong}), "INSTITUTION_UNKNOWN");
  grpc::ClientContext context;
  const auto stream = Begun(context, "r");
  pb::ReconcileDetailsRequest late;
  *late.mutable_prepare() = PrepareRow();
  pb::ReconcileDetailsResponse answer;
  stream->Write(late);
  EXPECT_FALSE(stream->Read(&answer));
  EXPECT_EQ(ErrorReason(Client::ToStatus(stream->Finish())),
            "MALFORMED_REQUEST");
}

// Half of a comparison is never told as the whole.
TEST_P(ReconcileTest, WhatIsSentAgainHasNotEnded) {
  const Books books = {{kToday, {Settle("s0", "E0", 50'000)}}};
  ASSERT_TRUE(Compare(BeginRow("r"), books).ok());
  EXPECT_TRUE(List("r")->ended());
  EXPECT_GT(List("r")->as_of().seconds(), 0);
  {
    grpc::ClientContext context;
    const auto stream = Begun(context, "r");
    context.TryCancel();
    EXPECT_FALSE(stream->Finish().ok());
  }
  EXPECT_FALSE(List("r")->ended());
  EXPECT_FALSE(List("r")->has_summary());
  // Another comparison under its key changes nothing.
  ASSERT_TRUE(Compare(BeginRow("r"), books).ok());
  pb::ReconcileBegin other = BeginRow("r");
  other.set_booked_from(kToday);
  EXPECT_FALSE(Compare(other, books).ok());
  EXPECT_TRUE(List("r")->ended());
}

// Two streams under one key: what the one finds never ends the other.
TEST_P(ReconcileTest, OnlyTheLatestStreamEnds) {
  Settle("s0", "E0", 50'000);
  grpc::ClientContext first_context;
  const auto first = Begun(first_context, "r");
  grpc::ClientContext second_context;
  const auto second = Begun(second_context, "r");
  pb::ReconcileDetailsRequest end;
  end.mutable_end();
  pb::ReconcileDetailsResponse answer;
  first->Write(end);
  EXPECT_FALSE(first->Read(&answer));
  EXPECT_EQ(ErrorReason(Client::ToStatus(first->Finish())),
            "RECONCILIATION_OVERTAKEN");
  EXPECT_FALSE(List("r")->ended());
  ASSERT_TRUE(second->Write(end) && second->Read(&answer));
  EXPECT_EQ(answer.summary().only_in_ledger(), 1);
  EXPECT_TRUE(List("r")->ended());
  second->WritesDone();
  EXPECT_TRUE(second->Finish().ok());
}

TEST_P(ReconcileTest, UnderAnotherDayAndWithOtherAmounts) {
  pb::BookRow row = Settle("s0", "E0", 50'000);
  row.set_gross_fen(49'999);
  ASSERT_TRUE(Compare(BeginRow("r"), {{"2025-03-19", {row}}}).ok());
  EXPECT_THAT(Found("r"),
              ElementsAre("s0: OTHER_DAY CORRECT_BOOKS 2025-03-19 gross_fen",
                          "s0: OTHER_DAY CORRECT_BOOKS 2025-03-20 gross_fen"));
}

TEST_P(ReconcileTest, StreamsUnderWayAreBounded) {
  std::vector<grpc::ClientContext> contexts(limits::kMaxReconcileStreams);
  std::vector<std::unique_ptr<Stream>> streams;
  for (grpc::ClientContext& context : contexts) {
    streams.push_back(Begun(context, "many"));
  }
  EXPECT_EQ(ErrorReason(Compare(BeginRow("r"), {}).status()), "OVERLOADED");
  for (grpc::ClientContext& context : contexts) context.TryCancel();
  for (const auto& stream : streams) EXPECT_FALSE(stream->Finish().ok());
  const auto until = std::chrono::steady_clock::now() + kSoon;
  bool compared = false;
  while (!compared && std::chrono::steady_clock::now() < until) {
    compared = Compare(BeginRow("r"), {}).ok();
  }
  EXPECT_TRUE(compared);
}

TEST_P(ReconcileTest, AStreamThatSaysNothingIsEnded) {
  Config config = testing::TestConfig();
  config.stall_seconds = 1;
  const auto impatient = StartServer(config);
  stub_ = StubOf(*impatient);
  grpc::ClientContext context;
  const auto stream = Begun(context, "r");
  pb::ReconcileDetailsResponse answer;
  EXPECT_FALSE(stream->Read(&answer));
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
}

TEST_P(ReconcileTest, StepsAndRefusalsAreCounted) {
  ASSERT_TRUE(Compare(BeginRow("r"), {}).ok());
  pb::ReconcileBegin begin = BeginRow("r");
  begin.set_institution_id("H9");
  EXPECT_FALSE(Compare(begin, {}).ok());
  std::map<std::string, double> counted;
  for (const auto& family : server_->metrics().Collect()) {
    if (family.name != "onestop_requests_total") continue;
    for (const auto& metric : family.metric) {
      std::string labels;
      for (const auto& label : metric.label) labels += label.value + " ";
      counted[labels] = metric.counter.value;
    }
  }
  EXPECT_EQ(counted["ReconcileDetails FOUND "], 2);  // begin and end
  EXPECT_EQ(counted["ReconcileDetails INSTITUTION_UNKNOWN "], 1);
}

INSTANTIATE_TEST_SUITE_P(Stores, ReconcileTest,
                         ::testing::Values("memory", "postgres"),
                         [](const auto& suite) { return suite.param; });

}  // namespace
}  // namespace onestop::server
