// The receipts of all conformance cases add up: totals, schemes, layers, lines
// and steps tell the same story, and the amounts are those expected.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <variant>

#include "domain/book.h"
#include "domain/ledger.h"
#include "tests/support/policies.h"
#include "tests/support/status_matchers.h"
#include "wire/receipt.h"
#include "wire/scenario.h"

namespace onestop::wire {
namespace {

using ::testing::IsEmpty;

// Ids need only be distinct within one scenario.
domain::SettlementId IdOf(const std::string& request_id, uint8_t kind) {
  domain::SettlementId id;
  for (size_t i = 0; i < request_id.size(); ++i) {
    id.bytes[1 + i % 15] =
        static_cast<uint8_t>(id.bytes[1 + i % 15] * 31 + request_id[i]);
  }
  id.bytes[0] = kind;
  return id;
}

void CheckSums(const pb::Receipt& receipt) {
  const pb::Totals& totals = receipt.totals();
  EXPECT_EQ(totals.gross_fen(),
            totals.over_limit_fen() + totals.own_expense_fen() +
                totals.preself_fen() + totals.in_scope_fen());
  EXPECT_EQ(totals.gross_fen(), totals.fund_pay_fen() + totals.account_fen() +
                                    totals.family_account_fen() +
                                    totals.cash_fen());
  int64_t schemes = 0;
  for (const auto& pay : receipt.by_scheme()) schemes += pay.pay_fen();
  EXPECT_EQ(schemes, totals.scheme_pay_fen());
  int64_t layers = 0;
  for (const auto& pay : receipt.by_layer()) layers += pay.pay_fen();
  EXPECT_EQ(schemes + layers, totals.fund_pay_fen());
  int64_t accounts = 0;
  for (const auto& paid : receipt.account_payments()) {
    EXPECT_GT(paid.paid_fen(), 0);
    accounts += paid.paid_fen();
  }
  EXPECT_EQ(accounts, totals.account_fen() + totals.family_account_fen());
}

void CheckLines(const pb::Receipt& receipt) {
  int64_t gross = 0;
  int64_t pay = 0;
  for (const pb::ReceiptLine& line : receipt.lines()) {
    EXPECT_EQ(line.gross_fen(), line.allowed_fen() + line.over_limit_fen());
    EXPECT_EQ(line.allowed_fen(), line.own_expense_fen() + line.preself_fen() +
                                      line.in_scope_fen());
    int64_t by_schemes = 0;
    for (const pb::LinePay& part : line.pays()) {
      EXPECT_EQ(part.base_fen(), part.deductible_fen() + part.absorbed_fen() +
                                     part.overflow_fen());
      by_schemes += part.pay_fen();
    }
    EXPECT_EQ(by_schemes, line.scheme_pay_fen());
    EXPECT_EQ(line.pays().empty(), line.first_scheme().empty());
    gross += line.gross_fen();
    pay += line.scheme_pay_fen();
  }
  EXPECT_EQ(gross, receipt.totals().gross_fen());
  EXPECT_EQ(pay, receipt.totals().scheme_pay_fen());
}

void CheckSteps(const pb::Receipt& receipt) {
  std::map<pb::StepKind, int64_t> taken;
  for (const pb::Step& step : receipt.steps()) {
    EXPECT_NE(step.kind(), pb::STEP_KIND_UNSPECIFIED);
    taken[step.kind()] += step.taken_fen();
  }
  const pb::Totals& totals = receipt.totals();
  EXPECT_EQ(taken[pb::STEP_KIND_PAYMENT_STANDARD], totals.over_limit_fen());
  EXPECT_EQ(taken[pb::STEP_KIND_OWN_EXPENSE] + taken[pb::STEP_KIND_DELISTED],
            totals.own_expense_fen());
  EXPECT_EQ(taken[pb::STEP_KIND_PRESELF], totals.preself_fen());
  EXPECT_EQ(taken[pb::STEP_KIND_DEDUCTIBLE], totals.deductible_fen());
  EXPECT_EQ(taken[pb::STEP_KIND_FUND_PAY], totals.scheme_pay_fen());
  EXPECT_EQ(taken[pb::STEP_KIND_LAYER_PAY] - taken[pb::STEP_KIND_LAYER_CAP],
            totals.fund_pay_fen() - totals.scheme_pay_fen());
  EXPECT_EQ(taken[pb::STEP_KIND_ACCOUNT], totals.account_fen());
  EXPECT_EQ(taken[pb::STEP_KIND_FAMILY_ACCOUNT], totals.family_account_fen());
}

void CheckReceipt(const pb::Receipt& receipt) {
  CheckSums(receipt);
  CheckLines(receipt);
  CheckSteps(receipt);
}

// Receipts are written by hand; not a byte differs from protobuf's own.
void ExpectAsProtobufWrites(const std::string& reply) {
  pb::SettleResponse response;
  ASSERT_TRUE(response.ParseFromString(reply));
  EXPECT_EQ(response.SerializeAsString(), reply) << response.DebugString();
}

// Decides the steps of one scenario in a Book.
class Runner {
 public:
  explicit Runner(const ScenarioWorld& world)
      : world_(world), book_(testing_policy(), world.catalog, {}) {
    for (const domain::Person& person : world.persons) book_.AddPerson(person);
    std::map<std::pair<std::string, int32_t>, domain::LedgerRow> rows;
    for (const domain::Movement& movement : world.opening) {
      const std::pair key(movement.person_id, movement.year);
      ONESTOP_EXPECT_OK(rows[key].Add(movement));
    }
    for (auto& [key, row] : rows) book_.AddLedger({key.first, key.second}, row);
  }

