// A gRPC server for the command to call, of services that answer as told.
#ifndef ONESTOP_TESTS_CLI_TOLD_SERVER_H_
#define ONESTOP_TESTS_CLI_TOLD_SERVER_H_

#include <grpcpp/grpcpp.h>

#include <initializer_list>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "wire/error.h"

namespace onestop::cli {

// Serves on a port of its own until it is gone; the services outlive it.
class ToldServer {
 public:
  explicit ToldServer(std::initializer_list<grpc::Service*> services) {
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                             &port);
    for (grpc::Service* service : services) builder.RegisterService(service);
    server_ = builder.BuildAndStart();
    address_ = absl::StrCat("127.0.0.1:", port);
  }

  const std::string& address() const { return address_; }
  grpc::Server* operator->() { return server_.get(); }

 private:
  std::unique_ptr<grpc::Server> server_;
  std::string address_;
};

// How onestopd refuses a call.
inline grpc::Status Refusal(const absl::Status& status) {
  return {static_cast<grpc::StatusCode>(status.code()),
          std::string(status.message()), wire::ToRpcStatusBytes(status)};
}

}  // namespace onestop::cli

#endif  // ONESTOP_TESTS_CLI_TOLD_SERVER_H_
