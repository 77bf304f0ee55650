// Registrations over their whole life, over gRPC: what is booked, what claims
// see of it, retries, conflicts, lists.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/server/server_fixture.h"
#include "tests/server/server_world.h"

namespace onestop::server {
namespace {

using testing::Client;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Stub = pb::RegistryService::Stub;

constexpr char kScheme[] = "city-negotiated";

std::string Method(const std::string& name) {
  return absl::StrCat(
      "/onestop.v1.",
      name == "Register" ? "SettlementService/" : "RegistryService/", name);
}

// The city's hospitals "T3" and "T3B" and pharmacy "TP", its drugs "N1" and
// "N2", and the residents "C0" to "C3".
void LoadCity(Client& client) {
  pb::ImportInstitutionsRequest institutions;
  for (const char* id : {"T3", "T3B", "TP"}) {
    pb::Institution& added = *institutions.add_institutions();
    added.set_institution_id(id);
    added.set_name(id);
    added.set_level(3);
    added.set_region("120000");
    added.set_institution_kind(pb::INSTITUTION_KIND_HOSPITAL);
    added.set_contract_from("2021-01-01");
  }
  institutions.mutable_institutions(2)->set_institution_kind(
      pb::INSTITUTION_KIND_PHARMACY);
  client.Import(&Stub::ImportInstitutions, institutions);
  pb::ImportItemsRequest items;
  for (const char* code : {"N1", "N2"}) {
    pb::Item& drug = *items.add_items();
    drug.set_item_code(code);
    drug.set_name(code);
    drug.set_item_class(pb::ITEM_CLASS_B);
    drug.mutable_negotiated()->set_agreement_from("2023-01-01");
    pb::ListMembership& list = *drug.add_lists();
    list.set_list(kScheme);
    list.set_annual_limit_fen(10'000'000);
  }
  client.Import(&Stub::ImportItems, items);
  pb::ImportPersonsRequest persons;
  for (const char* id : {"C0", "C1", "C2", "C3"}) {
    pb::Person& person = *persons.add_persons();
    person = testing::PersonRow(id, pb::INSURANCE_TYPE_RESIDENT);
    person.set_pooling_region("120000");
  }
  const auto loaded = client.Import(&Stub::ImportPersons, persons);
  for (const pb::RowResult& row : loaded.results()) {
    ASSERT_EQ(row.outcome(), pb::ROW_OUTCOME_CREATED) << row.DebugString();
  }
}

pb::RegisterRequest Treatment(const std::string& request_id,
                              const std::string& person,
                              const std::string& hospital = "T3") {
  pb::RegisterRequest request;
  request.set_request_id(request_id);
  request.set_physician_title(pb::PHYSICIAN_TITLE_SENIOR);
  request.set_operator_id("OP1");
  pb::Registration& registration = *request.mutable_registration();
  registration.set_person_id(person);
  registration.set_registration_kind(pb::REGISTRATION_KIND_TREATMENT);
  registration.set_institution_id(hospital);
  registration.set_physician_id("DR1");
  registration.add_item_codes("N1");
  registration.set_registered_on("2024-09-02");
  registration.add_diagnosis_codes("C34.1");
  registration.set_diagnosis_basis("pathology");
  registration.set_treatment_plan("six cycles");
  return request;
}

class RegistrationTest : public ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    if (!IsSkipped()) LoadCity(*client_);
  }

  template <typename Request>
  absl::StatusOr<std::string> Send(const std::string& name,
                                   const Request& request) {
    return client_->Raw(Method(name), request.SerializeAsString());
  }
  // The registration that the call answered with.
  template <typename Request>
  pb::Registration Sent(const std::string& name, const Request& request) {
    const auto bytes = Send(name, request);
    EXPECT_TRUE(bytes.ok()) << name << bytes.status();
    pb::RegisterResponse response;  // All have the same one field.
    EXPECT_TRUE(response.ParseFromString(bytes.value_or("")));
    return response.registration();
  }
  template <typename Request>
  std::string ReasonFor(const std::string& name, const Request& request) {
    return testing::ReasonOf(Send(name, request));
  }

