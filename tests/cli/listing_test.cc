// `onestop list` and `onestop lookup` against a server that answers as told:
// pages, limits, texts, JSON, refusals.
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "cli/exit_code.h"
#include "cli/input.h"
#include "cli/text.h"
#include "onestop/v1/registry.grpc.pb.h"
#include "onestop/v1/settlement.grpc.pb.h"
#include "tests/cli/run.h"
#include "tests/cli/told_server.h"

namespace onestop::cli {
namespace {

namespace pb = ::onestop::v1;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

constexpr int kRows = 2'500;

grpc::Status NotFound(const char* reason) {
  return Refusal(
      MakeError(absl::StatusCode::kNotFound, reason, "no such thing"));
}

// Has kRows rows of one fen each; every third takes the one before back. The
// token is the number of the next row.
class ToldSettlement final : public pb::SettlementService::Service {
 public:
  grpc::Status ListSettlements(grpc::ServerContext*,
                               const pb::ListSettlementsRequest* request,
                               pb::ListSettlementsResponse* response) override {
    asked.push_back(*request);
    const int first =
        request->page_token().empty() ? 0 : std::stoi(request->page_token());
    const int rows = request->person_id().starts_with("NO") ? 0 : kRows;
    const int end = std::min(rows, first + request->page_size());
    for (int i = first; i < end; ++i) {
      pb::SettlementSummary& row = *response->add_settlements();
      row.set_settlement_id(Cat("S", i));
      row.set_request_id(Cat("r", i));
      row.set_booked_on("2025-03-20");
      row.set_kind(i % 3 == 2 ? pb::SETTLEMENT_KIND_REVERSAL
                              : pb::SETTLEMENT_KIND_SETTLEMENT);
      row.set_state(i % 3 == 1 ? pb::SETTLEMENT_STATE_REVERSED
                               : pb::SETTLEMENT_STATE_SETTLED);
      row.mutable_totals()->set_cash_fen(i % 3 == 2 ? -1 : 1);
    }
    if (end < rows) response->set_next_page_token(Cat(end));
    return grpc::Status::OK;
  }

  std::vector<pb::ListSettlementsRequest> asked;
};

class ToldRegistry final : public pb::RegistryService::Service {
 public:
  grpc::Status GetPerson(grpc::ServerContext*,
                         const pb::GetPersonRequest* request,
                         pb::GetPersonResponse* response) override {
    if (request->person_id() != "P" && request->person_id() != "NONE") {
      return NotFound("PERSON_UNKNOWN");
    }
    pb::Person& person = *response->mutable_person();
    person.set_person_id("P");
    person.set_birth_date("1960-01-02");
    person.set_pooling_region("530100");
    person.set_insurance_type(pb::INSURANCE_TYPE_EMPLOYEE);
    person.set_person_category(pb::PERSON_CATEGORY_RETIRED);
    person.set_assistance_category(pb::ASSISTANCE_CATEGORY_LOW_INCOME);
    person.add_benefit_periods()->set_from("2020-01-01");
    pb::StatusPeriod& status = *person.add_status_periods();
    status.set_until("2019-12-31");
    status.set_person_category(pb::PERSON_CATEGORY_IN_SERVICE);
    pb::Registration& registration = *response->add_registrations();
    registration.set_registration_id("REG");
    registration.set_registration_kind(pb::REGISTRATION_KIND_FAMILY_ACCOUNT);
    return grpc::Status::OK;
  }
  grpc::Status GetInstitution(grpc::ServerContext*,
                              const pb::GetInstitutionRequest* request,
                              pb::GetInstitutionResponse* response) override {
    pb::Institution& institution = *response->mutable_institution();
    institution.set_institution_id(request->institution_id());
    institution.set_institution_kind(pb::INSTITUTION_KIND_HOSPITAL);
    institution.set_level(3);
    institution.set_contract_until("2029-12-31");
    for (const char* from : {"2022-01-01", "2025-01-01"}) {
      pb::Designation& designation = *response->add_designations();
      designation.set_hospital_id("H");
      designation.set_pharmacy_id("Y");
      designation.set_from(from);
    }
    response->set_catalog_revision(9);
    return grpc::Status::OK;
  }
  grpc::Status GetItem(grpc::ServerContext*, const pb::GetItemRequest* request,
                       pb::GetItemResponse* response) override {
    pb::Item& item = *response->mutable_item();
    item.set_item_code(request->item_code());
    item.set_name("阿达木单抗");
    item.set_item_class(pb::ITEM_CLASS_B);
    pb::DatedPrice& price = *item.add_standards();
    price.set_from("2024-01-01");
    price.set_price("1290.5");
    item.mutable_negotiated()->set_agreement_until("2025-12-31");
    item.mutable_negotiated()->set_after_agreement(
        pb::AFTER_AGREEMENT_DELISTED);
    pb::ListMembership& list = *item.add_lists();
    list.set_list("city-negotiated");
    list.set_annual_limit_fen(2'000'000);
    return grpc::Status::OK;
  }
};

class ListCommand : public ::testing::Test {
 protected:
  Ran Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--server", address_});
    return RunOnestop(arguments);
  }
  static int64_t LinesOf(const std::string& text) {
    return std::count(text.begin(), text.end(), '\n');
  }

