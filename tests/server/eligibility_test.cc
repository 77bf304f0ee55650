// GetEligibility over gRPC, in memory and on PostgreSQL: what was settled,
// registered and imported is in the answer of the next call.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/error.h"
#include "tests/server/server_fixture.h"

namespace onestop::server {
namespace {

using testing::ClaimRow;
using testing::Client;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using testing::ReasonOf;
using testing::SettleRow;
using Stub = pb::RegistryService::Stub;

constexpr char kMethod[] = "/onestop.v1.SettlementService/GetEligibility";

class EligibilityServerTest : public ServerTest {
 protected:
  pb::GetEligibilityResponse Ask(const pb::GetEligibilityRequest& request) {
    const auto bytes = client_->Raw(kMethod, request.SerializeAsString());
    EXPECT_TRUE(bytes.ok()) << bytes.status();
    pb::GetEligibilityResponse response;
    EXPECT_TRUE(response.ParseFromString(bytes.value_or("")));
    return response;
  }
  static pb::GetEligibilityRequest About(const std::string& person,
                                         const std::string& institution) {
    pb::GetEligibilityRequest request;
    request.set_person_id(person);
    request.set_institution_id(institution);
    return request;
  }
  pb::Receipt ReceiptOf(const pb::SettleRequest& request) {
    return Settled(request).receipt();
  }
  // Imports one registration.
  void Import(const pb::Registration& registration) {
    pb::ImportRegistrationsRequest request;
    *request.add_registrations() = registration;
    const auto loaded = client_->Import(&Stub::ImportRegistrations, request);
    ASSERT_NE(loaded.results(0).outcome(), pb::ROW_OUTCOME_REFUSED)
        << loaded.DebugString();
  }
  static pb::Registration Family(const std::string& owner,
                                 const std::string& beneficiary) {
    pb::Registration registration;
    registration.set_registration_id("F-" + owner);
    registration.set_person_id(owner);
    registration.set_registration_kind(pb::REGISTRATION_KIND_FAMILY_ACCOUNT);
    registration.set_beneficiary_id(beneficiary);
    registration.set_registered_on("2024-11-01");
    return registration;
  }
};

std::vector<std::string> OwnersOf(const pb::GetEligibilityResponse& answer) {
  return {answer.account_owners().begin(), answer.account_owners().end()};
}

TEST_P(EligibilityServerTest, TellsWhatASettlementLeft) {
  pb::GetEligibilityRequest about = About("E0", "H2");
  about.add_item_codes("A");
  const pb::GetEligibilityResponse before = Ask(about);
  EXPECT_TRUE(before.in_force());
  EXPECT_THAT(before.refusals(), IsEmpty());
  EXPECT_EQ(before.service_date(), "2025-03-20") << "today";
  EXPECT_EQ(before.items(0).first_scheme(), "yn-outpatient-employee");

  const pb::Receipt receipt = ReceiptOf(SettleRow("e1", "E0", 200'000));
  EXPECT_EQ(receipt.lines(0).first_scheme(), before.items(0).first_scheme());
  const pb::GetEligibilityResponse after = Ask(about);
  int compared = 0;
  for (const pb::Remaining& left : receipt.remaining()) {
    for (const pb::Remaining& told : after.remaining()) {
      if (told.counter() != left.counter()) continue;
      EXPECT_EQ(told.SerializeAsString(), left.SerializeAsString());
      ++compared;
    }
  }
  EXPECT_EQ(compared, 1) << "the year's cap; the deductible is a visit's";
  EXPECT_EQ(after.remaining(1).counter(), "dedc/yn-outpatient-employee/");
  EXPECT_EQ(after.remaining(1).left_fen(), 4000);
}

TEST_P(EligibilityServerTest, TellsWhatAPrescriptionHasLeft) {
  pb::SettleRequest settle = SettleRow("rx1", "E0", 10'000);
  pb::Prescription& prescription =
      *settle.mutable_claim()->mutable_prescription();
  prescription.set_prescription_id("RX1");
  prescription.set_institution_id("H3");
  prescription.set_issued_on("2025-03-10");
  pb::PrescriptionItem& item = *prescription.add_items();
  item.set_item_code("A");
  item.set_quantity("1.5");
  pb::GetEligibilityRequest about = About("E0", "H2");
  about.set_service_date("2025-03-11");
  *about.mutable_prescription() = prescription;
  EXPECT_EQ(Ask(about).prescription_left(0).left_quantity(), "1.5");
  Settled(settle);
  EXPECT_EQ(Ask(about).prescription_left(0).left_quantity(), "0.5");
  about.clear_service_date();  // 2025-03-20 is too late
  EXPECT_THAT(Ask(about).refusals(), ElementsAre("PRESCRIPTION_EXPIRED"));
}

TEST_P(EligibilityServerTest, FindsTheRelativesWhoShareTheirAccounts) {
  pb::ImportAccountsRequest accounts;
  accounts.set_import_id("acc");
  pb::AccountBalance& balance = *accounts.add_accounts();
  balance.set_person_id("E0");
  balance.set_balance_fen(4321);
  client_->Import(&Stub::ImportAccounts, accounts);
  EXPECT_THAT(OwnersOf(Ask(About("E0", ""))), IsEmpty());
  Import(Family("E2", "E0"));
  Import(Family("E1", "E0"));
  Import(Family("E3", "R0"));
  Import(Family("E0", "E0"));  // names its owner
  const pb::GetEligibilityResponse answer = Ask(About("E0", ""));
  EXPECT_EQ(answer.account_balance_fen(), 4321);
  EXPECT_THAT(OwnersOf(answer), ElementsAre("E1", "E2"));
  EXPECT_THAT(OwnersOf(Ask(About("R0", ""))), ElementsAre("E3"));

  // They are the ones that a claim may name.
  pb::QuoteRequest quote;
  *quote.mutable_claim() = ClaimRow("E0", 100'000);
  quote.mutable_claim()->mutable_account()->set_use(true);
  for (const std::string& owner : OwnersOf(answer)) {
    quote.mutable_claim()->mutable_account()->add_relatives(owner);
  }
  grpc::ClientContext context;
  pb::QuoteResponse quoted;
  const auto status = client_->settlement->Quote(&context, quote, &quoted);
  EXPECT_TRUE(status.ok()) << testing::Client::ToStatus(status);

  pb::Registration revoked = Family("E1", "E0");
  revoked.set_revoked_on("2025-03-20");
  Import(revoked);
  EXPECT_THAT(OwnersOf(Ask(About("E0", ""))), ElementsAre("E2"));
  pb::GetEligibilityRequest yesterday = About("E0", "");
  yesterday.set_service_date("2025-03-19");
  EXPECT_THAT(OwnersOf(Ask(yesterday)), ElementsAre("E1", "E2"));
}

TEST_P(EligibilityServerTest, TellsRegistrationsAndWhy) {
  pb::Registration registration;
  registration.set_registration_id("C1");
  registration.set_person_id("R0");
  registration.set_registration_kind(pb::REGISTRATION_KIND_CHRONIC_DISEASE);
  registration.set_disease("M03900");
  registration.set_registered_on("2024-01-01");
  registration.set_valid_until("2025-03-19");
  Import(registration);
  pb::GetEligibilityResponse answer = Ask(About("R0", "H1"));
  ASSERT_EQ(answer.registrations_size(), 1);
  EXPECT_FALSE(answer.registrations(0).active());
  EXPECT_EQ(answer.registrations(0).reason(), "REGISTRATION_EXPIRED");
  EXPECT_EQ(answer.registrations(0).active_until(), "2025-03-19");
  EXPECT_EQ(answer.registrations(0).registration().registration_id(), "C1");
}

TEST_P(EligibilityServerTest, RefusesWhatItCannotAnswer) {
  EXPECT_EQ(ReasonOf(client_->Raw(
                kMethod, About("NOBODY", "NOWHERE").SerializeAsString())),
            "PERSON_UNKNOWN");
  EXPECT_EQ(ReasonOf(client_->Raw(kMethod,
                                  About("E0", "NOWHERE").SerializeAsString())),
            "INSTITUTION_UNKNOWN");
  pb::GetEligibilityRequest bad = About("", "");
  bad.set_service_date("tomorrow");
  bad.add_item_codes("");
  const auto answer = client_->Raw(kMethod, bad.SerializeAsString());
  EXPECT_EQ(ReasonOf(answer), "MALFORMED_REQUEST");
  std::vector<std::string> fields;
  for (const FieldViolation& violation : FieldViolations(answer.status())) {
    fields.push_back(violation.field);
  }
  EXPECT_THAT(fields,
              IsSupersetOf({"person_id", "service_date", "item_codes[0]"}));
  pb::GetEligibilityRequest future = About("E0", "H2");
  future.set_service_date("2025-03-21");
  EXPECT_THAT(Ask(future).refusals(), ElementsAre("FUTURE_SERVICE_DATE"));
}

INSTANTIATE_TEST_SUITE_P(Stores, EligibilityServerTest,
                         ::testing::Values("memory", "postgres"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace onestop::server
