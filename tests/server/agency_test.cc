// What an agency does once a month or a year, over gRPC: credits, rosters, the
// closing of a year.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/server/server_fixture.h"
#include "tests/server/server_world.h"

namespace onestop::server {
namespace {

using testing::Client;
using ::testing::ElementsAre;
using testing::ReasonOf;
using testing::SettleRow;
using Stub = pb::RegistryService::Stub;

// "CREATED", "UNCHANGED", or why each row was refused.
template <typename Response>
std::vector<std::string> Words(const Response& response) {
  std::vector<std::string> words;
  for (const pb::RowResult& row : response.results()) {
    words.push_back(row.outcome() == pb::ROW_OUTCOME_REFUSED
                        ? ErrorReason(wire::FromRpcStatus(row.error()))
                        : pb::RowOutcome_Name(row.outcome())
                              .substr(std::string("ROW_OUTCOME_").size()));
  }
  return words;
}

class AgencyTest : public ServerTest {
 protected:
  void GoOn(const std::string& today) {
    Config config = testing::TestConfig();
    config.today = domain::ParseDay(today);
    server_ = StartServer(config);
    client_ = std::make_unique<Client>(server_->port());
  }

  absl::StatusOr<pb::CloseYearResponse> CloseYear(const std::string& id,
                                                  int year) {
    grpc::ClientContext context;
    pb::CloseYearRequest request;
    request.set_request_id(id);
    request.set_year(year);
    pb::CloseYearResponse response;
    const auto status =
        client_->registry->CloseYear(&context, request, &response);
    if (!status.ok()) return Client::ToStatus(status);
    return response;
  }

  void Insure(const std::string& id, const std::string& born,
              pb::InsuranceType insurance, pb::PersonCategory category,
              const std::string& region = "530100") {
    pb::ImportPersonsRequest request;
    pb::Person& person = *request.add_persons() =
        testing::PersonRow(id, insurance);
    person.set_birth_date(born);
    person.set_person_category(category);
    person.set_pooling_region(region);
    ASSERT_NE(
        client_->Import(&Stub::ImportPersons, request).results(0).outcome(),
        pb::ROW_OUTCOME_REFUSED);
  }

  std::vector<std::string> Credit(const std::string& month,
                                  const std::map<std::string, int64_t>& bases) {
    pb::CreditAccountsRequest request;
    request.set_month(month);
    for (const auto& [person, base] : bases) {
      pb::AccountCredit& credit = *request.add_credits();
      credit.set_person_id(person);
      credit.set_contribution_base_fen(base);
    }
    return Words(client_->Import(&Stub::CreditAccounts, request));
  }
  int64_t Balance(const std::string& person) {
    grpc::ClientContext context;
    pb::GetLedgerRequest ask;
    ask.set_person_id(person);
    pb::GetLedgerResponse ledger;
    EXPECT_TRUE(client_->settlement->GetLedger(&context, ask, &ledger).ok());
    return ledger.account_balance_fen();
  }