  ToldSettlement settlement_;
  ToldRegistry registry_;
  ToldServer server_{&settlement_, &registry_};
  const std::string& address_ = server_.address();
};

TEST_F(ListCommand, AsksEveryPageAndSumsUp) {
  const Ran ran =
      Run({"list", "--institution", "H", "--from", "2025-01-01", "--until",
           "2025-12-31", "--insurance", "resident", "--lang", "en"});
  EXPECT_EQ(ran.code, kExitOk) << ran.err;
  EXPECT_EQ(LinesOf(ran.out), kRows + 3);  // head, empty line, sums
  EXPECT_THAT(ran.out, AllOf(HasSubstr("Booked on"), HasSubstr("reversed"),
                             HasSubstr("reversal"), HasSubstr("S2499"),
                             HasSubstr("2500 rows: total 0.00 yuan"),
                             HasSubstr("cash 8.34."), Not(HasSubstr("More"))));
  ASSERT_THAT(settlement_.asked, SizeIs(3));
  for (const pb::ListSettlementsRequest& asked : settlement_.asked) {
    EXPECT_EQ(asked.person_id(), "");
    EXPECT_EQ(asked.institution_id(), "H");
    EXPECT_EQ(asked.booked_from(), "2025-01-01");
    EXPECT_EQ(asked.booked_until(), "2025-12-31");
    EXPECT_EQ(asked.insurance_type(), pb::INSURANCE_TYPE_RESIDENT);
    EXPECT_EQ(asked.page_size(), 1000);
  }
  EXPECT_EQ(settlement_.asked[2].page_token(), "2000");
}

TEST_F(ListCommand, StopsAtTheLimitAndSaysSo) {
  const Ran ran =
      Run({"list", "--person", "P", "--limit", "1001", "--lang", "both"});
  EXPECT_EQ(ran.code, kExitOk) << ran.err;
  EXPECT_THAT(ran.out, AllOf(HasSubstr("1001 rows"), HasSubstr("More follow"),
                             HasSubstr("共 1001 条"), HasSubstr("后面还有"),
                             Not(HasSubstr("S1001"))));
  ASSERT_THAT(settlement_.asked, SizeIs(2));
  EXPECT_EQ(settlement_.asked[1].page_size(), 1);
}

TEST_F(ListCommand, PrintsOneJsonLineARow) {
  const Ran ran = Run({"list", "--person", "P", "--output", "json"});
  EXPECT_EQ(ran.code, kExitOk) << ran.err;
  EXPECT_EQ(LinesOf(ran.out), kRows);
  pb::SettlementSummary row;
  ASSERT_TRUE(
      FromJson("line", ran.out.substr(0, ran.out.find('\n')), row).ok());
  EXPECT_EQ(row.settlement_id(), "S0");
  EXPECT_EQ(row.totals().cash_fen(), 1);
}

TEST_F(ListCommand, AnEmptyListIsNotAnError) {
  const Ran ran = Run({"list", "--person", "NONE", "--lang", "en"});
  EXPECT_EQ(ran.code, kExitOk);
  EXPECT_EQ(ran.out, "There are no such settlements.\n");
}

TEST_F(ListCommand, AnUnknownPersonIsNotAnEmptyList) {
  for (const char* format : {"text", "json"}) {
    const Ran ran =
        Run({"list", "--person", "NOPE", "--lang", "en", "--output", format});
    EXPECT_EQ(ran.code, kExitRefused);
    // A program is told of the refusal, not of a list.
    if (format == std::string_view("json")) {
      EXPECT_THAT(ran.out, HasSubstr(R"("reason":"PERSON_UNKNOWN")"));
    } else {
      EXPECT_EQ(ran.out, "");
    }
    EXPECT_THAT(ran.err, HasSubstr("PERSON_UNKNOWN"));
  }
}

TEST_F(ListCommand, WrongFlagsEndWithTwo) {
  EXPECT_EQ(Run({"list", "--person", "P", "--limit", "-1"}).code, kExitUsage);
  EXPECT_EQ(Run({"list", "--person", "P", "--insurance", "pet"}).code,
            kExitUsage);
  EXPECT_EQ(Run({"lookup"}).code, kExitUsage);
  EXPECT_EQ(Run({"lookup", "item"}).code, kExitUsage);
  EXPECT_THAT(settlement_.asked, SizeIs(0));
}

TEST_F(ListCommand, LooksAPersonUp) {
  const Ran ran = Run({"lookup", "person", "P", "--lang", "en"});
  EXPECT_EQ(ran.code, kExitOk) << ran.err;
  EXPECT_EQ(ran.out,
            "Person        P\n"
            "Born          1960-01-02\n"
            "Insured       Kunming, employee insurance, retired, minimum "
            "living allowance\n"
            "Insured then  until 2019-12-31: in service\n"
            "Benefits      from 2020-01-01\n"
            "Version       0\n"
            "\n"
            "Registration  REG\n"
            "Kind          family account\n");
  const Ran unknown = Run({"lookup", "person", "Q", "--lang", "en"});
  EXPECT_EQ(unknown.code, kExitRefused);
  EXPECT_THAT(unknown.err, HasSubstr("PERSON_UNKNOWN"));
}

TEST_F(ListCommand, LooksAnInstitutionUp) {
  const Ran ran = Run({"lookup", "institution", "H", "--lang", "zh"});
  EXPECT_EQ(ran.code, kExitOk) << ran.err;
  EXPECT_EQ(ran.out,
            "机构      H\n"
            "类别      医院\n"
            "级别      3\n"
            "定点协议  至 2029-12-31\n"
            "指定药店  H → Y 自 2022-01-01\n"
            "          H → Y 自 2025-01-01\n"
            "目录版本  9\n");
}

TEST_F(ListCommand, LooksAnItemUp) {
  const Ran ran = Run({"lookup", "item", "A", "--lang", "en"});
  EXPECT_EQ(ran.code, kExitOk) << ran.err;
  EXPECT_EQ(ran.out,
            "Item              A\n"
            "Name              阿达木单抗\n"
            "Class             B\n"
            "Agreement         until 2025-12-31, leaves the catalog "
            "afterwards\n"
            "Payment standard  from 2024-01-01: 1290.5 yuan\n"
            "On list           city-negotiated, yearly limit 20000.00\n"
            "Catalog revision  0\n");
  const Ran json = Run({"lookup", "item", "A", "--output", "json"});
  pb::GetItemResponse answer;
  EXPECT_TRUE(FromJson("answer", json.out, answer).ok()) << json.out;
  EXPECT_EQ(answer.item().item_code(), "A");
}

}  // namespace
}  // namespace onestop::cli
