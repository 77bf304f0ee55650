// Enters methods as gRPC's generated classes do.
#include "server/raw_service.h"

#include <grpcpp/impl/codegen/server_callback_handlers.h>
#include <grpcpp/impl/rpc_service_method.h>

#include <utility>

namespace onestop::server {
namespace {

using Type = grpc::internal::RpcMethod;
using ApiType = grpc::internal::RpcServiceMethod::ApiType;

}  // namespace

RawService::AwaitedMethod* RawService::Add(const char* path,
                                           Type::RpcType type) {
  auto* const method = new AwaitedMethod(path, type, nullptr);
  AddMethod(method);  // the service's from now on
  ++count_;
  return method;
}

const RawService::AwaitedMethod* RawService::AddAwaited(const char* path) {
  AwaitedMethod* const method = Add(path, Type::NORMAL_RPC);
  method->SetServerApiType(ApiType::RAW);
  return method;
}

void RawService::AddUnary(const char* path, UnaryMethod method) {
  Add(path, Type::NORMAL_RPC);
  MarkMethodRawCallback(
      count_ - 1, new grpc::internal::CallbackUnaryHandler<grpc::ByteBuffer,
                                                           grpc::ByteBuffer>(
                      std::move(method)));
}

void RawService::AddStream(const char* path, StreamMethod method) {
  Add(path, Type::BIDI_STREAMING);
  MarkMethodRawCallback(
      count_ - 1, new grpc::internal::CallbackBidiHandler<grpc::ByteBuffer,
                                                          grpc::ByteBuffer>(
                      std::move(method)));
}

CallSource RawService::SourceOf(const AwaitedMethod& method,
                                grpc::Server& server) {
  return {server.c_server(), method.server_tag()};
}

}  // namespace onestop::server
