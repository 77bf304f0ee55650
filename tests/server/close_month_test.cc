// A closing is worked out a page at a time: others have their turn between two,
// and it stops there when nobody waits for it or the server is being stopped.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <libpq-fe.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/error.h"
#include "storage/clearing.h"
#include "tests/server/clearing_fixture.h"

namespace onestop::server {
namespace {

using ::testing::HasSubstr;

// Two pages.
constexpr int kSettles = storage::kSharedPage + 50;
// What the server takes to hear of something.
constexpr std::chrono::milliseconds kHeard{500};
constexpr char kCutShort[] = "its closing cut short";

class CloseMonthTest : public ClearingTest {
 protected:
  void SetUp() override {
    ClearingTest::SetUp();
    if (IsSkipped()) return;
    for (int i = 0; i < kSettles; ++i) {
      Settle(absl::StrCat("s", i), absl::StrCat("E", i % 10), 1'000);
    }
  }
  void TearDown() override {
    Release();
    if (closing_.joinable()) closing_.join();
  }

  // Begins to close the month, up to its first page: that waits until Release.
  void CloseAndHold() {
    holder_.reset(PQconnectdb(postgres_->conninfo().c_str()));
    Run("BEGIN");
    Run("LOCK TABLE clearing_share IN EXCLUSIVE MODE");
    closing_ = std::thread([this] {
      pb::CloseMonthResponse response;
      ended_ = Client::ToStatus(
          stub_->CloseMonth(&context_, Month("2025-03"), &response));
    });
    const auto until =
        std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (postgres_->QueryOne("SELECT 1 FROM pg_locks WHERE NOT granted AND"
                               " relation = 'clearing_share'::regclass") !=
           "1") {
      ASSERT_LT(std::chrono::steady_clock::now(), until);
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }
  void Release() { holder_.reset(); }
  void Run(const char* sql) {
    PGresult* result = PQexec(holder_.get(), sql);
    EXPECT_EQ(PQresultStatus(result), PGRES_COMMAND_OK)
        << PQerrorMessage(holder_.get());
    PQclear(result);
  }
  std::string Shared() {
    return postgres_->QueryOne(
        "SELECT count(DISTINCT record_id) FROM clearing_share");
  }
  absl::Status Get() {
    pb::GetStatementRequest get;
    get.set_institution_id("H2");
    get.set_month("2025-03");
    return Call(*stub_, &Stub::GetStatement, get).status();
  }
  // As the one line of the list says.
  pb::PaymentState State() {
    pb::ListStatementsRequest list;
    list.set_first_month("2025-01");
    list.set_last_month("2025-12");
    const auto listed = Call(*stub_, &Stub::ListStatements, list);
    EXPECT_TRUE(listed.ok()) << listed.status();
    if (!listed.ok() || listed->statements_size() != 1) {
      return pb::PAYMENT_STATE_UNSPECIFIED;
    }
    return listed->statements(0).payment_state();
  }
  // "cut_short 1, closed 1": how closings ended on later_.
  std::string Ends() {
    std::vector<std::string> ends;
    for (const auto& family : later_->metrics().Collect()) {
      if (family.name == "onestop_closing_seconds") {
        timed_ = family.metric[0].histogram.sample_count;
      }
      if (family.name != "onestop_closings_total") continue;
      for (const auto& metric : family.metric) {
        if (metric.counter.value == 0) continue;
        ends.push_back(
            absl::StrCat(metric.label[0].value, " ", metric.counter.value));
      }
    }
    return absl::StrJoin(ends, ", ");
  }
  // The same closing goes on, and loses nothing.
  void ExpectClosedAgain() {
    const pb::Statement march = Close("2025-03");
    EXPECT_EQ(march.statement_number(), 1);
    ASSERT_EQ(march.parts_size(), 1);
    EXPECT_EQ(march.parts(0).settlements(), kSettles);
    EXPECT_EQ(Shared(), absl::StrCat(kSettles));
  }

  using Client = testing::Client;
  std::unique_ptr<PGconn, decltype(&PQfinish)> holder_{nullptr, &PQfinish};
  grpc::ClientContext context_;
  std::thread closing_;
  absl::Status ended_;  // read when closing_ has ended
  uint64_t timed_ = 0;  // closings, by Ends
};

TEST_P(CloseMonthTest, OthersHaveTheirTurnBetweenTwoPages) {
  CloseAndHold();
  absl::Status got;
  std::thread other([&] { got = Get(); });
  std::this_thread::sleep_for(kHeard);
  Release();
  other.join();
  EXPECT_THAT(got.message(), HasSubstr(kCutShort));
  closing_.join();
  EXPECT_TRUE(ended_.ok()) << ended_;
  EXPECT_TRUE(Get().ok());
  ExpectClosedAgain();
}

TEST_P(CloseMonthTest, StopsWhenNobodyWaits) {
  CloseAndHold();
  context_.TryCancel();
  closing_.join();
  EXPECT_EQ(ended_.code(), absl::StatusCode::kCancelled);
  std::this_thread::sleep_for(kHeard);
  Release();
  std::this_thread::sleep_for(kHeard);
  EXPECT_THAT(Get().message(), HasSubstr(kCutShort));
  EXPECT_EQ(Shared(), absl::StrCat(storage::kSharedPage));
  EXPECT_EQ(State(), pb::PAYMENT_STATE_NOT_CLOSED);
  EXPECT_EQ(Ends(), "cut_short 1");
  ExpectClosedAgain();
  EXPECT_EQ(State(), pb::PAYMENT_STATE_OPEN);
  ExpectClosedAgain();
  auto another = Month("2025-03");
  another.set_due_on("2025-05-05");
  EXPECT_EQ(CloseReason(another), "MONTH_CLOSED");
  EXPECT_EQ(Ends(), "closed 1, closed_before 1, refused 1, cut_short 1");
  EXPECT_EQ(timed_, 1);
}

TEST_P(CloseMonthTest, StopsWhenTheServerDoes) {
  CloseAndHold();
  std::thread drain([this] { later_.reset(); });
  std::this_thread::sleep_for(kHeard);
  Release();
  closing_.join();
  drain.join();
  EXPECT_EQ(ErrorReason(ended_), "DRAINING");
  EXPECT_THAT(ended_.message(), HasSubstr("2025-03 stays cut as statement 1"));
  EXPECT_EQ(Shared(), absl::StrCat(storage::kSharedPage));
  later_ = ServerOn("2025-04-01");
  stub_ = StubOf(*later_);
  EXPECT_THAT(Get().message(), HasSubstr(kCutShort));
  ExpectClosedAgain();
}

// Only there can a page be held up.
INSTANTIATE_TEST_SUITE_P(Stores, CloseMonthTest, ::testing::Values("postgres"));

}  // namespace
}  // namespace onestop::server
