// The window's service: who calls, what is asked, and to whom it is handed.
#ifndef ONESTOP_SERVER_SETTLEMENT_SERVICE_H_
#define ONESTOP_SERVER_SETTLEMENT_SERVICE_H_

#include <grpcpp/grpcpp.h>

#include <vector>

#include "server/call_thread.h"
#include "server/raw_service.h"
#include "server/service_parts.h"

namespace onestop::server {

// Calls that a lane answers are UnaryCalls of the call threads, the others come
// by callbacks. Thread-safe.
class SettlementServiceImpl final : public RawService {
 public:
  explicit SettlementServiceImpl(const ServiceParts& parts);

  // Calls of Quote, Settle and Reverse are taken by this thread too, from its
  // start on. Of the server that was built with this service.
  void AwaitCalls(grpc::Server& server, CallThread& thread);

 private:
  using Unary = grpc::ServerUnaryReactor* (
      SettlementServiceImpl::*)(grpc::CallbackServerContext*,
                                const grpc::ByteBuffer*, grpc::ByteBuffer*);
  void AddByWorker(const char* path, Unary method);

  grpc::ServerUnaryReactor* Register(grpc::CallbackServerContext* context,
                                     const grpc::ByteBuffer* request,
                                     grpc::ByteBuffer* response);
  grpc::ServerUnaryReactor* GetSettlement(grpc::CallbackServerContext* context,
                                          const grpc::ByteBuffer* request,
                                          grpc::ByteBuffer* response);
  grpc::ServerUnaryReactor* ListSettlements(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
      grpc::ByteBuffer* response);
  grpc::ServerUnaryReactor* GetLedger(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response);
  grpc::ServerUnaryReactor* GetEligibility(grpc::CallbackServerContext* context,
                                           const grpc::ByteBuffer* request,
                                           grpc::ByteBuffer* response);
  grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* SettleStream(
      grpc::CallbackServerContext* context);

  const ServiceParts parts_;
  std::vector<const AwaitedMethod*> awaited_;  // those of the lanes
};

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_SETTLEMENT_SERVICE_H_
