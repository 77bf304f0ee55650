// `onestop year statement` against a server that answers as told.
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/error.h"
#include "cli/exit_code.h"
#include "onestop/v1/settlement.grpc.pb.h"
#include "tests/cli/run.h"
#include "tests/cli/told_server.h"

namespace onestop::cli {
namespace {

namespace pb = ::onestop::v1;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

// Knows P: an employee with a registration for the drug D1.
class ToldSettlement final : public pb::SettlementService::Service {
 public:
  grpc::Status GetEligibility(grpc::ServerContext*,
                              const pb::GetEligibilityRequest* request,
                              pb::GetEligibilityResponse* response) override {
    asked.push_back(*request);
    if (request->person_id() != "P") {
      return Refusal(MakeError(absl::StatusCode::kNotFound, "PERSON_UNKNOWN",
                               "no such person"));
    }
    response->set_service_date(request->service_date());
    response->set_pooling_region("530100");
    response->set_insurance_type(pb::INSURANCE_TYPE_EMPLOYEE);
    response->set_person_category(pb::PERSON_CATEGORY_IN_SERVICE);
    response->add_registrations()->mutable_registration()->add_item_codes("D1");
    Left("deductible/yn-outpatient-employee", pb::REMAINING_KIND_DEDUCTIBLE,
         80'000, 12'345, *response);
    Left("deductible/yn-inpatient-terms-employee/",
         pb::REMAINING_KIND_DEDUCTIBLE, 88'000, 0, *response);
    if (!request->item_codes().empty()) {
      Left("cap/km-negotiated/D1", pb::REMAINING_KIND_CAP, 500'000, 777,
           *response);
    }
    return grpc::Status::OK;
  }

  grpc::Status GetLedger(grpc::ServerContext*,
                         const pb::GetLedgerRequest* request,
                         pb::GetLedgerResponse* response) override {
    response->set_account_balance_fen(4'200);
    if (request->year() != 2025) return grpc::Status::OK;
    pb::LedgerRow& row = *response->add_rows();
    row.set_year(2025);
    Count("deductible/yn-outpatient-employee", 12'345, row);
    Count("cap/inpatient", 98'765, row);
    return grpc::Status::OK;
  }

  std::vector<pb::GetEligibilityRequest> asked;

 private:
  static void Left(const std::string& counter, pb::RemainingKind kind,
                   int64_t limit, int64_t used,
                   pb::GetEligibilityResponse& response) {
    pb::Remaining& left = *response.add_remaining();
    left.set_counter(counter);
    left.set_kind(kind);
    left.set_limit_fen(limit);
    left.set_used_fen(used);
    left.set_left_fen(limit - used);
  }
  static void Count(const std::string& counter, int64_t amount,
                    pb::LedgerRow& row) {
    pb::CounterAmount& added = *row.add_counters();
    added.set_counter(counter);
    added.set_amount_fen(amount);
  }
};

class YearStatementTest : public ::testing::Test {
 protected:
  Ran Statement(std::vector<std::string> more) {
    std::vector<std::string> arguments = {"year", "statement", "--server",
                                          server_.address()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunOnestop(arguments);
  }

  ToldSettlement settlement_;
  ToldServer server_{{&settlement_}};
};

TEST_F(YearStatementTest, TellsWhatWasUsedInBothLanguages) {
  const Ran ran = Statement({"P", "--year", "2025", "--lang", "both"});
  EXPECT_EQ(ran.code, kExitOk) << ran.err;
  for (const char* said :
       {"2025 年度医保待遇对账单", "Statement of the year 2025", "676.55",
        "800.00", "123.45", "4992.23", "7.77", "987.65", "42.00"}) {
    EXPECT_THAT(ran.out, HasSubstr(said));
  }
  // The deductible of a visit to come is not of the year.
  EXPECT_THAT(ran.out, Not(HasSubstr("880.00")));
  ASSERT_EQ(settlement_.asked.size(), 2u);
  EXPECT_EQ(settlement_.asked[1].service_date(), "2025-12-31");
  EXPECT_THAT(settlement_.asked[1].item_codes(), ElementsAre("D1"));
}

TEST_F(YearStatementTest, AnEmptyYearSaysSo) {
  const Ran ran = Statement({"P", "--year", "2024", "--lang", "en"});
  EXPECT_EQ(ran.code, kExitOk) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("Nothing was settled in this year."));
}

TEST_F(YearStatementTest, JsonHoldsBothAnswers) {
  const Ran ran = Statement({"P", "--year", "2025", "--output", "json"});
  EXPECT_EQ(ran.code, kExitOk) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr(R"({"person_id":"P","year":2025)"));
  EXPECT_EQ(std::count(ran.out.begin(), ran.out.end(), '\n'), 1);
  EXPECT_THAT(ran.out, HasSubstr(R"("limits":{)"));
  EXPECT_THAT(ran.out, HasSubstr(R"("ledger":{)"));
}

TEST_F(YearStatementTest, AnUnknownPersonIsRefused) {
  const Ran ran = Statement({"Q", "--year", "2025", "--lang", "en"});
  EXPECT_EQ(ran.code, kExitRefused);
  EXPECT_THAT(ran.err, HasSubstr("PERSON_UNKNOWN"));
}

TEST_F(YearStatementTest, TheYearIsRequired) {
  EXPECT_EQ(Statement({"P"}).code, kExitUsage);
}

}  // namespace
}  // namespace onestop::cli
