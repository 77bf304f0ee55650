// The fixture of the tests over gRPC: a server on a loaded world, in memory and
// on PostgreSQL.
#ifndef ONESTOP_TESTS_SERVER_SERVER_FIXTURE_H_
#define ONESTOP_TESTS_SERVER_SERVER_FIXTURE_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "server/server.h"
#include "storage/mem_books.h"
#include "storage/mem_store.h"
#include "storage/pg_books.h"
#include "storage/pg_store.h"
#include "tests/server/server_world.h"
#include "tests/storage/test_database.h"

namespace onestop::server {

class ServerTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    StartLog("off");
    if (GetParam() == "postgres") {
      postgres_ = storage::TestDatabase::Get();
      if (postgres_ == nullptr) {
        GTEST_SKIP() << storage::TestDatabase::kWhySkipped;
      }
      postgres_->Clear();
    }
    server_ = StartServer();
    client_ = std::make_unique<testing::Client>(server_->port());
    testing::LoadWorld(*client_);
  }

  // One more replica on the same database.
  std::unique_ptr<Server> StartServer(
      const Config& config = testing::TestConfig(),
      const LoadedPolicy& policy = testing::TestPolicy()) {
    auto server = Server::Start(
        config, policy,
        [this]() -> std::unique_ptr<storage::Store> {
          if (postgres_ == nullptr) {
            return std::make_unique<storage::MemStore>(memory_);
          }
          storage::PgOptions options;
          options.url = postgres_->conninfo();
          return std::make_unique<storage::PgStore>(options);
        },
        [this]() -> std::unique_ptr<storage::Books> {
          if (postgres_ == nullptr) {
            return std::make_unique<storage::MemBooks>(memory_,
                                                       reconciliations_);
          }
          storage::PgOptions options;
          options.url = postgres_->conninfo();
          return std::make_unique<storage::PgBooks>(options);
        });
    if (!server.ok()) ADD_FAILURE() << server.status();
    return *std::move(server);
  }

  pb::SettleResponse Settled(const pb::SettleRequest& request) {
    const auto bytes = client_->Settle(request);
    EXPECT_TRUE(bytes.ok()) << bytes.status();
    pb::SettleResponse response;
    EXPECT_TRUE(response.ParseFromString(bytes.value_or("")));
    return response;
  }
  absl::StatusOr<pb::ReverseResponse> Reverse(
      const pb::ReverseRequest& request) {
    grpc::ClientContext context;
    pb::ReverseResponse response;
    const auto status =
        client_->settlement->Reverse(&context, request, &response);
    if (!status.ok()) return testing::Client::ToStatus(status);
    return response;
  }
  static pb::ReverseRequest ReverseRow(const std::string& person,
                                       const std::string& id) {
    pb::ReverseRequest request;
    request.set_person_id(person);
    request.set_institution_id("H2");
    request.set_settle_request_id(id);
    return request;
  }
  pb::GetSettlementResponse Look(const std::string& person,
                                 const std::string& id) {
    grpc::ClientContext context;
    pb::GetSettlementRequest request;
    request.set_person_id(person);
    request.set_institution_id("H2");
    request.set_settle_request_id(id);
    pb::GetSettlementResponse response;
    const auto status =
        client_->settlement->GetSettlement(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  storage::MemDatabase memory_;
  storage::MemReconciliations reconciliations_;
  storage::TestDatabase* postgres_ = nullptr;
  std::unique_ptr<Server> server_;
  std::unique_ptr<testing::Client> client_;
};

}  // namespace onestop::server

#endif  // ONESTOP_TESTS_SERVER_SERVER_FIXTURE_H_
