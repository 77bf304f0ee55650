// The window's service: who calls, what is asked, and to whom it is handed.
#ifndef ONESTOP_SERVER_SETTLEMENT_SERVICE_H_
#define ONESTOP_SERVER_SETTLEMENT_SERVICE_H_

#include <grpcpp/grpcpp.h>

#include "absl/status/status.h"
#include "onestop/v1/settlement.grpc.pb.h"
#include "server/caller.h"
#include "server/lane_call.h"
#include "server/service_parts.h"

namespace onestop::server {

// Every method takes raw bytes (server/raw_bytes.h); one that is not overridden
// answers UNIMPLEMENTED.
template <typename Service>
using RawLaneMethods = pb::SettlementService::WithRawCallbackMethod_Quote<
    pb::SettlementService::WithRawCallbackMethod_Settle<
        pb::SettlementService::WithRawCallbackMethod_Reverse<
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

  grpc::ServerUnaryReactor* Quote(grpc::CallbackServerContext* context,
                                  const grpc::ByteBuffer* request,
                                  grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* Settle(grpc::CallbackServerContext* context,
                                   const grpc::ByteBuffer* request,
                                   grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* Register(grpc::CallbackServerContext* context,
                                     const grpc::ByteBuffer* request,
                                     grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* Reverse(grpc::CallbackServerContext* context,
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
  // A unary method that a lane answers: takes it at the door, parses it, hands
  // it to its lane; or answers why not.
  grpc::ServerUnaryReactor* AnswerByLane(
      Rpc rpc, grpc::CallbackServerContext& context,
      const grpc::ByteBuffer& request, grpc::ByteBuffer* response,
      std::string (*sender_of)(google::protobuf::io::ZeroCopyInputStream&),
      absl::Status (RenderedRequest::*parse)(const grpc::ByteBuffer&));

  // The cheapest way out: under overload most calls go it.
  grpc::ServerUnaryReactor* Overloaded(Rpc rpc,
                                       grpc::CallbackServerContext& context,
                                       int64_t arrived_ns);

  const ServiceParts parts_;
  const grpc::Status overloaded_;
};

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_SETTLEMENT_SERVICE_H_
