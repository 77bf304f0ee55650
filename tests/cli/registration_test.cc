// `onestop registration` and `onestop register` against a server that keeps
// what it was sent.
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <string>
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
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

// Has 2500 registrations of the institution "many", none of others. Refuses the
// registration "gone".
class ToldRegistry final : public pb::RegistryService::Service {
 public:
  grpc::Status UpdateRegistration(
      grpc::ServerContext*, const pb::UpdateRegistrationRequest* request,
      pb::UpdateRegistrationResponse* response) override {
    update = *request;
    response->mutable_registration()->set_treatment_plan(
        request->treatment_plan());
    return Answer(request->registration_id(),
                  *response->mutable_registration());
  }
  grpc::Status ReassessRegistration(
      grpc::ServerContext*, const pb::ReassessRegistrationRequest* request,
      pb::ReassessRegistrationResponse* response) override {
    reassess = *request;
    response->mutable_registration()->add_assessed_on(request->assessed_on());
    return Answer(request->registration_id(),
                  *response->mutable_registration());
  }
  grpc::Status RevokeRegistration(
      grpc::ServerContext*, const pb::RevokeRegistrationRequest* request,
      pb::RevokeRegistrationResponse* response) override {
    revoke = *request;
    response->mutable_registration()->set_revocation_reason(request->reason());
    return Answer(request->registration_id(),
                  *response->mutable_registration());
  }
  grpc::Status ListRegistrations(
      grpc::ServerContext*, const pb::ListRegistrationsRequest* request,
      pb::ListRegistrationsResponse* response) override {
    lists.push_back(*request);
    if (request->person_id().empty() && request->institution_id().empty()) {
      return Refusal(MalformedRequest(
          {{"person_id", "is required unless institution_id is given"}}));
    }
    if (request->institution_id() != "many") return grpc::Status::OK;
    int next =
        request->page_token().empty() ? 0 : std::stoi(request->page_token());
    for (int i = 0; i < request->page_size() && next < 2500; ++i) {
      response->add_registrations()->set_person_id(Cat("P", next++));
    }
    if (next < 2500) response->set_next_page_token(Cat(next));
    return grpc::Status::OK;
  }

  // Knows the person "P" only.
  grpc::Status GetPerson(grpc::ServerContext*,
                         const pb::GetPersonRequest* request,
                         pb::GetPersonResponse*) override {
    return request->person_id() == "P"
               ? grpc::Status::OK
               : Refusal(MakeError(absl::StatusCode::kNotFound,
                                   "PERSON_UNKNOWN", "no such person"));
  }

  pb::UpdateRegistrationRequest update;
  pb::ReassessRegistrationRequest reassess;
  pb::RevokeRegistrationRequest revoke;
  std::vector<pb::ListRegistrationsRequest> lists;

 private:
  static grpc::Status Answer(const std::string& id,
                             pb::Registration& registration) {
    registration.set_registration_id(id);
    if (id != "gone") return grpc::Status::OK;
    return Refusal(MakeError(absl::StatusCode::kNotFound,
                             "REGISTRATION_UNKNOWN", "no such registration"));
  }
};

class ToldSettlement final : public pb::SettlementService::Service {
 public:
  grpc::Status Register(grpc::ServerContext*,
                        const pb::RegisterRequest* request,
                        pb::RegisterResponse* response) override {
    last = *request;
    *response->mutable_registration() = request->registration();
    return grpc::Status::OK;
  }
  pb::RegisterRequest last;
};

class RegistrationVerb : public ::testing::Test {
 protected:
  Ran Run(std::vector<std::string> arguments) {
    for (const std::string& more : {std::string("--server"), address_,
                                    std::string("--lang"), std::string("en")}) {
      arguments.push_back(more);
    }
    return RunOnestop(arguments);
  }

  ToldSettlement settlement_;
  ToldRegistry registry_;
  ToldServer server_{&settlement_, &registry_};
  const std::string& address_ = server_.address();
};

TEST_F(RegistrationVerb, ExplainsItself) {
  EXPECT_THAT(RunOnestop({"registration", "--help"}).out,
              AllOf(HasSubstr("list"), HasSubstr("update"),
                    HasSubstr("reassess"), HasSubstr("revoke")));
  for (const char* verb : {"list", "update", "reassess", "revoke"}) {
    const Ran ran = RunOnestop({"registration", verb, "--help"});
    EXPECT_EQ(ran.code, kExitOk) << verb;
    EXPECT_THAT(ran.out, HasSubstr("--person")) << verb;
  }
  for (const std::vector<std::string>& line :
       std::vector<std::vector<std::string>>{
           {"registration"},
           {"registration", "forget"},
           {"registration", "list", "--kind", "pet"},
           {"registration", "list", "--limit", "0"},
           {"registration", "reassess", "--item", "N1"}}) {
    EXPECT_EQ(RunOnestop(line).code, kExitUsage) << line.back();
  }
}

