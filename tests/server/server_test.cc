// The whole server over gRPC, in memory and on PostgreSQL: settles, retries,
// reversals, errors, look-ups, imports, health, reflection, replicas, drain.
#include "server/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/server/server_fixture.h"

namespace onestop::server {
namespace {

using testing::ClaimRow;
using testing::Client;
using ::testing::HasSubstr;
using testing::ReasonOf;
using testing::SettleRow;
using Stub = pb::RegistryService::Stub;

TEST_P(ServerTest, SettlesWhatWasQuotedAndRetriesByteForByte) {
  grpc::ClientContext context;
  pb::QuoteRequest ask;
  *ask.mutable_claim() = ClaimRow("E0", 200'000);
  pb::QuoteResponse quote;
  ASSERT_TRUE(client_->settlement->Quote(&context, ask, &quote).ok());
  EXPECT_EQ(quote.receipt().state(), pb::SETTLEMENT_STATE_QUOTED);
  EXPECT_GT(quote.receipt().totals().fund_pay_fen(), 0);

  pb::SettleRequest request = SettleRow("q1", "E0", 200'000);
  request.set_expected_cash_fen(quote.receipt().totals().cash_fen());
  const auto first = client_->Settle(request);
  ASSERT_TRUE(first.ok()) << first.status();
  pb::SettleResponse settled;
  ASSERT_TRUE(settled.ParseFromString(*first));
  EXPECT_EQ(settled.outcome(), pb::SETTLE_OUTCOME_SETTLED);
  EXPECT_EQ(settled.receipt().totals().cash_fen(),
            quote.receipt().totals().cash_fen());
  EXPECT_EQ(settled.receipt().booked_on(), "2025-03-20");
  EXPECT_GT(settled.receipt().steps_size(), 0);

  request.clear_expected_cash_fen();
  const auto retried = client_->Settle(request);
  ASSERT_TRUE(retried.ok()) << retried.status();
  EXPECT_EQ(*retried, *first);
  EXPECT_EQ(ReasonOf(client_->Settle(SettleRow("q1", "E0", 200'001))),
            "REQUEST_ID_REUSED");
}

TEST_P(ServerTest, SaysThatAQuoteIsStale) {
  pb::SettleRequest request = SettleRow("s1", "E0", 200'000);
  request.set_expected_cash_fen(1);
  const pb::SettleResponse response = Settled(request);
  EXPECT_EQ(response.outcome(), pb::SETTLE_OUTCOME_QUOTE_STALE);
  EXPECT_GT(response.moved_size(), 0);
  request.set_expected_cash_fen(response.receipt().totals().cash_fen());
  EXPECT_EQ(Settled(request).outcome(), pb::SETTLE_OUTCOME_SETTLED);
}

TEST_P(ServerTest, ReversesOnceAndClosesWhatNeverCame) {
  Settled(SettleRow("r1", "E0", 200'000));
  EXPECT_EQ(Look("E0", "r1").state(), pb::SETTLEMENT_STATE_SETTLED);
  const auto reversed = Reverse(ReverseRow("E0", "r1"));
  ASSERT_TRUE(reversed.ok()) << reversed.status();
  EXPECT_EQ(reversed->reversal().totals().gross_fen(), -200'000);
  const auto again = Reverse(ReverseRow("E0", "r1"));
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->SerializeAsString(), reversed->SerializeAsString());
  EXPECT_EQ(Look("E0", "r1").state(), pb::SETTLEMENT_STATE_REVERSED);
  EXPECT_EQ(ReasonOf(client_->Settle(SettleRow("r1", "E0", 200'000))),
            "REQUEST_REVERSED");

  const auto closed = Reverse(ReverseRow("NEVER-SEEN", "late"));
  ASSERT_TRUE(closed.ok()) << closed.status();
  EXPECT_TRUE(closed->closed());
  EXPECT_FALSE(closed->has_reversal());
  EXPECT_EQ(Look("NEVER-SEEN", "late").state(), pb::SETTLEMENT_STATE_CLOSED);

  pb::ReverseRequest unknown = ReverseRow("E0", "");
  unknown.set_settlement_id("0123456789abcdef0123456789abcdef");
  EXPECT_EQ(ErrorReason(Reverse(unknown).status()), "SETTLEMENT_UNKNOWN");
}

TEST_P(ServerTest, ReplacesInOneStep) {
  const pb::SettleResponse whole = Settled(SettleRow("p1", "E0", 200'000));
  pb::ReverseRequest request = ReverseRow("E0", "p1");
  *request.mutable_replacement() = SettleRow("p2", "E0", 150'000);
  const auto replaced = Reverse(request);
  ASSERT_TRUE(replaced.ok()) << replaced.status();
  EXPECT_TRUE(replaced->has_reversal());
  EXPECT_EQ(replaced->replacement().receipt().totals().gross_fen(), 150'000);
  EXPECT_EQ(replaced->reversal().settlement_id(),
            whole.receipt().settlement_id());
  EXPECT_EQ(replaced->reversal().replaced_by(),
            replaced->replacement().receipt().settlement_id());
  EXPECT_EQ(replaced->replacement().receipt().replaces(),
            whole.receipt().settlement_id());
  const auto again = Reverse(request);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->SerializeAsString(), replaced->SerializeAsString());
}

TEST_P(ServerTest, NamesWhatIsMalformed) {
  pb::SettleRequest request = SettleRow("", "", -1);
  request.mutable_claim()->set_service_date("2025-02-30");
  const auto answer = client_->Settle(request);
  EXPECT_EQ(ReasonOf(answer), "MALFORMED_REQUEST");
  std::vector<std::string> fields;
  for (const auto& violation : FieldViolations(answer.status())) {
    fields.push_back(violation.field);
  }
  EXPECT_THAT(fields, ::testing::IsSupersetOf({"request_id", "claim.person_id",
                                               "claim.service_date",
                                               "claim.lines[0].amount_fen"}));
}

TEST_P(ServerTest, RefusesWithReasons) {
  EXPECT_EQ(ReasonOf(client_->Settle(SettleRow("1", "NOBODY", 1))),
            "PERSON_UNKNOWN");
  pb::SettleRequest future = SettleRow("1", "E0", 100);
  future.mutable_claim()->set_service_date("2025-03-21");
  EXPECT_EQ(ReasonOf(client_->Settle(future)), "FUTURE_SERVICE_DATE");
  grpc::ClientContext context;
  pb::GetLedgerRequest nobody;
  nobody.set_person_id("NOBODY");
  pb::GetLedgerResponse ledger;
  const auto status = client_->settlement->GetLedger(&context, nobody, &ledger);
  EXPECT_EQ(ErrorReason(Client::ToStatus(status)), "PERSON_UNKNOWN");
}

TEST_P(ServerTest, RegistersOncePerRequestId) {
  pb::RegisterRequest request;
  request.set_request_id("reg-1");
  pb::Registration& registration = *request.mutable_registration();
  registration.set_person_id("E1");
  registration.set_registration_kind(pb::REGISTRATION_KIND_FAMILY_ACCOUNT);
  registration.set_beneficiary_id("R0");
  registration.set_registered_on("2025-01-01");
  const std::string method = "/onestop.v1.SettlementService/Register";
  const auto first = client_->Raw(method, request.SerializeAsString());
  ASSERT_TRUE(first.ok()) << first.status();
  pb::RegisterResponse response;
  ASSERT_TRUE(response.ParseFromString(*first));
  EXPECT_FALSE(response.registration().registration_id().empty());
  const auto again = client_->Raw(method, request.SerializeAsString());
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(*again, *first);
  registration.set_beneficiary_id("E2");
  EXPECT_EQ(ReasonOf(client_->Raw(method, request.SerializeAsString())),
            "REQUEST_ID_REUSED");

  // An import of the person keeps the registration.
  pb::ImportPersonsRequest persons;
  *persons.add_persons() =
      testing::PersonRow("E1", pb::INSURANCE_TYPE_EMPLOYEE);
  persons.mutable_persons(0)->set_person_category(pb::PERSON_CATEGORY_RETIRED);
  const auto imported = client_->Import(&Stub::ImportPersons, persons);
  ASSERT_EQ(imported.results_size(), 1);
  EXPECT_EQ(imported.results(0).outcome(), pb::ROW_OUTCOME_UPDATED);
  registration.set_beneficiary_id("R0");
  EXPECT_EQ(client_->Raw(method, request.SerializeAsString()).value_or(""),
            *first);
}

TEST_P(ServerTest, LoadsGoodRowsAndNamesBadOnes) {
  pb::ImportPersonsRequest persons;
  *persons.add_persons() = testing::PersonRow("", pb::INSURANCE_TYPE_EMPLOYEE);
  *persons.add_persons() =
      testing::PersonRow("N1", pb::INSURANCE_TYPE_EMPLOYEE);
  *persons.add_persons() =
      testing::PersonRow("N1", pb::INSURANCE_TYPE_RESIDENT);
  const auto mixed = client_->Import(&Stub::ImportPersons, persons);
  ASSERT_EQ(mixed.results_size(), 3);
  EXPECT_EQ(mixed.results(0).outcome(), pb::ROW_OUTCOME_REFUSED);
  EXPECT_EQ(mixed.results(0).error().code(), 3);
  EXPECT_EQ(mixed.results(1).outcome(), pb::ROW_OUTCOME_CREATED);
  EXPECT_EQ(mixed.results(2).outcome(), pb::ROW_OUTCOME_UPDATED);
  EXPECT_EQ(mixed.results(2).index(), 2);

  pb::ImportAccountsRequest accounts;
  accounts.set_import_id("opening-2025");
  for (const char* person : {"E3", "R0", "NOBODY"}) {
    pb::AccountBalance& account = *accounts.add_accounts();
    account.set_person_id(person);
    account.set_balance_fen(5'000);
  }
  const auto booked = client_->Import(&Stub::ImportAccounts, accounts);
  ASSERT_EQ(booked.results_size(), 3);
  EXPECT_EQ(booked.results(0).outcome(), pb::ROW_OUTCOME_CREATED);
  const auto reason = [&booked](int row) {
    return ErrorReason(wire::FromRpcStatus(booked.results(row).error()));
  };
  EXPECT_EQ(reason(1), "WRONG_INSURANCE");
  EXPECT_EQ(reason(2), "PERSON_UNKNOWN");
  const auto again = client_->Import(&Stub::ImportAccounts, accounts);
  EXPECT_EQ(again.results(0).outcome(), pb::ROW_OUTCOME_UNCHANGED);
  accounts.mutable_accounts(0)->set_balance_fen(6'000);
  const auto other = client_->Import(&Stub::ImportAccounts, accounts);
  EXPECT_EQ(ErrorReason(wire::FromRpcStatus(other.results(0).error())),
            "REQUEST_ID_REUSED");

  grpc::ClientContext context;
  pb::GetLedgerRequest ask;
  ask.set_person_id("E3");
  pb::GetLedgerResponse ledger;
  ASSERT_TRUE(client_->settlement->GetLedger(&context, ask, &ledger).ok());
  EXPECT_EQ(ledger.account_balance_fen(), 5'000);
}

TEST_P(ServerTest, PostsCountersUsageRegistrationsAndDesignations) {
  pb::ImportCountersRequest counters;
  counters.set_import_id("c");
  pb::LedgerCounter& counter = *counters.add_counters();
  counter.set_person_id("E4");
  counter.set_year(2025);
  counter.set_counter("cap/inpatient");
  counter.set_amount_fen(700);
  EXPECT_EQ(
      client_->Import(&Stub::ImportCounters, counters).results(0).outcome(),
      pb::ROW_OUTCOME_CREATED);
  counters.set_import_id("too late");
  counters.mutable_counters(0)->set_year(2023);
  const auto late = client_->Import(&Stub::ImportCounters, counters);
  EXPECT_EQ(ErrorReason(wire::FromRpcStatus(late.results(0).error())),
            "YEAR_CLOSED");
  pb::PostUsageRequest usage;
  for (const int64_t amount : {300, -2'000}) {
    pb::InpatientUsage& row = *usage.add_usages();
    row.set_request_id(absl::StrCat("u", amount));
    row.set_person_id("E4");
    row.set_year(2025);
    row.set_amount_fen(amount);
  }
  const auto posted = client_->Import(&Stub::PostUsage, usage);
  EXPECT_EQ(posted.results(0).outcome(), pb::ROW_OUTCOME_CREATED);
  EXPECT_EQ(ErrorReason(wire::FromRpcStatus(posted.results(1).error())),
            "COUNTER_BELOW_ZERO");
  pb::ImportDesignationsRequest designations;
  designations.add_designations()->set_hospital_id("H3");
  designations.mutable_designations(0)->set_pharmacy_id("NOWHERE");
  const auto refused = client_->Import(&Stub::ImportDesignations, designations);
  EXPECT_EQ(ErrorReason(wire::FromRpcStatus(refused.results(0).error())),
            "INSTITUTION_UNKNOWN");
  pb::ImportRegistrationsRequest registrations;
  pb::Registration& registration = *registrations.add_registrations();
  registration.set_registration_id("old-1");
  registration.set_person_id("R0");
  registration.set_registration_kind(pb::REGISTRATION_KIND_TWO_DISEASE);
  registration.set_disease("HYPERTENSION");
  registration.set_registered_on("2024-01-01");
  for (const auto outcome :
       {pb::ROW_OUTCOME_CREATED, pb::ROW_OUTCOME_UNCHANGED}) {
    EXPECT_EQ(client_->Import(&Stub::ImportRegistrations, registrations)
                  .results(0)
                  .outcome(),
              outcome);
  }
}

TEST_P(ServerTest, EndsAnImportWhoseMessageIsMalformed) {
  grpc::ClientContext context;
  auto stream = client_->registry->ImportAccounts(&context);
  pb::ImportAccountsRequest nameless;
  nameless.add_accounts()->set_person_id("E3");
  stream->Write(nameless);
  pb::ImportAccountsResponse response;
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_EQ(ErrorReason(Client::ToStatus(stream->Finish())),
            "MALFORMED_REQUEST");
}

TEST_P(ServerTest, ServesHealthAndReflection) {
  EXPECT_EQ(client_->Raw("/grpc.health.v1.Health/Check", "").value_or(""),
            "\x08\x01");
  grpc::ClientContext context;
  grpc::CompletionQueue queue;
  auto call = client_->generic().PrepareCall(
      &context,
      "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", &queue);
  const auto wait = [&queue] {
    void* tag = nullptr;
    bool ok = false;
    return queue.Next(&tag, &ok) && ok;
  };
  call->StartCall(nullptr);
  ASSERT_TRUE(wait());
  // ServerReflectionRequest {list_services: ""}.
  call->Write(BytesOf(std::string("\x3a\x00", 2)), nullptr);
  ASSERT_TRUE(wait());
  grpc::ByteBuffer answer;
  call->Read(&answer, nullptr);
  ASSERT_TRUE(wait());
  const std::string services = Client::Text(answer);
  EXPECT_THAT(services, HasSubstr("onestop.v1.SettlementService"));
  EXPECT_THAT(services, HasSubstr("onestop.v1.RegistryService"));
  context.TryCancel();
}

TEST_P(ServerTest, ANewItemReachesTheOtherReplicaWithinTwoSeconds) {
  const auto other = StartServer();
  Client there(other->port());
  pb::ImportItemsRequest items;
  items.add_items()->set_item_code("NEW");
  items.mutable_items(0)->set_name("New item");
  items.mutable_items(0)->set_item_class(pb::ITEM_CLASS_A);
  client_->Import(&Stub::ImportItems, items);
  pb::QuoteRequest ask;
  *ask.mutable_claim() = ClaimRow("E0", 100);
  ask.mutable_claim()->mutable_lines(0)->set_item_code("NEW");
  const std::string method = "/onestop.v1.SettlementService/Quote";
  EXPECT_TRUE(client_->Raw(method, ask.SerializeAsString()).ok());
  const auto until =
      std::chrono::steady_clock::now() + std::chrono::seconds(10);
  bool seen = false;
  while (!seen && std::chrono::steady_clock::now() < until) {
    seen = there.Raw(method, ask.SerializeAsString()).ok();
    if (!seen) std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  EXPECT_TRUE(seen);
}

TEST_P(ServerTest, TwoReplicasSettleOnePersonsClaimsOnce) {
  const auto other = StartServer();
  std::atomic<int> settled{0};
  std::vector<std::thread> senders;
  for (const int port : {server_->port(), other->port()}) {
    senders.emplace_back([port, &settled] {
      Client client(port);
      for (int i = 0; i < 40; ++i) {
        absl::StatusOr<std::string> answer = absl::UnknownError("");
        const auto request = SettleRow(absl::StrCat("both-", i), "E5", 1'000);
        for (int tries = 0; tries < 20 && !answer.ok(); ++tries) {
          answer = client.Settle(request);
        }
        if (answer.ok()) ++settled;
      }
    });
  }
  for (std::thread& sender : senders) sender.join();
  EXPECT_EQ(settled, 80);
  grpc::ClientContext context;
  pb::GetLedgerRequest ask;
  ask.set_person_id("E5");
  pb::GetLedgerResponse ledger;
  ASSERT_TRUE(client_->settlement->GetLedger(&context, ask, &ledger).ok());
  ASSERT_EQ(ledger.rows_size(), 1);
  EXPECT_EQ(ledger.rows(0).version(), 40);
}

TEST_P(ServerTest, DrainAnswersAllThatWasAccepted) {
  constexpr int kCalls = 200;
  struct Call {
    grpc::ClientContext context;
    pb::SettleRequest request;
    pb::SettleResponse response;
    grpc::Status status;
    std::unique_ptr<grpc::ClientAsyncResponseReader<pb::SettleResponse>> reader;
  };
  std::vector<Call> calls(kCalls);
  grpc::CompletionQueue queue;
  for (int i = 0; i < kCalls; ++i) {
    Call& call = calls[i];
    call.request =
        SettleRow(absl::StrCat("d", i), absl::StrCat("E", i % 10), 100);
    call.reader =
        client_->settlement->AsyncSettle(&call.context, call.request, &queue);
    call.reader->Finish(&call.response, &call.status, &call);
  }
  int settled = 0;
  int refused = 0;
  const auto until =
      std::chrono::system_clock::now() + std::chrono::seconds(10);
  const auto take = [&] {
    void* event = nullptr;
    bool ok = false;
    if (queue.AsyncNext(&event, &ok, until) !=
        grpc::CompletionQueue::GOT_EVENT) {
      return false;
    }
    const grpc::Status& status = static_cast<Call*>(event)->status;
    EXPECT_TRUE(status.ok() ||
                status.error_code() == grpc::StatusCode::UNAVAILABLE)
        << status.error_message();
    ++(status.ok() ? settled : refused);
    return true;
  };
  while (settled == 0 && take()) {
  }
  server_->Drain();
  while (settled + refused < kCalls && take()) {
  }
  EXPECT_EQ(settled + refused, kCalls);
  // What was answered is there, and nothing else.
  const auto again = StartServer();
  Client client(again->port());
  int known = 0;
  for (int i = 0; i < kCalls; ++i) {
    pb::GetSettlementRequest ask;
    ask.set_person_id(calls[i].request.claim().person_id());
    ask.set_institution_id("H2");
    ask.set_settle_request_id(calls[i].request.request_id());
    grpc::ClientContext context;
    pb::GetSettlementResponse found;
    if (client.settlement->GetSettlement(&context, ask, &found).ok()) ++known;
  }
  EXPECT_EQ(known, settled);
}

INSTANTIATE_TEST_SUITE_P(Stores, ServerTest,
                         ::testing::Values("memory", "postgres"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace onestop::server
