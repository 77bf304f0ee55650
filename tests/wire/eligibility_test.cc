// Eligibility at the border: every malformed field named at once, a full answer
// written field by field.
#include "wire/eligibility.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/error.h"
#include "base/limits.h"
#include "tests/support/policies.h"
#include "tests/support/status_matchers.h"
#include "tests/support/world.h"

namespace onestop::wire {
namespace {

using ::onestop::testing::D;
using ::testing::UnorderedElementsAre;

pb::GetEligibilityRequest FullRequest() {
  pb::GetEligibilityRequest request;
  request.set_person_id("P-1");
  request.set_institution_id("H3");
  request.set_service_date("2025-03-10");
  pb::Prescription& prescription = *request.mutable_prescription();
  prescription.set_prescription_id("RX");
  prescription.set_institution_id("H3");
  prescription.set_issued_on("2025-03-09");
  pb::PrescriptionItem& item = *prescription.add_items();
  item.set_item_code("A");
  item.set_quantity("2.5");
  request.add_item_codes("A");
  request.add_diagnosis_codes("I10");
  request.set_physician_id("DR1");
  return request;
}

TEST(GetEligibilityFromProto, ReadsEveryField) {
  ONESTOP_ASSERT_OK_AND_ASSIGN(const GetEligibilityAsk ask,
                               GetEligibilityFromProto(FullRequest()));
  EXPECT_EQ(ask.inquiry.person_id, "P-1");
  EXPECT_EQ(ask.inquiry.institution_id, "H3");
  EXPECT_EQ(ask.inquiry.service_date, D("2025-03-10"));
  EXPECT_FALSE(ask.today);
  ASSERT_TRUE(ask.inquiry.prescription);
  EXPECT_EQ(ask.inquiry.prescription->items[0].quantity,
            *domain::ParseQuantity("2.5"));
  EXPECT_EQ(ask.inquiry.item_codes, std::vector<std::string>{"A"});
  EXPECT_EQ(ask.inquiry.diagnosis_codes, std::vector<std::string>{"I10"});
  EXPECT_EQ(ask.inquiry.physician_id, "DR1");
}

TEST(GetEligibilityFromProto, ThePersonAloneIsEnough) {
  pb::GetEligibilityRequest request;
  request.set_person_id("P-1");
  ONESTOP_ASSERT_OK_AND_ASSIGN(const GetEligibilityAsk ask,
                               GetEligibilityFromProto(request));
  EXPECT_TRUE(ask.today);
  EXPECT_EQ(ask.inquiry.institution_id, "");
  EXPECT_FALSE(ask.inquiry.prescription);
}

TEST(GetEligibilityFromProto, NamesEveryMalformedField) {
  pb::GetEligibilityRequest request;
  request.set_institution_id(std::string(limits::kMaxIdBytes + 1, 'x'));
  request.set_service_date("2025-02-30");
  request.mutable_prescription()->add_items()->set_quantity("0");
  request.add_item_codes("");
  for (int i = 0; i <= limits::kMaxDiagnosisCodes; ++i) {
    request.add_diagnosis_codes("I10");
  }
  request.set_physician_id(std::string("a\nb"));
  const absl::Status status = GetEligibilityFromProto(request).status();
  EXPECT_EQ(ErrorReason(status), "MALFORMED_REQUEST");
  std::vector<std::string> fields;
  for (const FieldViolation& violation : FieldViolations(status)) {
    fields.push_back(violation.field);
  }
  EXPECT_THAT(fields,
              UnorderedElementsAre(
                  "person_id", "institution_id", "service_date",
                  "prescription.prescription_id", "prescription.institution_id",
                  "prescription.issued_on", "prescription.items[0].item_code",
                  "prescription.items[0].quantity", "item_codes[0]",
                  "diagnosis_codes", "physician_id"));
}

TEST(GetEligibilityFromProto, TakesAHundredItemsAndNoMore) {
  pb::GetEligibilityRequest request = FullRequest();
  while (request.item_codes_size() < limits::kMaxEligibilityItems) {
    request.add_item_codes("A");
  }
  EXPECT_THAT(GetEligibilityFromProto(request), IsOk());
  request.add_item_codes("A");
  EXPECT_EQ(FieldViolations(GetEligibilityFromProto(request).status())[0].field,
            "item_codes");
}

TEST(EligibilityToProto, WritesEveryField) {
  const domain::Catalog catalog = onestop::testing::SmallCatalog();
  domain::Person person = onestop::testing::InService("P-1");
  person.always.assistance = domain::Assistance::kLowIncome;
  domain::Registration lapsed = onestop::testing::Registered(
      domain::RegistrationKind::kTreatment, "", "2024-08-01");
  person.registrations = {lapsed};
  domain::Person owner = onestop::testing::InService("O-1");
  owner.registrations = {onestop::testing::Registered(
      domain::RegistrationKind::kFamilyAccount, "", "2024-01-01")};
  owner.registrations[0].beneficiary_id = "P-1";
  domain::LedgerRow no_year;
  no_year.Set({"account", 777, domain::kOpenUntil});
  no_year.Set(
      {domain::PrescriptionCounter("H3", "RX", "A"), 10000, D("2025-03-16")});
  const domain::LedgerRow year;
  domain::Facts facts;
  facts.person = &person;
  facts.year = &year;
  facts.no_year = &no_year;
  facts.catalog = &catalog;
  facts.today = D("2025-03-09");
  ONESTOP_ASSERT_OK_AND_ASSIGN(const GetEligibilityAsk ask,
                               GetEligibilityFromProto(FullRequest()));
  ONESTOP_ASSERT_OK_AND_ASSIGN(
      const domain::Eligibility eligibility,
      domain::JudgeEligibility(onestop::testing::ShippedPolicy(), facts,
                               {&owner, 1}, ask.inquiry));
  const pb::GetEligibilityResponse out =
      EligibilityToProto(ask.inquiry, eligibility);
  EXPECT_TRUE(out.in_force());
  EXPECT_EQ(out.refusals(0), "FUTURE_SERVICE_DATE");
  EXPECT_EQ(out.service_date(), "2025-03-10");
  EXPECT_EQ(out.pooling_region(), "530100");
  EXPECT_EQ(out.insurance_type(), pb::INSURANCE_TYPE_EMPLOYEE);
  EXPECT_EQ(out.person_category(), pb::PERSON_CATEGORY_IN_SERVICE);
  EXPECT_EQ(out.assistance_category(), pb::ASSISTANCE_CATEGORY_LOW_INCOME);
  ASSERT_EQ(out.registrations_size(), 1);
  EXPECT_EQ(out.registrations(0).registration().person_id(), "P-1");
  EXPECT_FALSE(out.registrations(0).active());
  EXPECT_EQ(out.registrations(0).reason(), "REASSESSMENT_OVERDUE");
  EXPECT_EQ(out.registrations(0).active_until(), "2025-02-01");
  ASSERT_EQ(out.remaining_size(), 7);
  EXPECT_EQ(out.remaining(1).counter(), "dedc/yn-outpatient-employee/");
  EXPECT_EQ(out.remaining(1).kind(), pb::REMAINING_KIND_DEDUCTIBLE);
  EXPECT_EQ(out.remaining(1).rule_id(), "yn-outpatient-employee");
  EXPECT_EQ(out.remaining(1).limit_fen(), 6000);
  EXPECT_EQ(out.remaining(3).kind(), pb::REMAINING_KIND_LAYER_THRESHOLD);
  EXPECT_EQ(out.remaining(4).kind(), pb::REMAINING_KIND_LAYER_CAP);
  EXPECT_EQ(out.remaining(4).rule_id(), "km-large-employee");
  EXPECT_EQ(out.account_balance_fen(), 777);
  ASSERT_EQ(out.prescription_left_size(), 1);
  EXPECT_EQ(out.prescription_left(0).item_code(), "A");
  EXPECT_EQ(out.prescription_left(0).prescribed_quantity(), "2.5");
  EXPECT_EQ(out.prescription_left(0).dispensed_quantity(), "1");
  EXPECT_EQ(out.prescription_left(0).left_quantity(), "1.5");
  ASSERT_EQ(out.items_size(), 1);
  EXPECT_EQ(out.items(0).item_code(), "A");
  EXPECT_EQ(out.items(0).first_scheme(), "yn-outpatient-employee");
  ASSERT_EQ(out.items(0).passed_over_size(), 2);
  EXPECT_EQ(out.items(0).passed_over(0).scheme_id(), "km-chronic-employee");
  EXPECT_EQ(out.items(0).passed_over(0).reason(), "NO_REGISTRATION");
  ASSERT_EQ(out.account_owners_size(), 1);
  EXPECT_EQ(out.account_owners(0), "O-1");
}

}  // namespace
}  // namespace onestop::wire
