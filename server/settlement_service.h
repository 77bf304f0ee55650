// The window's service: who calls, what is asked, and to whom it is handed.
#ifndef ONESTOP_SERVER_SETTLEMENT_SERVICE_H_
#define ONESTOP_SERVER_SETTLEMENT_SERVICE_H_

#include <grpcpp/grpcpp.h>

#include <array>

#include "onestop/v1/settlement.grpc.pb.h"
#include "server/caller.h"
#include "server/lane_call.h"
#include "server/service_parts.h"

namespace onestop::server {

// Every method takes raw bytes (server/raw_bytes.h); one that is not overridden
// answers UNIMPLEMENTED.
// Those that a lane answers come by completion queues (server/call_thread.h),
// the others by callbacks.
template <typename Service>
using RawLaneMethods = pb::SettlementService::WithRawMethod_Quote<
    pb::SettlementService::WithRawMethod_Settle<
        pb::SettlementService::WithRawMethod_Reverse<
            pb::SettlementService::WithRawCallbackMethod_SettleStream<
                Service>>>>;
template <typename Service>
using RawWorkerMethods = pb::SettlementService::WithRawCallbackMethod_Register<
    pb::SettlementService::WithRawCallbackMethod_GetSettlement<
        pb::SettlementService::WithRawCallbackMethod_ListSettlements<
            pb::SettlementService::WithRawCallbackMethod_GetLedger<
                pb::SettlementService::WithRawCallbackMethod_GetEligibility<
                    Service>>>>>;
using SettlementServiceBase =
    RawLaneMethods<RawWorkerMethods<pb::SettlementService::Service>>;

// Thread-safe.
class SettlementServiceImpl final : public SettlementServiceBase {
 public:
  explicit SettlementServiceImpl(const ServiceParts& parts);

  // Calls of Quote, Settle and Reverse are taken by this thread too, from its
  // start on. Called once the server is built.
  void AwaitCalls(CallThread& thread);

  grpc::ServerUnaryReactor* Register(grpc::CallbackServerContext* context,
                                     const grpc::ByteBuffer* request,
                                     grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* GetSettlement(grpc::CallbackServerContext* context,
                                          const grpc::ByteBuffer* request,
                                          grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* ListSettlements(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
      grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* GetLedger(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* GetEligibility(grpc::CallbackServerContext* context,
                                           const grpc::ByteBuffer* request,
                                           grpc::ByteBuffer* response) override;
  grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* SettleStream(
      grpc::CallbackServerContext* context) override;

 private:
  const ServiceParts parts_;
  const std::array<LaneMethod, 3> lane_methods_;
};

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_SETTLEMENT_SERVICE_H_
