// Postings over gRPC: what was booked before is recognised whatever happened
// since, and only what is new is judged.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/server/server_fixture.h"
#include "tests/server/server_world.h"

namespace onestop::server {
namespace {

using testing::Client;
using ::testing::ElementsAre;
using Stub = pb::RegistryService::Stub;

class PostingTest : public ServerTest {
 protected:
  // The server again, on another day.
  void GoOn(const std::string& today) {
    Config config = testing::TestConfig();
    config.today = domain::ParseDay(today);
    server_ = StartServer(config);
    client_ = std::make_unique<Client>(server_->port());
  }

  // "CREATED", "UNCHANGED", or why each row was refused.
  template <typename Response>
  static std::vector<std::string> Words(const Response& response) {
    std::vector<std::string> words;
    for (const pb::RowResult& row : response.results()) {
      words.push_back(row.outcome() == pb::ROW_OUTCOME_REFUSED
                          ? ErrorReason(wire::FromRpcStatus(row.error()))
                          : pb::RowOutcome_Name(row.outcome())
                                .substr(std::string("ROW_OUTCOME_").size()));
    }
    return words;
  }

  std::vector<std::string> ImportAccount(const std::string& person,
                                         int64_t fen) {
    pb::ImportAccountsRequest request;
    request.set_import_id("opening");
    request.add_accounts()->set_person_id(person);
    request.mutable_accounts(0)->set_balance_fen(fen);
    return Words(client_->Import(&Stub::ImportAccounts, request));
  }
  std::vector<std::string> ImportCounter(int year, int64_t fen) {
    pb::ImportCountersRequest request;
    request.set_import_id("opening");
    pb::LedgerCounter& counter = *request.add_counters();
    counter.set_person_id("E0");
    counter.set_year(year);
    counter.set_counter("cap/inpatient");
    counter.set_amount_fen(fen);
    return Words(client_->Import(&Stub::ImportCounters, request));
  }
  std::vector<std::string> PostUsage(const std::string& request_id, int year,
                                     int64_t fen) {
    pb::PostUsageRequest request;
    pb::InpatientUsage& usage = *request.add_usages();
    usage.set_request_id(request_id);
    usage.set_person_id("E0");
    usage.set_year(year);
    usage.set_amount_fen(fen);
    return Words(client_->Import(&Stub::PostUsage, request));
  }
};

TEST_P(PostingTest, AClosedYearRefusesOnlyWhatIsNew) {
  EXPECT_THAT(ImportCounter(2024, 700), ElementsAre("CREATED"));
  EXPECT_THAT(PostUsage("u1", 2024, 300), ElementsAre("CREATED"));
  GoOn("2025-04-01");
  EXPECT_THAT(ImportCounter(2024, 700), ElementsAre("UNCHANGED"));
  EXPECT_THAT(ImportCounter(2024, 701), ElementsAre("REQUEST_ID_REUSED"));
  EXPECT_THAT(PostUsage("u1", 2024, 300), ElementsAre("UNCHANGED"));
  EXPECT_THAT(PostUsage("u1", 2024, 301), ElementsAre("REQUEST_ID_REUSED"));
  EXPECT_THAT(PostUsage("u2", 2024, 300), ElementsAre("YEAR_CLOSED"));
  EXPECT_THAT(PostUsage("u2", 2025, 300), ElementsAre("CREATED"));
}

TEST_P(PostingTest, WhoChangedInsuranceIsRecognised) {
  EXPECT_THAT(ImportAccount("E1", 5'000), ElementsAre("CREATED"));
  pb::ImportPersonsRequest persons;
  for (const char* id : {"E1", "E2"}) {
    *persons.add_persons() =
        testing::PersonRow(id, pb::INSURANCE_TYPE_RESIDENT);
  }
  EXPECT_THAT(Words(client_->Import(&Stub::ImportPersons, persons)),
              ElementsAre("UPDATED", "UPDATED"));
  EXPECT_THAT(ImportAccount("E1", 5'000), ElementsAre("UNCHANGED"));
  EXPECT_THAT(ImportAccount("E1", 6'000), ElementsAre("REQUEST_ID_REUSED"));
  EXPECT_THAT(ImportAccount("E2", 5'000), ElementsAre("WRONG_INSURANCE"));
  EXPECT_THAT(ImportAccount("NOBODY", 5'000), ElementsAre("PERSON_UNKNOWN"));
}

TEST_P(PostingTest, EachCallHasIdsOfItsOwn) {
  EXPECT_THAT(ImportAccount("E0", 5'000), ElementsAre("CREATED"));
  EXPECT_THAT(ImportCounter(2025, 700), ElementsAre("CREATED"));
  EXPECT_THAT(PostUsage("opening", 2025, 300), ElementsAre("CREATED"));
  grpc::ClientContext context;
  pb::GetLedgerRequest ask;
  ask.set_person_id("E0");
  pb::GetLedgerResponse ledger;
  ASSERT_TRUE(client_->settlement->GetLedger(&context, ask, &ledger).ok());
  ASSERT_EQ(ledger.rows_size(), 1);
  EXPECT_EQ(ledger.rows(0).counters(0).amount_fen(), 1'000);
  EXPECT_EQ(ledger.account_balance_fen(), 5'000);
}

INSTANTIATE_TEST_SUITE_P(Stores, PostingTest,
                         ::testing::Values("memory", "postgres"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace onestop::server
