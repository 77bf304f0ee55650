// A service whose methods take raw bytes, said one by one.
#ifndef ONESTOP_SERVER_RAW_SERVICE_H_
#define ONESTOP_SERVER_RAW_SERVICE_H_

#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/service_type.h>

#include <functional>

#include "server/unary_call.h"

namespace onestop::server {

// What gRPC's generated classes do for a service, for one whose calls are not
// all of theirs: those of AddAwaited are UnaryCalls. A path is
// "/package.Service/Method" and outlives the service.
class RawService : public grpc::Service {
 public:
  using UnaryMethod = std::function<grpc::ServerUnaryReactor*(
      grpc::CallbackServerContext*, const grpc::ByteBuffer*,
      grpc::ByteBuffer*)>;
  using StreamMethod = std::function<grpc::ServerBidiReactor<
      grpc::ByteBuffer, grpc::ByteBuffer>*(grpc::CallbackServerContext*)>;

 protected:
  using AwaitedMethod = grpc::internal::RpcServiceMethod;

  const AwaitedMethod* AddAwaited(const char* path);
  void AddUnary(const char* path, UnaryMethod method);
  void AddStream(const char* path, StreamMethod method);

  // Of a server that was built with this service.
  static CallSource SourceOf(const AwaitedMethod& method, grpc::Server& server);

 private:
  AwaitedMethod* Add(const char* path, grpc::internal::RpcMethod::RpcType type);

  int count_ = 0;
};

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_RAW_SERVICE_H_
