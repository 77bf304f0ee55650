// `onestop import` against a server that answers as told: messages, refused
// rows, rejects, exit codes, a server that goes away and comes back.
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/error.h"
#include "base/limits.h"
#include "cli/exit_code.h"
#include "cli/text.h"
#include "onestop/v1/registry.grpc.pb.h"
#include "tests/cli/run.h"
#include "tests/cli/running.h"
#include "tests/cli/told_server.h"
#include "wire/error.h"

namespace onestop::cli {
namespace {

namespace pb = ::onestop::v1;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// Keeps the accounts it is sent; refuses those of person "X…".
class ToldRegistry final : public pb::RegistryService::Service {
 public:
  grpc::Status ImportAccounts(
      grpc::ServerContext*,
      grpc::ServerReaderWriter<pb::ImportAccountsResponse,
                               pb::ImportAccountsRequest>* stream) override {
    ++streams;
    pb::ImportAccountsRequest request;
    int64_t index = 0;
    while (stream->Read(&request)) {
      EXPECT_LE(request.accounts_size(), limits::kMaxImportRows);
      EXPECT_LE(request.ByteSizeLong(), limits::kMaxMessageBytes);
      if (breaks-- > 0) {
        return {grpc::StatusCode::UNAVAILABLE, "shutting down"};
      }
      if (malformed) {
        return Refusal(MalformedRequest({{"import_id", "is too long"}}));
      }
      std::this_thread::sleep_for(takes);
      ++messages;
      import_ids.insert(request.import_id());
      pb::ImportAccountsResponse response;
      for (const pb::AccountBalance& account : request.accounts()) {
        pb::RowResult& row = *response.add_results();
        row.set_index(index++);
        const bool refused = account.person_id().starts_with("X");
        row.set_outcome(refused ? pb::ROW_OUTCOME_REFUSED
                                : pb::ROW_OUTCOME_CREATED);
        if (!refused) persons.insert(account.person_id());
        if (!refused) continue;
        *row.mutable_error() = wire::ToRpcStatus(MalformedRequest(
            {{Cat("accounts[", index, "].person_id"), "begins with X"}}));
      }
      stream->Write(response);
    }
    return grpc::Status::OK;
  }

