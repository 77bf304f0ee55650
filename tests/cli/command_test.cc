// The command as a whole: help of every verb, exit codes, errors in words;
// the client verbs against a server that answers as told.
#include <gmock/gmock.h>
#include <google/protobuf/struct.pb.h>
#include <google/rpc/status.pb.h>
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
#include "tests/cli/running.h"
#include "tests/cli/told_server.h"
#include "wire/error.h"

namespace onestop::cli {
namespace {

namespace pb = ::onestop::v1;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// Refuses the request ids that are names of errors; settles the others.
class ToldSettlement final : public pb::SettlementService::Service {
 public:
  grpc::Status Settle(grpc::ServerContext*, const pb::SettleRequest* request,
                      pb::SettleResponse* response) override {
    ++settles;
    last = *request;
    const std::string& id = request->request_id();
    if (id == "expired") {
      return Refusal(MakeError(
          absl::StatusCode::kFailedPrecondition, "PRESCRIPTION_EXPIRED",
          "the prescription is old", {{"prescription_id", "RX-1"}}));
    }
    if (id == "malformed") {
      return Refusal(
          MalformedRequest({{"claim.lines[0].quantity", "is required"}}));
    }
    if (id == "broken") {
      return Refusal(MakeError(absl::StatusCode::kInternal, "INVARIANT_BROKEN",
                               "sums differ"));
    }
    if (id == "busy" && settles < 3) {
      return Refusal(
          MakeError(absl::StatusCode::kUnavailable, "OVERLOADED", "try again"));
    }
    response->set_outcome(id == "stale" ? pb::SETTLE_OUTCOME_QUOTE_STALE
                                        : pb::SETTLE_OUTCOME_SETTLED);
    response->mutable_receipt()->set_settlement_id("0123");
    response->mutable_receipt()->set_request_id(id);
    response->mutable_receipt()->mutable_totals()->set_cash_fen(1234);
    return grpc::Status::OK;
  }
  grpc::Status Reverse(grpc::ServerContext*, const pb::ReverseRequest* request,
                       pb::ReverseResponse* response) override {
    if (request->settle_request_id() == "never") {
      response->set_closed(true);
    } else {
      response->mutable_reversal()->set_reason(request->reason());
      response->mutable_reversal()->mutable_totals()->set_cash_fen(-1234);
    }
    return grpc::Status::OK;
  }

  // The person "suspended" is told no.
  grpc::Status GetEligibility(grpc::ServerContext*,
                              const pb::GetEligibilityRequest* request,
                              pb::GetEligibilityResponse* response) override {
    asked = *request;
    response->set_service_date("2025-03-20");
    response->set_in_force(request->person_id() != "suspended");
    if (!response->in_force()) response->add_refusals("BENEFIT_SUSPENDED");
    return grpc::Status::OK;
  }

  int settles = 0;
  pb::SettleRequest last;
  pb::GetEligibilityRequest asked;
};

// Refuses the persons without a region.
class ToldRegistry final : public pb::RegistryService::Service {
 public:
  grpc::Status ImportPersons(
      grpc::ServerContext*,
      grpc::ServerReaderWriter<pb::ImportPersonsResponse,
                               pb::ImportPersonsRequest>* stream) override {
    pb::ImportPersonsRequest request;
    int64_t index = 0;
    while (stream->Read(&request)) {
      ++messages;
      pb::ImportPersonsResponse response;
      for (const pb::Person& person : request.persons()) {
        pb::RowResult& row = *response.add_results();
        row.set_index(index++);
        row.set_outcome(pb::ROW_OUTCOME_CREATED);
        if (!person.pooling_region().empty()) continue;
        row.set_outcome(pb::ROW_OUTCOME_REFUSED);
        *row.mutable_error() = wire::ToRpcStatus(MakeError(
            absl::StatusCode::kNotFound, "REGION_UNKNOWN", "no such region"));
      }
      stream->Write(response);
    }
    return grpc::Status::OK;
  }

  int messages = 0;
};

class Command : public ::testing::Test {
 protected:
  Ran Settle(const std::string& request_id,
             const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments = {
        "settle", "--json", claim_.path(),  "--server", address_,
        "--lang", "en",     "--request-id", request_id};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunOnestop(arguments);
  }