TEST_F(RegistrationVerb, UpdatesByFlags) {
  const Ran ran =
      Run({"registration", "update", "--request-id", "u-1", "--person", "P",
           "--registration", "R", "--from", "2025-01-15", "--item", "N1",
           "--item", "N2", "--plan", "another", "--operator", "O"});
  EXPECT_EQ(ran.code, kExitOk) << ran.err;
  EXPECT_THAT(ran.out, AllOf(HasSubstr("R"), HasSubstr("another")));
  const pb::UpdateRegistrationRequest& sent = registry_.update;
  EXPECT_EQ(sent.request_id(), "u-1");
  EXPECT_EQ(sent.person_id(), "P");
  EXPECT_EQ(sent.registration_id(), "R");
  EXPECT_EQ(sent.from(), "2025-01-15");
  EXPECT_THAT(sent.item_codes(), ElementsAre("N1", "N2"));
  EXPECT_EQ(sent.treatment_plan(), "another");
  EXPECT_EQ(sent.operator_id(), "O");
}

TEST_F(RegistrationVerb, ReassessesByJsonAndFlags) {
  const ScratchFile file(
      R"({"request_id":"a-1","person_id":"P","registration_id":"R"})");
  const Ran ran = Run({"registration", "reassess", "--json", file.path(),
                       "--on", "2025-03-01", "--output", "json"});
  EXPECT_EQ(ran.code, kExitOk) << ran.err;
  EXPECT_EQ(registry_.reassess.request_id(), "a-1");
  EXPECT_EQ(registry_.reassess.assessed_on(), "2025-03-01");
  pb::ReassessRegistrationResponse response;
  EXPECT_TRUE(FromJson("output", ran.out, response).ok()) << ran.out;
  EXPECT_EQ(response.registration().registration_id(), "R");
  EXPECT_EQ(Run({"registration", "revoke", "--json", "/no/such/file"}).code,
            kExitUsage);
}

TEST_F(RegistrationVerb, RevokesOrSaysWhyNot) {
  std::vector<std::string> line = {
      "registration", "revoke",     "--request-id",   "v-1",
      "--person",     "P",          "--on",           "2025-03-01",
      "--reason",     "moved away", "--registration", "R"};
  const Ran ran = Run(line);
  EXPECT_EQ(ran.code, kExitOk) << ran.err;
  EXPECT_EQ(registry_.revoke.revoked_on(), "2025-03-01");
  EXPECT_THAT(ran.out, HasSubstr("moved away"));
  line[6] = "--from";
  line[7] = "2025-03-02";
  EXPECT_EQ(Run(line).code, kExitOk);
  EXPECT_EQ(registry_.revoke.revoked_on(), "2025-03-02");
  line.back() = "gone";
  const Ran refused = Run(line);
  EXPECT_EQ(refused.code, kExitRefused);
  EXPECT_THAT(refused.err, HasSubstr("REGISTRATION_UNKNOWN"));
}

TEST_F(RegistrationVerb, ListsAllPages) {
  const Ran ran = Run({"registration", "list", "--institution", "many",
                       "--kind", "treatment", "--active-on", "2025-03-01",
                       "--limit", "5000", "--output", "json"});
  EXPECT_EQ(ran.code, kExitOk) << ran.err;
  pb::ListRegistrationsResponse list;
  ASSERT_TRUE(FromJson("output", ran.out, list).ok());
  EXPECT_EQ(list.registrations_size(), 2500);
  EXPECT_EQ(list.next_page_token(), "");
  ASSERT_EQ(registry_.lists.size(), 3u);
  EXPECT_EQ(registry_.lists[1].active_on(), "2025-03-01");
  EXPECT_EQ(registry_.lists[1].registration_kind(),
            pb::REGISTRATION_KIND_TREATMENT);
}

TEST_F(RegistrationVerb, SaysHowToGoOn) {
  const Ran ran =
      Run({"registration", "list", "--institution", "many", "--limit", "1200"});
  EXPECT_EQ(ran.code, kExitOk) << ran.err;
  EXPECT_THAT(ran.out, AllOf(HasSubstr("P1199"), Not(HasSubstr("P1200")),
                             HasSubstr("--page-token 1200")));
  EXPECT_THAT(Run({"registration", "list", "--institution", "many",
                   "--page-token", "2499"})
                  .out,
              AllOf(HasSubstr("P2499"), Not(HasSubstr("page-token"))));
  EXPECT_THAT(Run({"registration", "list", "--person", "P"}).out,
              HasSubstr("No registrations"));
  const Ran unknown = Run({"registration", "list", "--person", "Q"});
  EXPECT_EQ(unknown.code, kExitRefused);
  EXPECT_THAT(unknown.err, HasSubstr("PERSON_UNKNOWN"));
  const Ran nobody = Run({"registration", "list"});
  EXPECT_EQ(nobody.code, kExitUsage);
  EXPECT_THAT(nobody.err, HasSubstr("person_id"));
}

TEST_F(RegistrationVerb, RegisterNamesItsOperator) {
  const Ran ran = Run({"register", "--request-id", "g-1", "--person", "P",
                       "--kind", "family-account", "--operator", "O"});
  EXPECT_EQ(ran.code, kExitOk) << ran.err;
  EXPECT_EQ(settlement_.last.operator_id(), "O");
  EXPECT_EQ(settlement_.last.registration().registration_kind(),
            pb::REGISTRATION_KIND_FAMILY_ACCOUNT);
}

}  // namespace
}  // namespace onestop::cli