  std::atomic<int> breaks = 0;  // so many messages end their stream
  std::atomic<bool> malformed = false;
  std::chrono::milliseconds takes{0};  // each message
  int messages = 0;
  int streams = 0;
  std::set<std::string> import_ids;
  std::set<std::string> persons;
};

class ImportVerb : public ::testing::Test {
 protected:
  Ran Import(const ScratchFile& file, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {"import",   "accounts", file.path(),
                                          "--server", address_,   "--lang",
                                          "en",       "--format", "csv"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunOnestop(arguments);
  }

  static std::string Accounts(int rows) {
    std::string text = "person_id,balance_fen\n";
    for (int i = 0; i < rows; ++i) Append(&text, "P", i, ",", i, "\n");
    return text;
  }

  ToldRegistry registry_;
  ToldServer server_{&registry_};
  const std::string& address_ = server_.address();
};

TEST_F(ImportVerb, LoadsEveryRowInMessages) {
  const Ran ran = Import(ScratchFile(Accounts(5'200)), {"--quiet"});
  EXPECT_EQ(ran.code, kExitOk) << ran.err;
  EXPECT_EQ(registry_.messages, 11);
  EXPECT_EQ(registry_.streams, 1);
  EXPECT_EQ(registry_.persons.size(), 5'200u);
  EXPECT_THAT(ran.out, HasSubstr("5200 rows: 5200 new"));
  EXPECT_THAT(ran.err, IsEmpty());
}

TEST_F(ImportVerb, TellsTheTallyInChinese) {
  const ScratchFile file(Accounts(3));
  const Ran ran =
      RunOnestop({"import", "accounts", file.path(), "--server", address_,
                  "--lang", "zh", "--format", "csv", "--quiet"});
  EXPECT_EQ(ran.code, kExitOk) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("3 行：新增 3，更改 0，未变 0，拒绝 0\n"));
}

TEST_F(ImportVerb, ReportsBadRowsByLineAndLoadsTheOthers) {
  const ScratchFile file(
      "person_id,balance_fen\nP1,1\nX2,2\n\nP4,many\n\"P\n6\",6\nP8,\"8\nP9,"
      "9\n");
  const ScratchFile rejects("left from before");
  const Ran ran = Import(file, {"--rejects", rejects.path()});
  EXPECT_EQ(ran.code, kExitRefused);
  EXPECT_THAT(registry_.persons, ::testing::ElementsAre("P\n6", "P1", "P9"));
  EXPECT_THAT(ran.err,
              AllOf(HasSubstr(Cat(file.path(),
                                  ":3: MALFORMED_REQUEST: "
                                  "person_id: begins with X\n")),
                    HasSubstr(":5: MALFORMED_REQUEST: balance_fen: 'many'"),
                    HasSubstr(":8: MALFORMED_REQUEST: the row"),
                    HasSubstr("MALFORMED_REQUEST: 3 rows")));
  EXPECT_THAT(ran.out, HasSubstr("6 rows: 3 new, 0 changed, 0 as before, 3"));
  EXPECT_EQ(Contents(rejects.path()),
            "import_error,person_id,balance_fen\n"
            "line 3: MALFORMED_REQUEST: person_id: begins with X,X2,2\n"
            "line 5: MALFORMED_REQUEST: balance_fen: 'many' is not a whole "
            "number of fen,P4,many\n"
            "\"line 8: MALFORMED_REQUEST: the row opens a quote that does not "
            "close, or closes it within a field\",\"P8,\"\"8\n\"\n");
}

TEST_F(ImportVerb, SaysHowNotToBookTheOtherRowsTwice) {
  const ScratchFile file("person_id,balance_fen\nP1,1\nX2,2\n");
  EXPECT_THAT(Import(file).err,
              AllOf(HasSubstr("import only those. Do not\nchange this file"),
                    Not(HasSubstr("send it again"))));
  EXPECT_THAT(Import(file, {"--import-id", "own"}).err,
              AllOf(HasSubstr("again under the same --import-id"),
                    Not(HasSubstr("change this file"))));
}

TEST_F(ImportVerb, BadRowsAloneNeedNoAnswer) {
  const Ran ran = Import(ScratchFile("person_id,balance_fen\nP1,x\nP2,y\n"));
  EXPECT_EQ(ran.code, kExitRefused);
  EXPECT_EQ(registry_.messages, 0);
  EXPECT_THAT(ran.out, HasSubstr("2 rows"));
}

TEST_F(ImportVerb, WideRowsGoIntoMoreMessages) {
  std::string text = "person_id,balance_fen\n";
  for (int i = 0; i < 6; ++i) {
    Append(&text, std::string(1'500'000, 'A' + i), ",1\n");
  }
  EXPECT_EQ(Import(ScratchFile(text)).code, kExitOk);
  EXPECT_EQ(registry_.messages, 3);
  EXPECT_EQ(registry_.persons.size(), 6u);
}

TEST_F(ImportVerb, TheFileNamesTheImport) {
  const ScratchFile file(Accounts(3));
  Import(file);
  Import(file);
  ASSERT_EQ(registry_.import_ids.size(), 1u);
  EXPECT_THAT(*registry_.import_ids.begin(), HasSubstr("accounts-"));
  EXPECT_LE(registry_.import_ids.begin()->size(), 64u);
  Import(ScratchFile(Accounts(4)));
  EXPECT_EQ(registry_.import_ids.size(), 2u);
  Import(file, {"--import-id", "own"});
  EXPECT_TRUE(registry_.import_ids.contains("own"));
}

TEST_F(ImportVerb, GoesOnWhenTheServerIsBack) {
  registry_.breaks = 2;
  const Ran ran = Import(ScratchFile(Accounts(3'000)));
  EXPECT_EQ(ran.code, kExitOk) << ran.err;
  EXPECT_EQ(registry_.streams, 3);
  EXPECT_EQ(registry_.persons.size(), 3'000u);
  EXPECT_THAT(ran.out, HasSubstr("3000 rows"));
}

TEST_F(ImportVerb, SaysThatItMayBeRunAgain) {
  server_->Shutdown();
  const Ran ran = Import(ScratchFile(Accounts(3)), {"--deadline", "0.3"});
  EXPECT_EQ(ran.code, kExitUnavailable);
  EXPECT_THAT(ran.err, AllOf(HasSubstr("no answer"),
                             HasSubstr("run the same command again")));
}

TEST_F(ImportVerb, AnInputThatPausesIsNotTheServersSilence) {
  registry_.takes = std::chrono::milliseconds(500);
  Running run({"import", "accounts", "-", "--format", "csv", "--import-id",
               "own", "--server", address_, "--quiet", "--deadline", "2"});
  run.Type(Accounts(limits::kMaxImportRows));
  std::this_thread::sleep_for(std::chrono::milliseconds(3'000));
  run.Type("Q,1\n");
  run.CloseInput();
  const Ran ran = run.Wait();
  EXPECT_EQ(ran.code, kExitOk) << ran.err;
  EXPECT_EQ(registry_.messages, 2);
}

TEST_F(ImportVerb, AMalformedCallIsTheUsersFault) {
  registry_.malformed = true;
  const Ran ran = Import(ScratchFile(Accounts(3)));
  EXPECT_EQ(ran.code, kExitUsage);
  EXPECT_THAT(ran.err, HasSubstr("import_id: is too long"));
}

TEST_F(ImportVerb, PrintsItsSummaryAsJson) {
  const Ran ran = Import(ScratchFile(Accounts(2)), {"--output", "json"});
  EXPECT_EQ(ran.out,
            "{\"kind\":\"accounts\",\"rows\":2,\"created\":2,\"updated\":0,"
            "\"unchanged\":0,\"refused\":0}\n");
}

TEST_F(ImportVerb, WrongUsageSendsNothing) {
  const ScratchFile good(Accounts(1));
  const ScratchFile header("person_id,balance\nP,1\n");
  const std::vector<std::vector<std::string>> lines = {
      {"import"},
      {"import", "pets", good.path()},
      {"import", "accounts"},
      {"import", "accounts", "/no/such/file.csv"},
      {"import", "accounts", good.path()},  // which format?
      {"import", "accounts", good.path(), "--format", "xlsx"},
      {"import", "accounts", header.path(), "--format", "csv"},
      {"import", "accounts", "-", "--format", "csv"},  // which import?
      {"import", "accounts", good.path(), "--format", "csv", "--rejects",
       good.path()},
      {"import", "accounts", good.path(), "--format", "csv", "--rejects",
       "/no/such/folder/x"}};
  for (auto line : lines) {
    line.insert(line.end(), {"--lang", "en"});
    const Ran ran = RunOnestop(line);
    std::string words;
    for (const std::string& word : line) words += word + " ";
    EXPECT_EQ(ran.code, kExitUsage) << words << ran.err;
    EXPECT_THAT(ran.err, Not(IsEmpty())) << words;
  }
  EXPECT_EQ(Contents(good.path()), Accounts(1));
}

TEST(ImportHelp, NamesEveryColumn) {
  const Ran ran = RunOnestop({"import", "registrations", "--help"});
  EXPECT_EQ(ran.code, kExitOk);
  EXPECT_THAT(ran.out, AllOf(HasSubstr("registered_on"), HasSubstr("required"),
                             HasSubstr("2024-07-01=NEG-01|NEG-02"),
                             HasSubstr("TREATMENT|CHRONIC_DISEASE")));
}

}  // namespace
}  // namespace onestop::cli
