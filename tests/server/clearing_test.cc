// Clearing over gRPC, on both stores: a month of real settlements closed,
// explained, adjusted and paid; nothing is lost while settles go on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "tests/server/clearing_fixture.h"
#include "tests/server/server_world.h"
#include "wire/policy_file.h"

namespace onestop::server {
namespace {

using ::testing::AllOf;
using testing::Client;
using ::testing::HasSubstr;
using testing::SettleRow;
using ::testing::SizeIs;

const pb::SchemeLine* Line(const pb::StatementPart& part,
                           const std::string& scheme) {
  for (const pb::SchemeLine& line : part.schemes()) {
    if (line.scheme_id() == scheme) return &line;
  }
  return nullptr;
}

TEST_P(ClearingTest, AMonthByRegionInsuranceAndScheme) {
  const pb::Receipt plain = Settle("s0", "E0", 100'000);
  const pb::Receipt drug = Settle("s1", "E0", 300'000, "N");
  const pb::Receipt disease = Settle("s2", "R0", 20'000, "BP");
  const pb::Receipt elsewhere = Settle("s3", "J0", 50'000, "N");
  Settle("s4", "E1", 70'000);
  ASSERT_TRUE(Reverse(ReverseRow("E1", "s4")).ok());
  ASSERT_GT(drug.totals().scheme_pay_fen(), 0);
  ASSERT_GT(disease.totals().scheme_pay_fen(), 0);

  const pb::Statement march = Close("2025-03");
  EXPECT_EQ(march.statement_number(), 1);
  EXPECT_EQ(march.due_on(), "2025-04-30");
  ASSERT_THAT(march.parts(), SizeIs(3));
  EXPECT_EQ(march.parts(0).pooling_region(), "370100");
  EXPECT_EQ(march.parts(0).fund_pay_fen(), elsewhere.totals().fund_pay_fen());
  const pb::StatementPart& employees = march.parts(1);
  EXPECT_EQ(employees.pooling_region(), "530100");
  EXPECT_EQ(employees.settlements(), 3);
  EXPECT_EQ(employees.reversals(), 1);
  EXPECT_EQ(employees.visits(), 2);
  EXPECT_EQ(employees.persons(), 2);
  EXPECT_EQ(employees.gross_fen(), 400'000);
  EXPECT_EQ(employees.fund_pay_fen(),
            plain.totals().fund_pay_fen() + drug.totals().fund_pay_fen());
  const pb::SchemeLine* negotiated = Line(employees, "yn-negotiated-employee");
  ASSERT_NE(negotiated, nullptr);
  EXPECT_EQ(negotiated->gross_fen(), 300'000);
  EXPECT_EQ(negotiated->negotiated_gross_fen(), 300'000);
  EXPECT_EQ(negotiated->negotiated_pay_fen(), drug.totals().scheme_pay_fen());
  EXPECT_EQ(negotiated->procured_gross_fen(), 0);
  const pb::SchemeLine* outpatient = Line(employees, "yn-outpatient-employee");
  ASSERT_NE(outpatient, nullptr);
  EXPECT_EQ(outpatient->pay_fen(), plain.totals().scheme_pay_fen());
  EXPECT_EQ(outpatient->negotiated_gross_fen(), 0);
  EXPECT_EQ(outpatient->reversals(), 1);
  const pb::SchemeLine* two = Line(march.parts(2), "km-two-disease");
  ASSERT_NE(two, nullptr);
  EXPECT_EQ(two->procured_gross_fen(), 20'000);
  EXPECT_EQ(two->procured_pay_fen(), two->pay_fen());
  EXPECT_GT(two->pay_fen(), 0);
  ASSERT_THAT(march.payables(), SizeIs(2));
  EXPECT_EQ(march.payables(1).payable_fen(),
            employees.fund_pay_fen() + march.parts(2).fund_pay_fen());

  // Again, and from another replica: the same.
  EXPECT_EQ(Close("2025-03").SerializeAsString(), march.SerializeAsString());
  pb::GetStatementRequest get;
  get.set_institution_id("H2");
  get.set_month("2025-03");
  const auto got = Call(*StubOf(*server_), &Stub::GetStatement, get);
  ASSERT_TRUE(got.ok()) << got.status();
  EXPECT_EQ(got->statement().SerializeAsString(), march.SerializeAsString());
}

// The shipped policies, but km-two-disease serves whoever is registered for it.
LoadedPolicy ChangedPolicy() {
  LoadedPolicy changed = testing::TestPolicy();
  std::vector<wire::PolicyText> texts;
  for (storage::PolicyFileText& file : changed.files) {
    if (file.name == "region-530100.textproto") {
      const std::string serves = "serves: POLICY_SERVES_TWO_DISEASE";
      const size_t at = file.text.find(serves);
      EXPECT_NE(at, std::string::npos);
      file.text.replace(at, serves.size(), "serves: POLICY_SERVES_OUTPATIENT");
    }
    texts.push_back({file.name, file.text});
  }
  auto compiled = wire::LoadPolicy(std::move(texts), "changed");
  EXPECT_TRUE(compiled.ok()) << compiled.status();
  if (compiled.ok()) {
    changed.policy =
        std::make_shared<const domain::Policy>(std::move(compiled->policy));
  }
  return changed;
}

// What a scheme served is told by the policy of the receipt, not of the day of
// closing.
TEST_P(ClearingTest, ProcuredByThePolicyThatTheReceiptNames) {
  const pb::Receipt before = Settle("s0", "R0", 20'000, "BP");
  const LoadedPolicy changed = ChangedPolicy();
  server_ = ServerOn("2025-03-20", changed);
  client_ = std::make_unique<Client>(server_->port());
  const pb::Receipt after = Settle("s1", "R0", 10'000, "BP");
  ASSERT_EQ(after.policy_revision(), "changed");
  ASSERT_EQ(before.lines(0).first_scheme(), "km-two-disease");
  ASSERT_EQ(after.lines(0).first_scheme(), "km-two-disease");
  later_ = ServerOn("2025-04-01", changed);
  stub_ = StubOf(*later_);
  const pb::Statement march = Close("2025-03");
  ASSERT_THAT(march.parts(), SizeIs(1));
  const pb::SchemeLine* two = Line(march.parts(0), "km-two-disease");
  ASSERT_NE(two, nullptr);
  EXPECT_EQ(two->gross_fen(), 30'000);
  EXPECT_EQ(two->procured_gross_fen(), 20'000);
  EXPECT_EQ(two->procured_pay_fen(), before.totals().scheme_pay_fen());
}

TEST_P(ClearingTest, NothingIsGuessedWithoutThePolicyOfTheReceipt) {
  LoadedPolicy lost = ChangedPolicy();
  lost.files.clear();
  server_ = ServerOn("2025-03-20", lost);
  client_ = std::make_unique<Client>(server_->port());
  Settle("s0", "E0", 100'000);
  const pb::Receipt receipt = Settle("s1", "R0", 20'000, "BP");
  const auto closed = Call(*stub_, &Stub::CloseMonth, Month("2025-03"));
  EXPECT_EQ(ErrorReason(closed.status()), "INVARIANT_BROKEN");
  EXPECT_THAT(closed.status().message(),
              AllOf(HasSubstr(receipt.settlement_id()),
                    HasSubstr("policy revision changed")));
  // The month stays cut; when the policy is there again, it can be closed.
  later_ = ServerOn("2025-04-01", lost);
  stub_ = StubOf(*later_);
  EXPECT_EQ(Close("2025-03").parts_size(), 2);
}

TEST_P(ClearingTest, ExplainsALineByItsSettlements) {
  Settle("s0", "E0", 100'000);
  Settle("s1", "E1", 300'000, "N");
  Settle("s2", "E2", 90'000);
  ASSERT_TRUE(Reverse(ReverseRow("E2", "s2")).ok());
  Close("2025-03");
  pb::ListStatementSettlementsRequest all;
  all.set_month("2025-03");
  EXPECT_THAT(Rows(all), SizeIs(4));
  auto line = all;
  line.set_pooling_region("530100");
  line.set_insurance_type(pb::INSURANCE_TYPE_EMPLOYEE);
  line.set_scheme_id("yn-negotiated-employee");
  const auto rows = Rows(line);
  ASSERT_THAT(rows, SizeIs(1));
  EXPECT_EQ(rows[0].request_id(), "s1");
  EXPECT_EQ(rows[0].share_gross_fen(), 300'000);
  EXPECT_EQ(rows[0].share_pay_fen(), rows[0].scheme_pay_fen());
  line.set_scheme_id("yn-outpatient-employee");
  int64_t pay = 0;
  for (const auto& row : Rows(line)) pay += row.share_pay_fen();
  EXPECT_EQ(
      pay,
      Line(Close("2025-03").parts(0), "yn-outpatient-employee")->pay_fen());
  all.set_late_only(true);
  EXPECT_THAT(Rows(all), SizeIs(0));
  // A token of another question.
  all.set_late_only(false);
  all.set_institution_id("H2");
  all.set_page_size(1);
  const auto page = Call(*stub_, &Stub::ListStatementSettlements, all);
  ASSERT_TRUE(page.ok());
  all.set_late_only(true);
  all.set_page_token(page->next_page_token());
  EXPECT_EQ(
      ErrorReason(Call(*stub_, &Stub::ListStatementSettlements, all).status()),
      "MALFORMED_REQUEST");
}

TEST_P(ClearingTest, WhatIsSettledAfterTheCutComesLate) {
  Settle("s0", "E0", 100'000);
  const pb::Statement march = Close("2025-03");
  Settle("s1", "E1", 50'000);  // this server still lives in March
  ASSERT_TRUE(Reverse(ReverseRow("E0", "s0")).ok());
  later_ = ServerOn("2025-05-02");
  stub_ = StubOf(*later_);
  const pb::Statement april = Close("2025-04");
  ASSERT_THAT(april.parts(), SizeIs(1));
  EXPECT_EQ(april.parts(0).late(), 2);
  EXPECT_EQ(april.parts(0).gross_fen(), 50'000 - 100'000);
  EXPECT_EQ(Close("2025-03").SerializeAsString(), march.SerializeAsString());
  pb::ListStatementSettlementsRequest late;
  late.set_month("2025-04");
  late.set_late_only(true);
  EXPECT_THAT(Rows(late), SizeIs(2));
}

TEST_P(ClearingTest, RefusesWhatCannotBeClosed) {
  EXPECT_EQ(CloseReason(Month("2025-04")), "MALFORMED_REQUEST");  // not over
  auto unknown = Month("2025-03");
  unknown.set_institution_id("H9");
  EXPECT_EQ(CloseReason(unknown), "INSTITUTION_UNKNOWN");
  auto due = Month("2025-03");
  due.set_due_on("2025-03-31");
  EXPECT_EQ(CloseReason(due), "MALFORMED_REQUEST");
  due.set_due_on("2025-04-15");
  EXPECT_EQ(CloseReason(due), "OK");
  EXPECT_EQ(CloseReason(Month("2025-03")), "OK");
  due.set_due_on("2025-04-16");
  EXPECT_EQ(CloseReason(due), "MONTH_CLOSED");
  EXPECT_EQ(CloseReason(Month("2025-02")), "MONTH_OUT_OF_ORDER");
  pb::GetStatementRequest get;
  get.set_institution_id("H2");
  get.set_month("2025-02");
  EXPECT_EQ(ErrorReason(Call(*stub_, &Stub::GetStatement, get).status()),
            "STATEMENT_UNKNOWN");
}

TEST_P(ClearingTest, AdjustedAndPaid) {
  Settle("s0", "E0", 100'000);
  const auto adjust = [&](const pb::AdjustStatementRequest& request) {
    const auto done = Call(*stub_, &Stub::AdjustStatement, request);
    return done.ok() ? "OK" : ErrorReason(done.status());
  };
  EXPECT_EQ(adjust(Adjustment("a1")), "OK");
  EXPECT_EQ(adjust(Adjustment("a1")), "OK");
  auto other = Adjustment("a1");
  other.set_reason("another");
  EXPECT_EQ(adjust(other), "REQUEST_ID_REUSED");
  other.set_request_id("a2");
  other.set_pooling_region("999999");
  EXPECT_EQ(adjust(other), "MALFORMED_REQUEST");
  const pb::Statement march = Close("2025-03");
  EXPECT_EQ(adjust(Adjustment("a3")), "MONTH_CLOSED");
  ASSERT_THAT(march.adjustments(), SizeIs(1));
  EXPECT_EQ(march.adjustments(0).reason(), "audit");
  const int64_t payable = march.payables(0).payable_fen();
  EXPECT_EQ(payable, march.parts(0).fund_pay_fen() - 100);

  const auto pay = [&](const pb::RecordPaymentRequest& request) {
    const auto done = Call(*stub_, &Stub::RecordPayment, request);
    return done.ok() ? "OK" : ErrorReason(done.status());
  };
  EXPECT_EQ(pay(Payment("b1", payable + 1)), "PAYMENT_TOO_MUCH");
  EXPECT_EQ(pay(Payment("b1", payable - 5)), "OK");
  EXPECT_EQ(pay(Payment("b1", payable - 5)), "OK");
  EXPECT_EQ(pay(Payment("b1", 5)), "REQUEST_ID_REUSED");
  auto future = Payment("b2", 5);
  future.set_paid_on("2025-04-02");
  EXPECT_EQ(pay(future), "MALFORMED_REQUEST");
  later_ = ServerOn("2025-05-01");
  stub_ = StubOf(*later_);
  pb::ListStatementsRequest overdue;
  overdue.set_first_month("2025-01");
  overdue.set_last_month("2025-12");
  overdue.set_payment_state(pb::PAYMENT_STATE_OVERDUE);
  auto due = Call(*stub_, &Stub::ListStatements, overdue);
  ASSERT_TRUE(due.ok()) << due.status();
  ASSERT_THAT(due->statements(), SizeIs(1));
  EXPECT_EQ(due->statements(0).payable_fen() - due->statements(0).paid_fen(),
            5);
  EXPECT_TRUE(due->statements(0).overdue());
  EXPECT_EQ(pay(Payment("b2", 5)), "OK");
  due = Call(*stub_, &Stub::ListStatements, overdue);
  ASSERT_TRUE(due.ok());
  EXPECT_THAT(due->statements(), SizeIs(0));
}

// Two replicas: one settles all the while, the other closes the month.
TEST_P(ClearingTest, AMonthClosedWhileSettlesGoOnLosesNothing) {
  constexpr int kThreads = 2;
  std::atomic<bool> enough = false;
  std::atomic<int> settled = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      Client client(server_->port());
      for (int i = 0; !enough && i < 2'000; ++i) {
        const auto done = client.Settle(SettleRow(
            absl::StrCat("r", t, "-", i), absl::StrCat("E", t), 10'000));
        if (done.ok()) ++settled;
      }
    });
  }
  while (settled < 50) std::this_thread::yield();
  Close("2025-03");
  const int at_close = settled;
  while (settled < at_close + 50) std::this_thread::yield();
  enough = true;
  for (std::thread& thread : threads) thread.join();
  later_ = ServerOn("2025-05-02");
  stub_ = StubOf(*later_);
  Close("2025-04");
  std::set<std::string> ids;
  size_t listed = 0;
  for (const char* month : {"2025-03", "2025-04"}) {
    pb::ListStatementSettlementsRequest request;
    request.set_month(month);
    const auto rows = Rows(request);
    EXPECT_GT(rows.size(), 0u);
    for (const auto& row : rows) ids.insert(row.request_id());
    listed += rows.size();
  }
  EXPECT_EQ(listed, static_cast<size_t>(settled));
  EXPECT_EQ(ids.size(), static_cast<size_t>(settled));
}

INSTANTIATE_TEST_SUITE_P(Stores, ClearingTest,
                         ::testing::Values("memory", "postgres"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace onestop::server
