// Registrations: what each kind needs, and that they come back as they were.
#include "wire/register.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "tests/support/status_matchers.h"
#include "tests/wire/samples.h"

namespace onestop::wire {
namespace {

using onestop::testing::BadFields;
using ::testing::Contains;
using ::testing::ElementsAre;

pb::RegisterRequest Treatment() {
  pb::RegisterRequest request;
  request.set_request_id("g-1");
  request.set_physician_title(pb::PHYSICIAN_TITLE_SENIOR);
  pb::Registration& registration = *request.mutable_registration();
  registration.set_person_id("P-1");
  registration.set_registration_kind(pb::REGISTRATION_KIND_TREATMENT);
  registration.set_institution_id("T-3");
  registration.set_physician_id("DR-1");
  registration.add_item_codes("N-1");
  registration.set_registered_on("2024-02-29");
  registration.add_diagnosis_codes("C34.1");
  registration.set_diagnosis_basis("pathology");
  registration.set_treatment_plan("six cycles");
  return request;
}

pb::RegisterRequest OfKind(pb::RegistrationKind kind) {
  pb::RegisterRequest request;
  request.set_request_id("g-1");
  request.mutable_registration()->set_person_id("P-1");
  request.mutable_registration()->set_registration_kind(kind);
  request.mutable_registration()->set_registered_on("2025-01-01");
  return request;
}

TEST(RegisterTest, ATreatmentComputesItsLastDay) {
  pb::RegisterRequest request = Treatment();
  request.mutable_registration()->set_valid_until("2030-01-01");
  request.set_operator_id("O-1");
  ONESTOP_ASSERT_OK_AND_ASSIGN(const RegisterAsk ask,
                               RegisterFromProto(request));
  EXPECT_EQ(ask.person_id, "P-1");
  EXPECT_EQ(ask.registration.request_id, "g-1");
  EXPECT_EQ(ask.registration.physician_title, "SENIOR");
  EXPECT_EQ(ask.registration.operator_id, "O-1");
  const pb::Registration out = RegistrationToProto("P-1", ask.registration);
  EXPECT_EQ(out.valid_until(), "2025-02-28");
  EXPECT_EQ(out.physician_title(), pb::PHYSICIAN_TITLE_SENIOR);
}

struct BadRequest {
  const char* field;
  std::function<pb::RegisterRequest()> make;
};

const BadRequest kBadRequests[] = {
    {"request_id",
     [] {
       pb::RegisterRequest r = Treatment();
       r.clear_request_id();
       return r;
     }},
    {"registration.person_id",
     [] {
       pb::RegisterRequest r = Treatment();
       r.mutable_registration()->clear_person_id();
       return r;
     }},
    {"registration.institution_id",
     [] {
       pb::RegisterRequest r = Treatment();
       r.mutable_registration()->clear_institution_id();
       return r;
     }},
    {"registration.physician_id",
     [] {
       pb::RegisterRequest r = Treatment();
       r.mutable_registration()->clear_physician_id();
       return r;
     }},
    {"registration.item_codes",
     [] {
       pb::RegisterRequest r = Treatment();
       r.mutable_registration()->clear_item_codes();
       return r;
     }},
    {"registration.diagnosis_basis",
     [] {
       pb::RegisterRequest r = Treatment();
       r.mutable_registration()->clear_diagnosis_basis();
       return r;
     }},
    {"registration.registration_id",
     [] {
       pb::RegisterRequest r = Treatment();
       r.mutable_registration()->set_registration_id("own");
       return r;
     }},
    {"registration.revocation_reason",
     [] {
       pb::RegisterRequest r = Treatment();
       r.mutable_registration()->set_revocation_reason("own");
       return r;
     }},
    {"operator_id",
     [] {
       pb::RegisterRequest r = Treatment();
       r.set_operator_id(std::string(65, 'x'));
       return r;
     }},
    {"registration.registration_kind",
     [] { return OfKind(pb::REGISTRATION_KIND_UNSPECIFIED); }},
    {"registration.disease",
     [] { return OfKind(pb::REGISTRATION_KIND_CHRONIC_DISEASE); }},
    {"registration.disease",
     [] {
       pb::RegisterRequest r = OfKind(pb::REGISTRATION_KIND_TWO_DISEASE);
       r.mutable_registration()->set_disease("GOUT");
       return r;
     }},
    {"registration.beneficiary_id",
     [] { return OfKind(pb::REGISTRATION_KIND_FAMILY_ACCOUNT); }},
    {"registration.beneficiary_id",
     [] {
       pb::RegisterRequest r = OfKind(pb::REGISTRATION_KIND_FAMILY_ACCOUNT);
       r.mutable_registration()->set_beneficiary_id("P-1");
       return r;
     }},
    {"registration.valid_until",
     [] {
       pb::RegisterRequest r = OfKind(pb::REGISTRATION_KIND_TWO_DISEASE);
       r.mutable_registration()->set_disease("DIABETES");
       r.mutable_registration()->set_valid_until("2024-12-31");
       return r;
     }},
    {"registration", [] {
       pb::RegisterRequest r;
       r.set_request_id("g-1");
       return r;
     }}};

TEST(RegisterTest, EachKindHasItsFields) {
  for (const BadRequest& row : kBadRequests) {
    EXPECT_THAT(BadFields(RegisterFromProto(row.make()).status()),
                ElementsAre(row.field));
  }
}

TEST(RegisterTest, AnImportedRegistrationComesBackAsItWas) {
  pb::Registration in = Treatment().registration();
  in.set_registration_id("R-1");
  in.add_assessed_on("2024-08-01");
  in.set_revoked_on("2025-01-01");
  pb::ItemVersion& version = *in.add_item_versions();
  version.set_from("2024-05-01");
  version.add_item_codes("N-2");
  in.set_physician_title(pb::PHYSICIAN_TITLE_ASSOCIATE_SENIOR);
  in.set_request_id("g-9");
  in.set_revocation_reason("moved away");
  ONESTOP_ASSERT_OK_AND_ASSIGN(const RegistrationOf of,
                               RegistrationFromProto(in));
  in.set_valid_until("2025-02-28");  // computed
  EXPECT_EQ(
      RegistrationToProto(of.person_id, of.registration).SerializeAsString(),
      in.SerializeAsString());
  in.clear_registration_id();
  EXPECT_THAT(BadFields(RegistrationFromProto(in, "registrations[0]").status()),
              ElementsAre("registrations[0].registration_id"));
}

TEST(RegisterTest, ChangesNameWhatTheyChange) {
  EXPECT_THAT(BadFields(UpdateFromProto({}).status()),
              ElementsAre("request_id", "person_id", "registration_id", "from",
                          "item_codes"));
  EXPECT_THAT(
      BadFields(ReassessFromProto({}).status()),
      ElementsAre("request_id", "person_id", "registration_id", "assessed_on"));
  EXPECT_THAT(
      BadFields(RevokeFromProto({}).status()),
      ElementsAre("request_id", "person_id", "registration_id", "revoked_on"));
  pb::RevokeRegistrationRequest revoke;
  revoke.set_request_id("v-1");
  revoke.set_person_id("P-1");
  revoke.set_registration_id("R-1");
  revoke.set_revoked_on("2025-03-01");
  revoke.set_reason("moved away");
  revoke.set_operator_id("O-1");
  ONESTOP_ASSERT_OK_AND_ASSIGN(const ChangeAsk ask, RevokeFromProto(revoke));
  EXPECT_EQ(ask.person_id, "P-1");
  EXPECT_EQ(ask.registration_id, "R-1");
  domain::RegistrationChange expected;
  expected.kind = domain::RegistrationChange::Kind::kRevoke;
  expected.request_id = "v-1";
  expected.day = *domain::ParseDay("2025-03-01");
  expected.text = "moved away";
  expected.operator_id = "O-1";
  EXPECT_EQ(ask.change, expected);
}

TEST(RegisterTest, ChangesNameEveryBadField) {
  pb::UpdateRegistrationRequest update;
  update.set_request_id(std::string(65, 'x'));
  update.set_person_id("P\n");
  update.set_registration_id("R-1");
  update.set_from("2025-02-30");
  for (int i = 0; i < 101; ++i) update.add_item_codes("N");
  update.set_item_codes(7, "");
  update.set_treatment_plan(std::string(4097, 'x'));
  update.set_operator_id(std::string(65, 'x'));
  EXPECT_THAT(BadFields(UpdateFromProto(update).status()),
              ElementsAre("request_id", "person_id", "operator_id", "from",
                          "item_codes", "item_codes[7]", "treatment_plan"));
  pb::ReassessRegistrationRequest reassess;
  reassess.set_assessed_on("yesterday");
  EXPECT_THAT(BadFields(ReassessFromProto(reassess).status()),
              Contains("assessed_on"));
  pb::RevokeRegistrationRequest revoke;
  revoke.set_reason(std::string(4097, 'x'));
  EXPECT_THAT(BadFields(RevokeFromProto(revoke).status()), Contains("reason"));
}

}  // namespace
}  // namespace onestop::wire
