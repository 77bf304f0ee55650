// Errors on their way out: an absl::Status as gRPC sends it, with its reason
// and bad fields in the trailer grpc-status-details-bin.
#ifndef ONESTOP_SERVER_ERRORS_H_
#define ONESTOP_SERVER_ERRORS_H_

#include <grpcpp/support/status.h>

#include "absl/status/status.h"

namespace onestop::server {

grpc::Status ToGrpcStatus(const absl::Status& status);

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_ERRORS_H_