  pb::Expect Decide(const absl::StatusOr<ScenarioAction>& step) {
    if (!step.ok()) return ResultOfRefusal(step.status());
    return std::visit([this](const auto& action) { return Do(action); }, *step);
  }

 private:
  static const domain::Policy& testing_policy() {
    return onestop::testing::ShippedPolicy();
  }

  // A quote sees what was committed: here, all that was settled before.
  pb::Expect Do(const QuoteStep& quote) {
    domain::SettleCommand command;
    command.id = IdOf("quote", 3);
    command.claim = quote.claim;
    command.expected_cash = domain::Money{-1};  // never: nothing is written
    const auto decision = book_.Settle(command);
    if (!decision.ok()) return ResultOfRefusal(decision.status());
    pb::QuoteResponse response;
    response.ParseFromString(QuoteReply(quote.claim, decision->outcome,
                                        world_.catalog, {"revision", 1}));
    CheckReceipt(response.receipt());
    return ResultOfReceipt(response.receipt());
  }

  pb::Expect Do(const SettleAsk& ask) {
    domain::SettleCommand command;
    command.id = IdOf(ask.request_id, 1);
    command.reversal_id = IdOf(ask.request_id, 2);
    command.request_id = ask.request_id;
    command.claim = ask.claim;
    const auto decision = book_.Settle(command);
    if (!decision.ok()) return ResultOfRefusal(decision.status());
    domain::SettlementRecord& record = *decision->record;
    if (decision->kind == domain::SettleDecision::Kind::kSettled) {
      record.reply = SettleReply(record, decision->outcome, world_.catalog);
      ExpectAsProtobufWrites(record.reply);
    }
    pb::SettleResponse response;
    response.ParseFromString(record.reply);
    CheckReceipt(response.receipt());
    return ResultOfSettleReply(record.reply);
  }

  pb::Expect Do(const ReverseAsk& ask) {
    domain::ReverseCommand command;
    command.person_id = ask.person_id;
    command.target = IdOf(ask.settle_request_id, 1);
    command.reversal_id = IdOf(ask.settle_request_id, 2);
    command.by_request_id = true;
    command.institution_id = ask.institution_id;
    command.request_id = ask.settle_request_id;
    const auto decision = book_.Reverse(command);
    if (!decision.ok()) return ResultOfRefusal(decision.status());
    const bool reversed =
        decision->kind == domain::ReverseDecision::Kind::kReversed ||
        decision->kind == domain::ReverseDecision::Kind::kAlreadyReversed;
    return ResultOfReversal(reversed ? ask.settle_request_id : "");
  }

  const ScenarioWorld& world_;
  domain::Book book_;
};

class ReceiptCasesTest : public ::testing::TestWithParam<const char*> {};

TEST_P(ReceiptCasesTest, ReceiptsAddUpAndAmountsAreThoseExpected) {
  std::ifstream in(std::string("tests/cases/") + GetParam());
  const std::string text(std::istreambuf_iterator<char>(in), {});
  for (const ParsedScenario& parsed : ParseScenarios(text)) {
    ONESTOP_ASSERT_OK(parsed.scenario);
    SCOPED_TRACE(parsed.scenario->id());
    ONESTOP_ASSERT_OK_AND_ASSIGN(
        const ScenarioWorld world,
        WorldOf(*parsed.scenario, onestop::testing::ShippedPolicy()));
    Runner runner(world);
    for (size_t i = 0; i < world.steps.size(); ++i) {
      SCOPED_TRACE(i);
      EXPECT_THAT(Differences(parsed.scenario->expect(static_cast<int>(i)),
                              runner.Decide(world.steps[i])),
                  IsEmpty());
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Cases, ReceiptCasesTest,
                         ::testing::Values("examples.json", "random.jsonl"));

}  // namespace
}  // namespace onestop::wire
