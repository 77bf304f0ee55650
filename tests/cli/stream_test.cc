// `onestop stream` against a server that answers as told: order, results,
// refusals, what may be sent again, a server that goes away and comes back.
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/limits.h"
#include "cli/exit_code.h"
#include "cli/text.h"
#include "onestop/v1/settlement.grpc.pb.h"
#include "tests/cli/run.h"
#include "tests/cli/told_server.h"
#include "wire/error.h"

namespace onestop::cli {
namespace {

namespace pb = ::onestop::v1;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

// Settles whatever it is sent; refuses the person "X", and asks for the request
// "wait" to be sent again the first time.
class ToldSettlements final : public pb::SettlementService::Service {
 public:
  grpc::Status SettleStream(
      grpc::ServerContext*,
      grpc::ServerReaderWriter<pb::SettleStreamResponse,
                               pb::SettleStreamRequest>* stream) override {
    ++streams;
    pb::SettleStreamRequest request;
    while (stream->Read(&request)) {
      EXPECT_LE(request.items_size(), limits::kMaxStreamItems);
      if (breaks-- > 0) return {grpc::StatusCode::UNAVAILABLE, "going away"};
      pb::SettleStreamResponse response;
      for (const pb::SettleStreamItem& item : request.items()) {
        Answer(item, *response.add_results());
      }
      stream->Write(response);
    }
    return grpc::Status::OK;
  }

  std::atomic<int> breaks = 0;  // so many messages end their stream
  int streams = 0;
  std::map<std::string, int> times;  // each request id was sent
  std::vector<int64_t> order;
  std::vector<std::string> settled;