  static pb::SyncRosterRequest RosterOf(const std::string& id,
                                        const std::string& month,
                                        const std::vector<std::string>& persons,
                                        bool complete) {
    pb::SyncRosterRequest request;
    request.set_request_id(id);
    request.set_pooling_region("530100");
    request.set_month(month);
    request.set_complete(complete);
    for (const std::string& person : persons) {
      pb::RosterEntry& entry = *request.add_entries();
      entry.set_person_id(person);
      entry.set_disease("HYPERTENSION");
    }
    return request;
  }
  pb::SyncRosterResponse Sync(const pb::SyncRosterRequest& request) {
    return client_->Import(&Stub::SyncRoster, request);
  }
  // How a roster that is refused as a whole ends.
  absl::Status RefusedRoster(const pb::SyncRosterRequest& request) {
    grpc::ClientContext context;
    const auto stream = client_->registry->SyncRoster(&context);
    stream->WriteLast(request, {});
    pb::SyncRosterResponse response;
    stream->Read(&response);
    return Client::ToStatus(stream->Finish());
  }
  // "2025-01-01..", "2025-01-01..2025-03-01" of each, in the order made.
  std::vector<std::string> Registered(const std::string& person) {
    grpc::ClientContext context;
    pb::ListRegistrationsRequest ask;
    ask.set_person_id(person);
    pb::ListRegistrationsResponse list;
    EXPECT_TRUE(
        client_->registry->ListRegistrations(&context, ask, &list).ok());
    std::vector<std::string> spans;
    for (const pb::Registration& one : list.registrations()) {
      EXPECT_EQ(one.disease(), "HYPERTENSION");
      spans.push_back(
          absl::StrCat(one.registered_on(), "..", one.revoked_on()));
    }
    return spans;
  }
};

TEST_P(AgencyTest, AClosedYearTakesReversalsOnly) {
  GoOn("2025-03-20");
  pb::SettleRequest late = SettleRow("late", "E0", 50'000);
  late.mutable_claim()->set_service_date("2024-12-30");
  Settled(late);
  const auto closed = CloseYear("c1", 2024);
  ASSERT_TRUE(closed.ok()) << closed.status();
  EXPECT_EQ(closed->year(), 2024);
  EXPECT_GT(closed->closed_at().seconds(), 1'700'000'000);

  pb::SettleRequest later = late;
  later.set_request_id("later");
  EXPECT_EQ(ReasonOf(client_->Settle(later)), "YEAR_CLOSED");
  EXPECT_EQ(ReasonOf(client_->Settle(late)), "OK");  // a retry
  pb::PostUsageRequest usage;
  usage.add_usages()->set_request_id("u");
  usage.mutable_usages(0)->set_person_id("E0");
  usage.mutable_usages(0)->set_year(2024);
  usage.mutable_usages(0)->set_amount_fen(100);
  EXPECT_THAT(Words(client_->Import(&Stub::PostUsage, usage)),
              ElementsAre("YEAR_CLOSED"));
  EXPECT_TRUE(Reverse(ReverseRow("E0", "late")).ok());
}

TEST_P(AgencyTest, AYearIsClosedOnce) {
  const auto first = CloseYear("c1", 2024);
  ASSERT_TRUE(first.ok()) << first.status();
  for (const char* id : {"c1", "c2"}) {
    const auto again = CloseYear(id, 2024);
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_EQ(again->SerializeAsString(), first->SerializeAsString());
  }
  EXPECT_EQ(ErrorReason(CloseYear("c1", 2023).status()), "REQUEST_ID_REUSED");
  EXPECT_EQ(ErrorReason(CloseYear("c3", 2025).status()), "MALFORMED_REQUEST");
}

TEST_P(AgencyTest, EveryReplicaLearnsOfAClosedYear) {
  const auto other = StartServer();
  Client there(other->port());
  pb::SettleRequest late = SettleRow("late", "E0", 50'000);
  late.mutable_claim()->set_service_date("2024-12-30");
  ASSERT_TRUE(CloseYear("c1", 2024).ok());
  const auto until =
      std::chrono::steady_clock::now() + std::chrono::seconds(10);
  std::string reason = "OK";
  for (int i = 0; reason == "OK" && std::chrono::steady_clock::now() < until;
       ++i) {
    late.set_request_id(absl::StrCat("late-", i));
    reason = ReasonOf(there.Settle(late));
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  EXPECT_EQ(reason, "YEAR_CLOSED");
}

TEST_P(AgencyTest, CreditsByTheRegionsRuleOnTheMonthsLastDay) {
  const auto employee = pb::INSURANCE_TYPE_EMPLOYEE;
  const auto retired = pb::PERSON_CATEGORY_RETIRED;
  Insure("OLD", "1955-02-28", employee, retired);  // 70 on 2025-02-28
  Insure("YOUNGER", "1955-03-01", employee, retired);
  Insure("ELSEWHERE", "1980-01-01", employee, pb::PERSON_CATEGORY_IN_SERVICE,
         "120000");
  EXPECT_THAT(Credit("2025-02", {{"E0", 512'345},
                                 {"ELSEWHERE", 512'345},
                                 {"NOBODY", 1},
                                 {"OLD", 0},
                                 {"R0", 1},
                                 {"YOUNGER", 999'999}}),
              ElementsAre("CREATED", "REGION_UNKNOWN", "PERSON_UNKNOWN",
                          "CREATED", "WRONG_INSURANCE", "CREATED"));
  EXPECT_EQ(Balance("E0"), 10'247);  // 2 % of 5123.45, half up
  EXPECT_EQ(Balance("OLD"), 14'200);
  EXPECT_EQ(Balance("YOUNGER"), 10'600);
}

TEST_P(AgencyTest, AMonthIsCreditedOnce) {
  EXPECT_THAT(Credit("2025-02", {{"E0", 0}}), ElementsAre("UNCHANGED"));
  EXPECT_THAT(Credit("2025-02", {{"E0", 500'000}}), ElementsAre("CREATED"));
  EXPECT_THAT(Credit("2025-02", {{"E0", 500'000}}), ElementsAre("UNCHANGED"));
  EXPECT_THAT(Credit("2025-02", {{"E0", 600'000}}), ElementsAre("UNCHANGED"));
  EXPECT_THAT(Credit("2025-03", {{"E0", 600'000}}), ElementsAre("CREATED"));
  EXPECT_EQ(Balance("E0"), 10'000 + 12'000);
  Insure("E0", "1960-01-01", pb::INSURANCE_TYPE_RESIDENT,
         pb::PERSON_CATEGORY_RESIDENT);
  EXPECT_THAT(Credit("2025-02", {{"E0", 500'000}}), ElementsAre("UNCHANGED"));
  EXPECT_THAT(Credit("2025-01", {{"E0", 500'000}}),
              ElementsAre("WRONG_INSURANCE"));
}

TEST_P(AgencyTest, AMonthToComeIsNotCredited) {
  grpc::ClientContext context;
  const auto stream = client_->registry->CreditAccounts(&context);
  pb::CreditAccountsRequest request;
  request.set_month("2025-04");
  request.add_credits()->set_person_id("E0");
  stream->WriteLast(request, {});
  pb::CreditAccountsResponse response;
  EXPECT_FALSE(stream->Read(&response));
  const absl::Status status = Client::ToStatus(stream->Finish());
  EXPECT_EQ(ErrorReason(status), "MALFORMED_REQUEST");
  EXPECT_EQ(Balance("E0"), 0);
}

TEST_P(AgencyTest, AWholeRosterEndsWhoIsMissing) {
  for (const char* id : {"R1", "R2"}) {
    Insure(id, "1960-01-01", pb::INSURANCE_TYPE_RESIDENT,
           pb::PERSON_CATEGORY_RESIDENT);
  }
  EXPECT_THAT(
      Words(Sync(RosterOf("jan", "2025-01", {"R0", "R1", "E0", "NO"}, false))),
      ElementsAre("CREATED", "CREATED", "WRONG_INSURANCE", "PERSON_UNKNOWN"));
  pb::SyncRosterRequest february =
      RosterOf("feb", "2025-02", {"R1", "R2"}, true);
  const pb::SyncRosterResponse first = Sync(february);
  EXPECT_THAT(Words(first), ElementsAre("UNCHANGED", "CREATED"));
  EXPECT_EQ(first.revoked(), 1);
  EXPECT_THAT(Registered("R0"), ElementsAre("2025-01-01..2025-02-01"));
  EXPECT_THAT(Registered("R1"), ElementsAre("2025-01-01.."));
  EXPECT_THAT(Registered("R2"), ElementsAre("2025-02-01.."));

  const pb::SyncRosterResponse again = Sync(february);
  EXPECT_THAT(Words(again), ElementsAre("UNCHANGED", "UNCHANGED"));
  EXPECT_EQ(again.revoked(), 1);  // the same answer
  EXPECT_THAT(Registered("R0"), ElementsAre("2025-01-01..2025-02-01"));

  // Nobody is left; then R0 comes back.
  EXPECT_EQ(Sync(RosterOf("mar", "2025-03", {}, true)).revoked(), 2);
  EXPECT_THAT(Words(Sync(RosterOf("mar2", "2025-03", {"R0", "R2"}, true))),
              ElementsAre("CREATED", "CREATED"));
  EXPECT_THAT(Registered("R0"),
              ElementsAre("2025-01-01..2025-02-01", "2025-03-01.."));
  EXPECT_THAT(Registered("R2"),
              ElementsAre("2025-02-01..2025-03-01", "2025-03-01.."));
  // Of the same month: what it made is no more, then is again.
  EXPECT_EQ(Sync(RosterOf("mar3", "2025-03", {"R0"}, true)).revoked(), 1);
  EXPECT_THAT(Words(Sync(RosterOf("mar4", "2025-03", {"R2"}, false))),
              ElementsAre("UPDATED"));
  EXPECT_THAT(Registered("R2"),
              ElementsAre("2025-02-01..2025-03-01", "2025-03-01.."));
}

TEST_P(AgencyTest, ARosterLeavesOtherRegistrationsAlone) {
  pb::ImportRegistrationsRequest import;
  pb::Registration& diagnosed = *import.add_registrations();
  diagnosed.set_registration_id("by-hospital");
  diagnosed.set_person_id("R0");
  diagnosed.set_registration_kind(pb::REGISTRATION_KIND_TWO_DISEASE);
  diagnosed.set_disease("HYPERTENSION");
  diagnosed.set_registered_on("2024-06-01");
  EXPECT_THAT(Words(client_->Import(&Stub::ImportRegistrations, import)),
              ElementsAre("CREATED"));
  EXPECT_THAT(Words(Sync(RosterOf("jan", "2025-01", {"R0"}, true))),
              ElementsAre("UNCHANGED"));
  EXPECT_EQ(Sync(RosterOf("feb", "2025-02", {}, true)).revoked(), 0);
  EXPECT_THAT(Registered("R0"), ElementsAre("2024-06-01.."));
}

TEST_P(AgencyTest, ARosterIsOneRegionsAndOneMonths) {
  Sync(RosterOf("jan", "2025-01", {"R0"}, false));
  EXPECT_EQ(ErrorReason(RefusedRoster(RosterOf("jan", "2025-02", {}, true))),
            "REQUEST_ID_REUSED");
  EXPECT_EQ(ErrorReason(RefusedRoster(RosterOf("apr", "2025-04", {}, true))),
            "MALFORMED_REQUEST");
  pb::SyncRosterRequest elsewhere = RosterOf("far", "2025-01", {}, true);
  elsewhere.set_pooling_region("999999");
  EXPECT_EQ(ErrorReason(RefusedRoster(elsewhere)), "REGION_UNKNOWN");
  EXPECT_EQ(ErrorReason(RefusedRoster(RosterOf("none", "2025-01", {}, false))),
            "MALFORMED_REQUEST");
  EXPECT_THAT(Registered("R0"), ElementsAre("2025-01-01.."));
}

INSTANTIATE_TEST_SUITE_P(Stores, AgencyTest,
                         ::testing::Values("memory", "postgres"),
                         [](const auto& suite) { return suite.param; });

}  // namespace
}  // namespace onestop::server