  pb::UpdateRegistrationRequest Update(const std::string& request_id,
                                       const std::string& from,
                                       const std::string& item) {
    pb::UpdateRegistrationRequest request;
    request.set_request_id(request_id);
    request.set_person_id("C0");
    request.set_registration_id(registration_id_);
    request.set_from(from);
    request.add_item_codes(item);
    return request;
  }
  pb::ReassessRegistrationRequest Reassess(const std::string& request_id,
                                           const std::string& day) {
    pb::ReassessRegistrationRequest request;
    request.set_request_id(request_id);
    request.set_person_id("C0");
    request.set_registration_id(registration_id_);
    request.set_assessed_on(day);
    return request;
  }
  pb::RevokeRegistrationRequest Revoke(const std::string& request_id,
                                       const std::string& day) {
    pb::RevokeRegistrationRequest request;
    request.set_request_id(request_id);
    request.set_person_id("C0");
    request.set_registration_id(registration_id_);
    request.set_revoked_on(day);
    return request;
  }
  // Registers "C0" for "N1" at "T3" from 2024-09-02 on.
  void RegisterC0() {
    registration_id_ =
        Sent("Register", Treatment("reg", "C0")).registration_id();
    ASSERT_FALSE(registration_id_.empty());
  }

  // Whether the city's scheme takes the drug on that day ("paid"), or why not.
  std::string Quoted(const std::string& item, const std::string& day) {
    pb::QuoteRequest request;
    pb::Claim& claim = *request.mutable_claim();
    claim = testing::ClaimRow("C0", 500'000);
    claim.set_institution_id("T3");
    claim.set_service_date(day);
    claim.mutable_lines(0)->set_item_code(item);
    grpc::ClientContext context;
    pb::QuoteResponse response;
    const auto status =
        client_->settlement->Quote(&context, request, &response);
    if (!status.ok()) return status.error_message();
    const pb::ReceiptLine& line = response.receipt().lines(0);
    if (line.first_scheme() == kScheme && line.scheme_pay_fen() > 0) {
      return "paid";
    }
    for (const pb::PassedOver& passed : line.passed_over()) {
      if (passed.scheme_id() == kScheme) return passed.reason();
    }
    return "neither";
  }

  std::vector<std::string> BadFields(const std::string& name,
                                     const google::protobuf::Message& sent) {
    const auto answer = client_->Raw(Method(name), sent.SerializeAsString());
    EXPECT_EQ(testing::ReasonOf(answer), "MALFORMED_REQUEST");
    std::vector<std::string> fields;
    for (const auto& violation : FieldViolations(answer.status())) {
      fields.push_back(violation.field);
    }
    return fields;
  }

  pb::ListRegistrationsResponse Listed(
      const pb::ListRegistrationsRequest& request) {
    grpc::ClientContext context;
    pb::ListRegistrationsResponse response;
    const auto status =
        client_->registry->ListRegistrations(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
  // Whose registrations they are, all pages one after the other.
  std::vector<std::string> PersonsListed(pb::ListRegistrationsRequest request) {
    std::vector<std::string> persons;
    do {
      const pb::ListRegistrationsResponse page = Listed(request);
      EXPECT_LE(page.registrations_size(), request.page_size());
      for (const pb::Registration& row : page.registrations()) {
        persons.push_back(row.person_id());
      }
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty() && persons.size() < 1000);
    return persons;
  }

  std::string registration_id_;
};

TEST_P(RegistrationTest, AClaimSeesTheDrugsOfItsServiceDate) {
  RegisterC0();
  EXPECT_EQ(Quoted("N1", "2024-12-31"), "paid");
  EXPECT_EQ(Quoted("N2", "2024-12-31"), "NO_REGISTRATION");
  pb::UpdateRegistrationRequest update = Update("u1", "2025-01-15", "N2");
  update.set_treatment_plan("another drug");
  const pb::Registration updated = Sent("UpdateRegistration", update);
  ASSERT_EQ(updated.item_versions_size(), 1);
  EXPECT_EQ(updated.item_versions(0).from(), "2025-01-15");
  EXPECT_THAT(updated.item_versions(0).item_codes(), ElementsAre("N2"));
  EXPECT_THAT(updated.item_codes(), ElementsAre("N1"));
  EXPECT_EQ(updated.treatment_plan(), "another drug");
  EXPECT_EQ(Quoted("N1", "2025-01-14"), "paid");
  EXPECT_EQ(Quoted("N2", "2025-01-14"), "NO_REGISTRATION");
  EXPECT_EQ(Quoted("N1", "2025-01-15"), "NO_REGISTRATION");
  EXPECT_EQ(Quoted("N2", "2025-01-15"), "paid");
}

TEST_P(RegistrationTest, AnAssessmentRevivesWhatHasLapsed) {
  RegisterC0();
  EXPECT_EQ(Quoted("N1", "2025-03-02"), "paid");
  EXPECT_EQ(Quoted("N1", "2025-03-03"), "REASSESSMENT_OVERDUE");
  const pb::Registration assessed =
      Sent("ReassessRegistration", Reassess("a1", "2025-03-10"));
  EXPECT_THAT(assessed.assessed_on(), ElementsAre("2025-03-10"));
  EXPECT_EQ(Quoted("N1", "2025-03-09"), "REASSESSMENT_OVERDUE");
  EXPECT_EQ(Quoted("N1", "2025-03-10"), "paid");
  EXPECT_EQ(Quoted("N1", "2025-03-20"), "paid");
}

TEST_P(RegistrationTest, ARevokedOneEndsAndMakesRoomForAnotherHospital) {
  RegisterC0();
  EXPECT_EQ(ReasonFor("Register", Treatment("reg2", "C0", "T3B")),
            "ALREADY_REGISTERED");
  pb::RevokeRegistrationRequest revoke = Revoke("v1", "2025-02-01");
  revoke.set_reason("moves to another hospital");
  const pb::Registration revoked = Sent("RevokeRegistration", revoke);
  EXPECT_EQ(revoked.revoked_on(), "2025-02-01");
  EXPECT_EQ(revoked.revocation_reason(), "moves to another hospital");
  EXPECT_EQ(Quoted("N1", "2025-01-31"), "paid");
  EXPECT_EQ(Quoted("N1", "2025-02-01"), "REGISTRATION_EXPIRED");
  pb::RegisterRequest other = Treatment("reg2", "C0", "T3B");
  other.mutable_registration()->set_registered_on("2025-02-01");
  EXPECT_EQ(Sent("Register", other).institution_id(), "T3B");
  EXPECT_EQ(ReasonFor("RevokeRegistration", Revoke("v2", "2025-02-02")),
            "REGISTRATION_EXPIRED");
}

TEST_P(RegistrationTest, ARetryGetsTheSameBytesWhateverCameSince) {
  const auto registered = Send("Register", Treatment("same", "C0"));
  ASSERT_TRUE(registered.ok()) << registered.status();
  pb::RegisterResponse response;
  ASSERT_TRUE(response.ParseFromString(*registered));
  registration_id_ = response.registration().registration_id();
  pb::UpdateRegistrationRequest update = Update("same", "2025-01-15", "N2");
  update.set_treatment_plan("second plan");
  pb::UpdateRegistrationRequest later = Update("later", "2025-01-15", "N1");
  later.set_treatment_plan("third plan");
  const auto reassess = Reassess("same", "2025-02-01");
  const auto revoke = Revoke("same", "2025-03-01");
  const auto updated = Send("UpdateRegistration", update);
  const auto assessed = Send("ReassessRegistration", reassess);
  ASSERT_TRUE(Send("UpdateRegistration", later).ok());
  const auto revoked = Send("RevokeRegistration", revoke);
  ASSERT_TRUE(updated.ok() && assessed.ok() && revoked.ok());

  EXPECT_EQ(Send("Register", Treatment("same", "C0")).value_or(""),
            *registered);
  EXPECT_EQ(Send("UpdateRegistration", update).value_or(""), *updated);
  EXPECT_EQ(Send("ReassessRegistration", reassess).value_or(""), *assessed);
  EXPECT_EQ(Send("RevokeRegistration", revoke).value_or(""), *revoked);
  pb::ListRegistrationsRequest list;
  list.set_person_id("C0");
  const auto page = Listed(list);
  ASSERT_EQ(page.registrations_size(), 1);
  pb::RevokeRegistrationResponse last;
  ASSERT_TRUE(last.ParseFromString(*revoked));
  EXPECT_EQ(page.registrations(0).SerializeAsString(),
            last.registration().SerializeAsString());
  EXPECT_EQ(page.registrations(0).treatment_plan(), "third plan");
}

TEST_P(RegistrationTest, TheSameIdWithOtherContentIsRefused) {
  RegisterC0();
  const auto update = Update("u", "2025-01-15", "N2");
  const auto reassess = Reassess("a", "2025-02-01");
  const auto revoke = Revoke("v", "2025-03-01");
  ASSERT_TRUE(Send("UpdateRegistration", update).ok());
  ASSERT_TRUE(Send("ReassessRegistration", reassess).ok());
  ASSERT_TRUE(Send("RevokeRegistration", revoke).ok());

  pb::RegisterRequest other = Treatment("reg", "C0");
  other.set_operator_id("OP2");
  EXPECT_EQ(ReasonFor("Register", other), "REQUEST_ID_REUSED");
  auto other_update = update;
  other_update.set_treatment_plan("some");
  EXPECT_EQ(ReasonFor("UpdateRegistration", other_update), "REQUEST_ID_REUSED");
  other_update = update;
  other_update.add_item_codes("N1");
  EXPECT_EQ(ReasonFor("UpdateRegistration", other_update), "REQUEST_ID_REUSED");
  other_update = update;
  other_update.set_registration_id("another");
  EXPECT_EQ(ReasonFor("UpdateRegistration", other_update), "REQUEST_ID_REUSED");
  EXPECT_EQ(ReasonFor("ReassessRegistration", Reassess("a", "2025-02-02")),
            "REQUEST_ID_REUSED");
  auto other_revoke = revoke;
  other_revoke.set_operator_id("OP1");
  EXPECT_EQ(ReasonFor("RevokeRegistration", other_revoke), "REQUEST_ID_REUSED");
}

TEST_P(RegistrationTest, ChangesAreRefusedWithReasons) {
  RegisterC0();
  EXPECT_EQ(ReasonFor("UpdateRegistration", Update("1", "2025-01-15", "A")),
            "NOT_ON_LIST");
  EXPECT_EQ(ReasonFor("UpdateRegistration", Update("1", "2025-01-15", "NO")),
            "ITEM_UNKNOWN");
  EXPECT_EQ(ReasonFor("UpdateRegistration", Update("1", "2025-09-02", "N1")),
            "REGISTRATION_EXPIRED");
  EXPECT_EQ(ReasonFor("ReassessRegistration", Reassess("1", "2024-09-01")),
            "REGISTRATION_EXPIRED");
  EXPECT_THAT(BadFields("ReassessRegistration", Reassess("1", "2025-03-21")),
              ElementsAre("assessed_on"));
  // A refused request leaves its id free.
  EXPECT_TRUE(Send("ReassessRegistration", Reassess("1", "2025-03-20")).ok());
  auto stranger = Revoke("1", "2025-01-01");
  stranger.set_person_id("NOBODY");
  EXPECT_EQ(ReasonFor("RevokeRegistration", stranger), "REGISTRATION_UNKNOWN");
  registration_id_ = "no such one";
  EXPECT_EQ(ReasonFor("UpdateRegistration", Update("1", "2025-01-15", "N2")),
            "REGISTRATION_UNKNOWN");
  EXPECT_EQ(ReasonFor("ReassessRegistration", Reassess("2", "2025-01-15")),
            "REGISTRATION_UNKNOWN");
  EXPECT_EQ(ReasonFor("RevokeRegistration", Revoke("1", "2025-01-15")),
            "REGISTRATION_UNKNOWN");
}

TEST_P(RegistrationTest, RegisterJudgesWhoRegisters) {
  pb::RegisterRequest two;
  two.set_request_id("two");
  pb::Registration& registration = *two.mutable_registration();
  registration.set_person_id("R0");
  registration.set_registration_kind(pb::REGISTRATION_KIND_TWO_DISEASE);
  registration.set_disease("DIABETES");
  registration.set_registered_on("2025-01-01");
  registration.set_institution_id("TP");
  EXPECT_EQ(ReasonFor("Register", two), "NOT_CERTIFIED");
  registration.set_institution_id("T3");
  registration.set_registered_on("2020-12-31");
  EXPECT_EQ(ReasonFor("Register", two), "INSTITUTION_NOT_CONTRACTED");
  registration.set_registered_on("2021-01-01");
  EXPECT_EQ(Sent("Register", two).institution_id(), "T3");
}

TEST_P(RegistrationTest, NamesEveryBadField) {
  EXPECT_THAT(BadFields("UpdateRegistration", pb::UpdateRegistrationRequest()),
              ElementsAre("request_id", "person_id", "registration_id", "from",
                          "item_codes"));
  EXPECT_THAT(
      BadFields("ReassessRegistration", pb::ReassessRegistrationRequest()),
      ElementsAre("request_id", "person_id", "registration_id", "assessed_on"));
  pb::RevokeRegistrationRequest revoke;
  revoke.set_person_id(std::string(65, 'x'));
  revoke.set_revoked_on("2025-02-29");
  revoke.set_reason(std::string(4097, 'x'));
  EXPECT_THAT(BadFields("RevokeRegistration", revoke),
              ElementsAre("request_id", "person_id", "registration_id",
                          "revoked_on", "reason"));
  pb::ListRegistrationsRequest list;
  list.set_active_on("today");
  list.set_page_size(1001);
  list.set_page_token("AAAA");
  EXPECT_THAT(BadFields("ListRegistrations", list),
              ElementsAre("person_id", "active_on", "page_size", "page_token"));
  for (const char* name : {"UpdateRegistration", "ReassessRegistration",
                           "RevokeRegistration", "ListRegistrations"}) {
    for (const std::string bytes : {"\xff\xff\xff", "\x0a\x02\xc3\x28"}) {
      const auto answer = client_->Raw(Method(name), bytes);
      EXPECT_EQ(answer.status().code(), absl::StatusCode::kInvalidArgument);
      EXPECT_THAT(FieldViolations(answer.status()), SizeIs(1)) << name;
    }
  }
}

TEST_P(RegistrationTest, TwoWritersBothGetThrough) {
  RegisterC0();
  const auto other = StartServer();
  constexpr int kEach = 10;
  std::vector<std::thread> writers;
  int writer = 0;
  for (const int port : {server_->port(), other->port()}) {
    writers.emplace_back([this, port, writer] {
      Client client(port);
      for (int i = 0; i < kEach; ++i) {
        const int day = 10 + i + kEach * writer;
        const auto request = Reassess(absl::StrCat("w", writer, "-", i),
                                      absl::StrCat("2024-12-", day));
        absl::StatusOr<std::string> answer = absl::UnknownError("");
        for (int tries = 0; tries < 50 && !answer.ok(); ++tries) {
          answer = client.Raw(Method("ReassessRegistration"),
                              request.SerializeAsString());
          if (!answer.ok()) {
            EXPECT_EQ(testing::ReasonOf(answer), "CONFLICT");
          }
        }
        EXPECT_TRUE(answer.ok()) << answer.status();
      }
    });
    ++writer;
  }
  for (std::thread& thread : writers) thread.join();
  pb::ListRegistrationsRequest list;
  list.set_person_id("C0");
  const auto page = Listed(list);
  ASSERT_EQ(page.registrations_size(), 1);
  EXPECT_EQ(page.registrations(0).assessed_on_size(), 2 * kEach);
}

TEST_P(RegistrationTest, TheSameRequestFromTwoSidesIsBookedOnce) {
  RegisterC0();
  const auto other = StartServer();
  std::vector<std::string> answers(2);
  std::vector<std::thread> writers;
  for (const int port : {server_->port(), other->port()}) {
    writers.emplace_back([this, port, &answer = answers[writers.size()]] {
      Client client(port);
      answer = client
                   .Raw(Method("UpdateRegistration"),
                        Update("u", "2025-01-15", "N2").SerializeAsString())
                   .value_or("");
    });
  }
  for (std::thread& thread : writers) thread.join();
  EXPECT_FALSE(answers[0].empty());
  EXPECT_EQ(answers[0], answers[1]);
}

TEST_P(RegistrationTest, AnImportKeepsWhatRetriesNeed) {
  const auto registered = Send("Register", Treatment("reg", "C0"));
  ASSERT_TRUE(registered.ok());
  pb::RegisterResponse response;
  ASSERT_TRUE(response.ParseFromString(*registered));
  registration_id_ = response.registration().registration_id();
  const auto update = Update("u", "2025-01-15", "N2");
  const auto updated = Send("UpdateRegistration", update);
  ASSERT_TRUE(updated.ok());

  pb::ListRegistrationsRequest list;
  list.set_person_id("C0");
  pb::ImportRegistrationsRequest import;
  *import.add_registrations() = Listed(list).registrations(0);
  EXPECT_EQ(
      client_->Import(&Stub::ImportRegistrations, import).results(0).outcome(),
      pb::ROW_OUTCOME_UNCHANGED);
  import.mutable_registrations(0)->set_treatment_plan("imported");
  import.mutable_registrations(0)->set_revocation_reason("imported");
  EXPECT_EQ(
      client_->Import(&Stub::ImportRegistrations, import).results(0).outcome(),
      pb::ROW_OUTCOME_UPDATED);
  EXPECT_EQ(Listed(list).registrations(0).revocation_reason(), "imported");
  EXPECT_EQ(Send("Register", Treatment("reg", "C0")).value_or(""), *registered);
  EXPECT_EQ(Send("UpdateRegistration", update).value_or(""), *updated);
}

TEST_P(RegistrationTest, ListsByInstitutionInPages) {
  for (const char* person : {"C2", "C0", "C3", "C1"}) {
    pb::RegisterRequest request = Treatment("a", person);
    Sent("Register", request);
    request.set_request_id("b");
    request.mutable_registration()->set_registered_on("2024-10-01");
    Sent("Register", request);
  }
  Sent("Register", [] {
    pb::RegisterRequest request = Treatment("c", "C1");
    request.mutable_registration()->set_registered_on("2023-01-01");
    return request;
  }());
  pb::ListRegistrationsRequest list;
  list.set_institution_id("T3");
  const std::vector<std::string> everyone = {"C0", "C0", "C1", "C1", "C1",
                                             "C2", "C2", "C3", "C3"};
  for (const int page_size : {1, 2, 4, 1000}) {
    list.set_page_size(page_size);
    EXPECT_EQ(PersonsListed(list), everyone) << page_size;
  }
  list.set_page_size(2);
  list.set_active_on("2024-09-15");
  EXPECT_THAT(PersonsListed(list), ElementsAre("C0", "C1", "C2", "C3"));
  list.set_person_id("C1");
  EXPECT_THAT(PersonsListed(list), ElementsAre("C1"));
  list.clear_active_on();
  list.set_registration_kind(pb::REGISTRATION_KIND_CHRONIC_DISEASE);
  EXPECT_THAT(PersonsListed(list), IsEmpty());
  list.Clear();
  list.set_page_size(10);
  list.set_institution_id("T3B");
  EXPECT_THAT(PersonsListed(list), IsEmpty());
  list.set_person_id("NOBODY");
  EXPECT_THAT(PersonsListed(list), IsEmpty());
}

TEST_P(RegistrationTest, ATokenOfAnotherListIsRefused) {
  for (const char* request_id : {"a", "b"}) {
    Sent("Register", Treatment(request_id, "C0"));
  }
  pb::ListRegistrationsRequest list;
  list.set_person_id("C0");
  list.set_page_size(1);
  const std::string token = Listed(list).next_page_token();
  ASSERT_FALSE(token.empty());
  list.set_page_token(token);
  list.set_active_on("2025-01-01");
  EXPECT_THAT(BadFields("ListRegistrations", list), ElementsAre("page_token"));
}

INSTANTIATE_TEST_SUITE_P(Stores, RegistrationTest,
                         ::testing::Values("memory", "postgres"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace onestop::server