 private:
  void Answer(const pb::SettleStreamItem& item,
              pb::SettleStreamResult& result) {
    order.push_back(item.index());
    result.set_index(item.index());
    const std::string& id = item.settle().request_id();
    ++times[id];
    if (id == "wait" && times[id] == 1) {
      *result.mutable_error() = wire::ToRpcStatus(
          MakeError(absl::StatusCode::kUnavailable, "OVERLOADED", "later"));
    } else if (item.settle().claim().person_id() == "X") {
      *result.mutable_error() = wire::ToRpcStatus(MakeError(
          absl::StatusCode::kNotFound, "PERSON_UNKNOWN", "no such person"));
    } else {
      settled.push_back(id);
      result.mutable_settle()->set_outcome(pb::SETTLE_OUTCOME_SETTLED);
      result.mutable_settle()->mutable_receipt()->set_request_id(id);
    }
  }
};

std::string Settle(const std::string& id, const std::string& person = "P") {
  return Cat(R"({"request_id":")", id, R"(","claim":{"person_id":")", person,
             "\"}}\n");
}

class StreamVerb : public ::testing::Test {
 protected:
  Ran Stream(const ScratchFile& file, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {
        "stream", file.path(), "--server", address_, "--lang", "en", "--quiet"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunOnestop(arguments);
  }

  static std::vector<std::string> LinesOf(const std::string& path) {
    std::ifstream file(path);
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    return lines;
  }

  ToldSettlements settlements_;
  ToldServer server_{&settlements_};
  const std::string& address_ = server_.address();
};

TEST_F(StreamVerb, SendsEveryLineOnceInOrder) {
  std::string text;
  for (int i = 1; i <= 3'000; ++i) text += Settle(Cat("r", i), Cat("P", i));
  const ScratchFile file(text);
  const ScratchFile results("");
  const Ran ran = Stream(file, {"--result", results.path()});
  EXPECT_EQ(ran.code, kExitOk) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("3000 settles: 3000 settled, 0 stale"));
  EXPECT_EQ(settlements_.streams, 1);
  ASSERT_EQ(settlements_.order.size(), 3'000u);
  EXPECT_TRUE(
      std::is_sorted(settlements_.order.begin(), settlements_.order.end()));
  const std::vector<std::string> lines = LinesOf(results.path());
  ASSERT_EQ(lines.size(), 3'000u);
  EXPECT_THAT(lines[0], AllOf(HasSubstr(R"({"line":1,"request_id":"r1",)"),
                              HasSubstr(R"("settle":{)")));
}

TEST_F(StreamVerb, TellsWhatIsRefusedAndWhatCannotBeRead) {
  const ScratchFile file(Settle("a") + "\n" + Settle("b", "X") + "{broken\n" +
                         Settle("c"));
  const ScratchFile results("");
  const Ran ran = Stream(file, {"--result", results.path()});
  EXPECT_EQ(ran.code, kExitRefused);
  EXPECT_THAT(ran.out, HasSubstr("4 settles: 2 settled, 0 stale, 2 refused "
                                 "(MALFORMED_REQUEST 1, PERSON_UNKNOWN 1)"));
  EXPECT_THAT(ran.err, AllOf(HasSubstr(Cat(file.path(), ":3: ")),
                             HasSubstr(Cat(file.path(), ":4: ")),
                             HasSubstr("PERSON_UNKNOWN")));
  EXPECT_EQ(LinesOf(results.path()).size(), 4u);
}

TEST_F(StreamVerb, SumsUpInJson) {
  const ScratchFile file(Settle("a") + Settle("b", "X") + "{broken\n");
  EXPECT_EQ(Stream(file, {"--json"}).out,
            "{\"rows\":3,\"settled\":1,\"stale\":0,\"refused\":2,\"reasons\":"
            "{\"MALFORMED_REQUEST\":1,\"PERSON_UNKNOWN\":1}}\n");
}

TEST_F(StreamVerb, SendsAgainWhatTheServerAsksFor) {
  const ScratchFile file(Settle("a") + Settle("wait") + Settle("b"));
  const Ran ran = Stream(file);
  EXPECT_EQ(ran.code, kExitOk) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("3 settles: 3 settled"));
  EXPECT_EQ(settlements_.times["wait"], 2);
  EXPECT_EQ(settlements_.times["a"], 1);
}

TEST_F(StreamVerb, KeepsAPersonsOrderAroundWhatIsSentAgain) {
  const ScratchFile file(Settle("wait") + Settle("q", "Q") + Settle("b", "X") +
                         Settle("c") + Settle("d"));
  const Ran ran = Stream(file);
  EXPECT_EQ(ran.code, kExitRefused) << ran.err;
  EXPECT_THAT(settlements_.settled, ElementsAre("q", "wait", "c", "d"));
  EXPECT_EQ(settlements_.streams, 1);
}

TEST_F(StreamVerb, GoesOnWhenTheServerComesBack) {
  settlements_.breaks = 2;
  std::string text;
  for (int i = 1; i <= 600; ++i) text += Settle(Cat("r", i), Cat("P", i));
  const ScratchFile file(text);
  const Ran ran = Stream(file);
  EXPECT_EQ(ran.code, kExitOk) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("600 settles: 600 settled"));
  EXPECT_EQ(settlements_.streams, 3);
}

TEST_F(StreamVerb, SaysWhatToDoWhenTheServerStaysAway) {
  server_->Shutdown();
  const ScratchFile file(Settle("a"));
  const Ran ran = Stream(file, {"--deadline", "0.5"});
  EXPECT_EQ(ran.code, kExitUnavailable);
  EXPECT_THAT(ran.err, HasSubstr("run the same file again"));
}

TEST_F(StreamVerb, ShowsHowFarItIsByWhatIsAnswered) {
  const ScratchFile file("\n" + Settle("a") + "{broken\n" + Settle("b"));
  const auto stream = [&](const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {"stream", file.path(), "--server",
                                          address_};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunOnestop(arguments).err;
  };
  EXPECT_THAT(stream({}), HasSubstr("] 100 %  3 rows"));
  server_->Shutdown();
  EXPECT_THAT(stream({"--deadline", "0.3"}),
              AllOf(HasSubstr(" %  1 rows"), Not(HasSubstr("100 %"))));
}

TEST_F(StreamVerb, ReadsOverALineThatIsTooLong) {
  const ScratchFile file(std::string(5 << 20, 'x') + "\n" + Settle("a"));
  const Ran ran = Stream(file);
  EXPECT_EQ(ran.code, kExitRefused);
  EXPECT_THAT(ran.out, HasSubstr("2 settles: 1 settled, 0 stale, 1 refused"));
}

TEST_F(StreamVerb, NeverWritesOverItsInput) {
  const ScratchFile file(Settle("a"));
  const Ran ran = Stream(file, {"--result", file.path()});
  EXPECT_EQ(ran.code, kExitUsage);
  EXPECT_EQ(LinesOf(file.path()).size(), 1u);
}

TEST_F(StreamVerb, KeepsMessagesOfLargeClaimsSmall) {
  std::string text;
  for (int i = 0; i < 300; ++i) {
    text += Settle(Cat("r", i), Cat("P", i, std::string(20'000, 'p')));
  }
  const ScratchFile file(text);
  const Ran ran = Stream(file);
  EXPECT_EQ(ran.code, kExitOk) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("300 settles: 300 settled"));
}

TEST_F(StreamVerb, AFileThatIsNotThereIsUsage) {
  const Ran ran = RunOnestop({"stream", "no/such/file", "--lang", "en"});
  EXPECT_EQ(ran.code, kExitUsage);
  EXPECT_THAT(ran.err, HasSubstr("no/such/file"));
}

}  // namespace
}  // namespace onestop::cli
