// Ctrl-C in every state of a long run: with a silent pipe, a server that hangs,
// a server that does not even greet.
#include "cli/interrupt.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <string>
#include <thread>

#include "cli/exit_code.h"
#include "cli/text.h"
#include "onestop/v1/settlement.grpc.pb.h"
#include "tests/cli/run.h"
#include "tests/cli/running.h"
#include "tests/cli/told_server.h"

namespace onestop::cli {
namespace {

namespace pb = ::onestop::v1;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr char kClaim[] = R"({"request_id":"a","claim":{"person_id":"P"}})"
                          "\n";

// Settles each claim, or is silent.
class ToldSettlement final : public pb::SettlementService::Service {
 public:
  grpc::Status SettleStream(
      grpc::ServerContext* context,
      grpc::ServerReaderWriter<pb::SettleStreamResponse,
                               pb::SettleStreamRequest>* stream) override {
    pb::SettleStreamRequest request;
    while (stream->Read(&request)) {
      read += request.items_size();
      while (silent && !context->IsCancelled()) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
      }
      pb::SettleStreamResponse response;
      for (const pb::SettleStreamItem& item : request.items()) {
        pb::SettleStreamResult& result = *response.add_results();
        result.set_index(item.index());
        result.mutable_settle()->set_outcome(pb::SETTLE_OUTCOME_SETTLED);
      }
      stream->Write(response);
      ++answered;
    }
    return grpc::Status::OK;
  }

  std::atomic<bool> silent = false;
  std::atomic<int> read = 0;
  std::atomic<int> answered = 0;
};

// Takes connections, as the kernel does for a stopped process, and says
// nothing.
class StoppedServer {
 public:
  StoppedServer() : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* any = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(bind(socket_, any, size), 0);
    EXPECT_EQ(listen(socket_, 8), 0);
    EXPECT_EQ(getsockname(socket_, any, &size), 0);
    address_ = Cat("127.0.0.1:", ntohs(address.sin_port));
  }
  ~StoppedServer() { close(socket_); }
  const std::string& address() const { return address_; }

 private:
  const int socket_;
  std::string address_;
};

class Interrupt : public ::testing::Test {
 protected:
  static void Interrupted(Running& run, const std::string& summary) {
    ASSERT_TRUE(run.Listens());
    run.Signal(SIGINT);
    const Ran ran = run.Wait();
    EXPECT_EQ(ran.code, kExitUnavailable) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr(summary));
    EXPECT_THAT(ran.err, HasSubstr("again"));
  }
  static std::vector<std::string> Stream(const std::string& address,
                                         const std::string& file = "-") {
    return {"stream", file, "--server", address, "--lang", "en", "--quiet"};
  }
  static std::vector<std::string> Import(const std::string& address) {
    return {"import",      "accounts", "-",          "--format", "csv",
            "--server",    address,    "--lang",     "en",       "--quiet",
            "--import-id", "one",      "--deadline", "30"};
  }

  ToldSettlement settlement_;
  ToldServer server_{&settlement_};
};

TEST_F(Interrupt, EndsAStreamWhoseInputIsSilent) {
  Running run(Stream(server_.address()));
  run.Type(kClaim);
  ASSERT_TRUE(Eventually([this] { return settlement_.answered == 1; }));
  Interrupted(run, "settles: ");
}

TEST_F(Interrupt, EndsAStreamWhoseServerHangs) {
  settlement_.silent = true;
  for (const bool input_ends : {false, true}) {
    settlement_.read = 0;
    Running run(Stream(server_.address()));
    run.Type(kClaim);
    if (input_ends) run.CloseInput();
    ASSERT_TRUE(Eventually([this] { return settlement_.read == 1; }));
    Interrupted(run, "0 settles: ");
  }
}

TEST_F(Interrupt, EndsAStreamWhoseServerDoesNotGreet) {
  const StoppedServer stopped;
  Running run(Stream(stopped.address()));
  run.Type(kClaim);
  Interrupted(run, "0 settles: ");
}

TEST_F(Interrupt, EndsAStreamFromAPipeThatNobodyWrites) {
  const ScratchFile place("");
  const std::string pipe = place.path() + ".pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  Running run(Stream(server_.address(), pipe));
  Interrupted(run, "0 settles: ");
  std::filesystem::remove(pipe);
}

TEST_F(Interrupt, TheDeadlineHoldsWhileTheInputIsSilent) {
  settlement_.silent = true;
  auto line = Stream(server_.address());
  line.insert(line.end(), {"--deadline", "0.3"});
  Running run(line);
  run.Type(kClaim);
  const Ran ran = run.Wait();
  EXPECT_EQ(ran.code, kExitUnavailable);
  EXPECT_THAT(ran.err, AllOf(HasSubstr("no answer came for 0.3 seconds"),
                             HasSubstr("run the same file again")));
}

TEST_F(Interrupt, EndsAnImportThatHasNoHeaderYet) {
  const StoppedServer stopped;
  Running run(Import(stopped.address()));
  Interrupted(run, "0 rows");
}

TEST_F(Interrupt, EndsAnImportWhoseInputIsSilent) {
  const StoppedServer stopped;
  Running run(Import(stopped.address()));
  run.Type("person_id,balance_fen\nP,1\n");
  Interrupted(run, "0 rows");
}

TEST(SecondInterrupt, EndsTheProcess) {
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  for (const int second : {SIGINT, SIGTERM}) {
    EXPECT_EXIT(
        {
          ListenForInterrupt();
          raise(SIGINT);
          if (Interrupted()) raise(second);
        },
        ::testing::KilledBySignal(second), "");
  }
}

}  // namespace
}  // namespace onestop::cli
