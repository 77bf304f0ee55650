// The fixture of the tests of clearing: a server in March, one on the day
// after.
#ifndef ONESTOP_TESTS_SERVER_CLEARING_FIXTURE_H_
#define ONESTOP_TESTS_SERVER_CLEARING_FIXTURE_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "onestop/v1/clearing.grpc.pb.h"
#include "tests/server/server_fixture.h"
#include "tests/server/server_world.h"

namespace onestop::server {

template <typename Response, typename Request>
absl::StatusOr<Response> Call(pb::ClearingService::Stub& stub,
                              grpc::Status (pb::ClearingService::Stub::*method)(
                                  grpc::ClientContext*, const Request&,
                                  Response*),
                              const Request& request) {
  grpc::ClientContext context;
  Response response;
  const grpc::Status status = (stub.*method)(&context, request, &response);
  if (!status.ok()) return testing::Client::ToStatus(status);
  return response;
}

inline pb::CloseMonthRequest Month(const std::string& month) {
  pb::CloseMonthRequest request;
  request.set_institution_id("H2");
  request.set_month(month);
  return request;
}

// The tests' server lives on 2025-03-20; `later_` on the day after March.
class ClearingTest : public ServerTest {
 protected:
  using Stub = pb::ClearingService::Stub;

  void SetUp() override {
    ServerTest::SetUp();
    if (IsSkipped()) return;
    LoadDrugs();
    later_ = ServerOn("2025-04-01");
    stub_ = StubOf(*later_);
  }

  void LoadDrugs() {
    pb::ImportItemsRequest items;
    pb::Item& negotiated = *items.add_items();
    negotiated.set_item_code("N");
    negotiated.set_name("Negotiated");
    negotiated.set_item_class(pb::ITEM_CLASS_B);
    negotiated.mutable_negotiated()->set_agreement_from("2024-01-01");
    negotiated.mutable_negotiated()->set_agreement_until("2026-12-31");
    pb::Item& procured = *items.add_items();
    procured.set_item_code("BP");
    procured.set_name("Procured");
    procured.set_item_class(pb::ITEM_CLASS_A);
    procured.set_centrally_procured(true);
    procured.add_two_disease("HYPERTENSION");
    client_->Import(&pb::RegistryService::Stub::ImportItems, items);
    pb::ImportRegistrationsRequest registrations;
    pb::Registration& registration = *registrations.add_registrations();
    registration.set_registration_id("R1");
    registration.set_person_id("R0");
    registration.set_registration_kind(pb::REGISTRATION_KIND_TWO_DISEASE);
    registration.set_disease("HYPERTENSION");
    registration.set_institution_id("H2");
    registration.set_registered_on("2024-01-01");
    const auto done = client_->Import(
        &pb::RegistryService::Stub::ImportRegistrations, registrations);
    ASSERT_EQ(done.results(0).outcome(), pb::ROW_OUTCOME_CREATED)
        << done.DebugString();
    pb::ImportPersonsRequest persons;
    pb::Person& person = *persons.add_persons();
    person = testing::PersonRow("J0", pb::INSURANCE_TYPE_RESIDENT);
    person.set_pooling_region("370100");
    client_->Import(&pb::RegistryService::Stub::ImportPersons, persons);
  }
  std::unique_ptr<Server> ServerOn(
      const char* today, const LoadedPolicy& policy = testing::TestPolicy()) {
    Config config = testing::TestConfig();
    config.today = domain::ParseDay(today);
    return StartServer(config, policy);
  }
  static std::unique_ptr<Stub> StubOf(const Server& server) {
    return pb::ClearingService::NewStub(
        grpc::CreateChannel(absl::StrCat("127.0.0.1:", server.port()),
                            grpc::InsecureChannelCredentials()));
  }

  pb::Receipt Settle(const std::string& id, const std::string& person,
                     int64_t fen, const std::string& item = "A") {
    pb::SettleRequest request = testing::SettleRow(id, person, fen);
    request.mutable_claim()->mutable_lines(0)->set_item_code(item);
    return Settled(request).receipt();
  }
  pb::Statement Close(const std::string& month) {
    const auto closed = Call(*stub_, &Stub::CloseMonth, Month(month));
    EXPECT_TRUE(closed.ok()) << closed.status();
    return closed.ok() ? closed->statement() : pb::Statement();
  }
  std::string CloseReason(const pb::CloseMonthRequest& request) {
    const auto closed = Call(*stub_, &Stub::CloseMonth, request);
    return closed.ok() ? "OK" : ErrorReason(closed.status());
  }
  std::vector<pb::StatementSettlement> Rows(
      pb::ListStatementSettlementsRequest request) {
    request.set_institution_id("H2");
    request.set_page_size(2);
    std::vector<pb::StatementSettlement> rows;
    do {
      const auto page = Call(*stub_, &Stub::ListStatementSettlements, request);
      EXPECT_TRUE(page.ok()) << page.status();
      if (!page.ok()) return rows;
      rows.insert(rows.end(), page->settlements().begin(),
                  page->settlements().end());
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return rows;
  }
  pb::AdjustStatementRequest Adjustment(const std::string& id) {
    pb::AdjustStatementRequest request;
    request.set_request_id(id);
    request.set_institution_id("H2");
    request.set_month("2025-03");
    request.set_pooling_region("530100");
    request.set_adjustment_kind(pb::ADJUSTMENT_KIND_DEDUCTION);
    request.set_amount_fen(100);
    request.set_reason("audit");
    return request;
  }
  pb::RecordPaymentRequest Payment(const std::string& id, int64_t fen) {
    pb::RecordPaymentRequest request;
    request.set_request_id(id);
    request.set_institution_id("H2");
    request.set_month("2025-03");
    request.set_pooling_region("530100");
    request.set_amount_fen(fen);
    request.set_paid_on("2025-04-01");
    return request;
  }

  std::unique_ptr<Server> later_;
  std::unique_ptr<Stub> stub_;
};

}  // namespace onestop::server

#endif  // ONESTOP_TESTS_SERVER_CLEARING_FIXTURE_H_