  ToldSettlement settlement_;
  ToldRegistry registry_;
  ToldServer server_{&settlement_, &registry_};
  const std::string& address_ = server_.address();
  const ScratchFile claim_{R"({"person_id":"P","lines":[]})"};
};

TEST(Help, EveryVerbExplainsItself) {
  const Ran all = RunOnestop({"--help"});
  EXPECT_EQ(all.code, kExitOk);
  EXPECT_THAT(all.out, HasSubstr("Exit codes"));
  for (const std::string verb :
       {"quote", "settle", "stream", "reverse", "register", "registration",
        "show", "list", "ledger", "eligibility", "lookup", "import", "load",
        "play", "eval", "policy", "verify", "health", "completion"}) {
    EXPECT_THAT(all.out, HasSubstr("  " + verb));
    const Ran ran = RunOnestop({verb, "--help"});
    EXPECT_EQ(ran.code, kExitOk) << verb;
    EXPECT_THAT(ran.out, HasSubstr("Usage:")) << verb;
  }
  EXPECT_THAT(RunOnestop({"policy", "check", "--help"}).out, HasSubstr("DIR"));
}

TEST(Usage, WrongLinesEndWithTwoAndASentence) {
  const std::vector<std::vector<std::string>> lines = {
      {},
      {"nosuchverb"},
      {"settle", "--no-such-flag"},
      {"settle", "--output", "xml"},
      {"settle", "--deadline", "0"},
      {"settle", "--json", "/no/such/file"},
      {"show", "--person", "P"},
      {"show", "--person", "P", "--request-id", "r"},
      {"reverse", "--person", "P"},
      {"ledger"},
      {"ledger", "P", "--year", "soon"},
      {"eligibility"},
      {"eligibility", "P", "--json", "/no/such/file"},
      {"register", "--kind", "pet"},
      {"policy"},
      {"policy", "check", "/no/such/folder"},
      {"load", "/no/such/file"},
      {"play", "/no/such/file"}};
  for (const auto& line : lines) {
    const Ran ran = RunOnestop(line);
    std::string words;
    for (const std::string& word : line) words += word + " ";
    EXPECT_EQ(ran.code, kExitUsage) << words;
    EXPECT_FALSE(ran.out.empty() && ran.err.empty()) << words;
  }
}

TEST_F(Command, SettlesAndPrintsTheReceipt) {
  const Ran ran = Settle("r1");
  EXPECT_EQ(ran.code, kExitOk) << ran.err;
  EXPECT_THAT(ran.out, AllOf(HasSubstr("0123"), HasSubstr("12.34")));
  EXPECT_EQ(settlement_.last.claim().person_id(), "P");
}

TEST_F(Command, PrintsJsonThatReadsBack) {
  const Ran ran = Settle("r1", {"--output", "json"});
  pb::SettleResponse response;
  EXPECT_TRUE(FromJson("output", ran.out, response).ok()) << ran.out;
  EXPECT_EQ(response.receipt().totals().cash_fen(), 1234);
}

TEST_F(Command, SendsTheFlags) {
  EXPECT_EQ(Settle("r1", {"--expected-cash", "1234"}).code, kExitOk);
  EXPECT_EQ(settlement_.last.expected_cash_fen(), 1234);
}

TEST_F(Command, ReadsAWholeRequestToo) {
  const ScratchFile request(
      R"({"request_id":"own","claim":{"person_id":"Q"}})");
  const Ran ran =
      RunOnestop({"settle", "--json", request.path(), "--server", address_});
  EXPECT_EQ(ran.code, kExitOk) << ran.err;
  EXPECT_EQ(settlement_.last.request_id(), "own");
  EXPECT_EQ(settlement_.last.claim().person_id(), "Q");
}

TEST_F(Command, ARefusalSaysWhyWhereAndWhatToDo) {
  const Ran ran = Settle("expired");
  EXPECT_EQ(ran.code, kExitRefused);
  EXPECT_THAT(ran.err,
              AllOf(HasSubstr("refused: PRESCRIPTION_EXPIRED"),
                    HasSubstr("the prescription is old"),
                    HasSubstr("prescription_id = RX-1"),
                    HasSubstr("-> A prescription is good for 7 days")));
  EXPECT_THAT(ran.out, Not(HasSubstr("settlement")));
}

TEST_F(Command, ARefusalIsJsonWhereTheAnswerWouldBe) {
  const Ran ran = Settle("expired", {"--output", "json"});
  EXPECT_EQ(ran.code, kExitRefused);
  EXPECT_THAT(ran.err, HasSubstr("refused: PRESCRIPTION_EXPIRED"));
  google::rpc::Status refusal;
  ASSERT_TRUE(FromJson("output", ran.out, refusal).ok()) << ran.out;
  const absl::Status status = wire::FromRpcStatus(refusal);
  EXPECT_EQ(ErrorReason(status), "PRESCRIPTION_EXPIRED");
  EXPECT_EQ(status.message(), "the prescription is old");
}

TEST_F(Command, BadFieldsAreNamed) {
  const Ran ran = Settle("malformed");
  EXPECT_EQ(ran.code, kExitUsage);
  EXPECT_THAT(ran.err, HasSubstr("claim.lines[0].quantity: is required"));
}

TEST_F(Command, ABrokenServerIsNotARefusal) {
  EXPECT_EQ(Settle("broken").code, kExitBroken);
}

TEST_F(Command, AStaleQuoteIsNo) {
  const Ran ran = Settle("stale");
  EXPECT_EQ(ran.code, kExitRefused);
  EXPECT_THAT(ran.out, HasSubstr("Not settled"));
}

TEST_F(Command, TriesAgainWhileTheServerIsBusy) {
  EXPECT_EQ(Settle("busy").code, kExitOk);
  EXPECT_EQ(settlement_.settles, 3);
}

TEST_F(Command, NoServerIsNoAnswer) {
  server_->Shutdown();
  const Ran ran = Settle("r1", {"--deadline", "0.3"});
  EXPECT_EQ(ran.code, kExitUnavailable);
  EXPECT_THAT(ran.err, HasSubstr("no answer"));
}

TEST_F(Command, ReversesAndCloses) {
  const Ran closed = RunOnestop({"reverse", "--person", "P", "--institution",
                                 "H", "--request-id", "never", "--server",
                                 address_, "--lang", "en"});
  EXPECT_EQ(closed.code, kExitOk);
  EXPECT_THAT(closed.out,
              AllOf(HasSubstr("Nothing was taken back: person P has no "
                              "settlement at institution H under request id "
                              "never"),
                    HasSubstr("it is closed now"),
                    HasSubstr("onestop list --person P\n")));
  const Ran reversed =
      RunOnestop({"reverse", "--person", "P", "--settlement", "0123",
                  "--server", address_, "--lang", "en"});
  EXPECT_EQ(reversed.code, kExitOk);
  EXPECT_THAT(reversed.out, HasSubstr("12.34"));
}

TEST_F(Command, TellsWhetherAPersonIsEligible) {
  const Ran yes = RunOnestop({"eligibility", "P", "--institution", "H",
                              "--date", "2025-03-20", "--item", "A", "--item",
                              "B", "--diagnosis", "I10", "--physician", "DR",
                              "--server", address_, "--lang", "en"});
  EXPECT_EQ(yes.code, kExitOk) << yes.err;
  EXPECT_THAT(yes.out, HasSubstr("Yes: care and drugs can be settled here"));
  pb::GetEligibilityRequest asked;
  ASSERT_TRUE(FromJson("asked",
                       R"({"person_id":"P","institution_id":"H",)"
                       R"("service_date":"2025-03-20","item_codes":["A","B"],)"
                       R"("diagnosis_codes":["I10"],"physician_id":"DR"})",
                       asked)
                  .ok());
  EXPECT_EQ(settlement_.asked.SerializeAsString(), asked.SerializeAsString());

  const Ran no = RunOnestop(
      {"eligibility", "suspended", "--server", address_, "--lang", "en"});
  EXPECT_EQ(no.code, kExitRefused);
  EXPECT_THAT(no.out, AllOf(HasSubstr("No: a claim on this day"),
                            HasSubstr("Benefits are not in force")));
}

TEST_F(Command, AsksForEligibilityByAWholeRequest) {
  const ScratchFile request(R"({"person_id":"Q","institution_id":"H",)"
                            R"("prescription":{"prescription_id":"RX"}})");
  const Ran ran =
      RunOnestop({"eligibility", "--json", request.path(), "--institution",
                  "H2", "--server", address_, "--output", "json"});
  EXPECT_EQ(ran.code, kExitOk) << ran.err;
  EXPECT_EQ(settlement_.asked.person_id(), "Q");
  EXPECT_EQ(settlement_.asked.institution_id(), "H2");
  EXPECT_EQ(settlement_.asked.prescription().prescription_id(), "RX");
  pb::GetEligibilityResponse response;
  EXPECT_TRUE(FromJson("output", ran.out, response).ok()) << ran.out;
  EXPECT_TRUE(response.in_force());
}

TEST_F(Command, LoadsInMessagesAndReportsBadRows) {
  std::string persons;
  for (int i = 0; i < 1200; ++i) {
    persons += Cat(i == 0 ? "" : ",", R"({"person_id":"P)", i, R"(")",
                   i == 700 ? "" : R"(,"pooling_region":"530100")", "}");
  }
  const ScratchFile file(Cat(R"({"persons":[)", persons, "]}"));
  const Ran ran =
      RunOnestop({"load", file.path(), "--server", address_, "--lang", "en"});
  EXPECT_EQ(ran.code, kExitRefused);
  EXPECT_EQ(registry_.messages, 3);
  EXPECT_THAT(ran.out, HasSubstr("1199 new"));
  EXPECT_THAT(ran.out, HasSubstr("1 refused"));
  EXPECT_THAT(ran.err,
              AllOf(HasSubstr("persons[700]"), HasSubstr("REGION_UNKNOWN")));
}

TEST_F(Command, NamesWhatTheJsonShouldBe) {
  const ScratchFile broken("{\"person_id\":");
  const ScratchFile list("[1]");
  for (const ScratchFile* file : {&broken, &list}) {
    const Ran ran = RunOnestop({"quote", "--json", file->path(), "--server",
                                address_, "--lang", "en"});
    EXPECT_EQ(ran.code, kExitUsage);
    EXPECT_THAT(ran.err, AllOf(HasSubstr(file->path()),
                               HasSubstr("is not a Claim in JSON")));
  }
}

TEST_F(Command, LoadsAndPlaysInJson) {
  const ScratchFile file(
      R"({"persons":[{"person_id":"P","pooling_region":"530100"}]})");
  EXPECT_EQ(
      RunOnestop({"load", file.path(), "--server", address_, "--json"}).out,
      "{\"kind\":\"persons\",\"rows\":1,\"created\":1,\"updated\":0,"
      "\"unchanged\":0,\"refused\":0}\n");
  const ScratchFile steps(
      R"({"steps":[{"settle":{"request_id":"r1","claim":{"person_id":"P"}}}]})");
  const Ran ran = RunOnestop(
      {"play", steps.path(), "--server", address_, "--output", "json"});
  EXPECT_EQ(ran.code, kExitOk) << ran.err;
  EXPECT_THAT(ran.out,
              AllOf(HasSubstr("\"cash_fen\":\"1234\""),
                    HasSubstr("\n{\"steps\":1,\"differences\":0,"
                              "\"paid_fen_by_scheme\":{},\"unpaid\":[]}\n")));
}

TEST_F(Command, PlayComparesWithWhatIsExpected) {
  const std::string step =
      R"({"settle":{"request_id":"r1","claim":{"person_id":"P"}}})";
  const ScratchFile right(Cat(R"({"steps":[)", step,
                              R"(],"expect":[{"totals":{"cash_fen":1234}}]})"));
  EXPECT_EQ(
      RunOnestop({"play", "--check", right.path(), "--server", address_}).code,
      kExitOk);
  const ScratchFile wrong(Cat(R"({"steps":[)", step,
                              R"(],"expect":[{"totals":{"cash_fen":1235}}]})"));
  const Ran ran =
      RunOnestop({"play", "--check", wrong.path(), "--server", address_});
  EXPECT_EQ(ran.code, kExitRefused);
  EXPECT_THAT(ran.out, HasSubstr("DIFFERS at step 1"));
  EXPECT_EQ(RunOnestop({"play", right.path(), "--must-pay", "some-scheme",
                        "--server", address_})
                .code,
            kExitRefused);
}

TEST(Output, ThatCannotBeWrittenIsAnError) {
  for (const std::vector<std::string>& line :
       {std::vector<std::string>{"--help"}, {"completion", "bash"}}) {
    Running run(line, "/dev/full");
    const Ran ran = run.Wait();
    EXPECT_EQ(ran.code, kExitBroken) << line.front();
    EXPECT_THAT(ran.err, HasSubstr("cannot write the output: "));
  }
}

TEST(PolicyCheck, ListsWhatIsAssumed) {
  const Ran ran = RunOnestop({"policy", "check", "policies"});
  EXPECT_EQ(ran.code, kExitOk) << ran.out;
  EXPECT_THAT(ran.out, HasSubstr("assumed"));
  const Ran json = RunOnestop({"policy", "check", "policies", "--json"});
  google::protobuf::Struct report;
  ASSERT_TRUE(FromJson("report", json.out, report).ok()) << json.out;
  EXPECT_GT(report.fields().at("schemes").number_value(), 0);
  EXPECT_GT(report.fields().at("assumed").list_value().values_size(), 0);
}

}  // namespace
}  // namespace onestop::cli
