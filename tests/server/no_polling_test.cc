// gRPC finds the program's function when it makes the queue of callbacks.
#include "server/no_polling.h"

#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <gtest/gtest.h>

#include <memory>

namespace onestop::server {
namespace {

TEST(NoPollingTest, SeesTheQueueOfCallbacks) {
  grpc::EnableDefaultHealthCheckService(true);  // by callbacks
  grpc::ServerBuilder builder;
  const auto calls = builder.AddCompletionQueue();
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                           &port);
  std::unique_ptr<grpc::Server> server;
  {
    const NoPolling scope;
    server = builder.BuildAndStart();
    EXPECT_GE(scope.queues(), 1);
  }
  ASSERT_NE(server, nullptr);
  {
    const NoPolling scope;
    EXPECT_EQ(scope.queues(), 0);
  }
  server->Shutdown();
  calls->Shutdown();
  void* event = nullptr;
  bool ok = false;
  while (calls->Next(&event, &ok)) {
  }
}

}  // namespace
}  // namespace onestop::server
