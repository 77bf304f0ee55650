// `onestop health` against servers that serve, drain, know no health, are gone.
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>

#include "cli/exit_code.h"
#include "onestop/v1/settlement.grpc.pb.h"
#include "tests/cli/run.h"
#include "tests/cli/told_server.h"

namespace onestop::cli {
namespace {

class HealthTest : public ::testing::Test {
 protected:
  void Serve(bool with_health) {
    grpc::EnableDefaultHealthCheckService(with_health);
    server_.emplace(std::initializer_list<grpc::Service*>{&service_});
    grpc::EnableDefaultHealthCheckService(false);
    address_ = server_->address();
  }

  Ran Health() const { return RunOnestop({"health", "--server", address_}); }

  ::onestop::v1::SettlementService::Service service_;
  std::optional<ToldServer> server_;
  std::string address_;
};

TEST_F(HealthTest, SaysHowItStands) {
  Serve(true);
  (*server_)->GetHealthCheckService()->SetServingStatus(true);
  EXPECT_EQ(Health().code, kExitOk);
  EXPECT_EQ(Health().out, "SERVING\n");
  EXPECT_EQ(RunOnestop({"health", "--server", address_, "--json"}).out,
            "{\n \"status\": \"SERVING\"\n}\n");
  (*server_)->GetHealthCheckService()->SetServingStatus(false);
  EXPECT_EQ(Health().code, kExitRefused);
  EXPECT_EQ(Health().out, "NOT_SERVING\n");
}

TEST_F(HealthTest, NoAnswerIsThreeAndIsNotTriedAgain) {
  Serve(true);
  server_.reset();
  const auto before = std::chrono::steady_clock::now();
  const Ran ran = Health();
  EXPECT_EQ(ran.code, kExitUnavailable);
  EXPECT_EQ(ran.out, "");
  EXPECT_NE(ran.err, "");
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(5));
}

TEST_F(HealthTest, AServerWithoutHealthIsAnotherProgram) {
  Serve(false);
  EXPECT_EQ(Health().code, kExitBroken);
}

}  // namespace
}  // namespace onestop::cli
