// Turns a status into gRPC's, whose codes have the same numbers.
#include "server/errors.h"

#include <string>

#include "wire/error.h"

namespace onestop::server {

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()),
                      std::string(status.message()),
                      wire::ToRpcStatusBytes(status));
}

}  // namespace onestop::server
