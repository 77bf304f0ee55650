// The clearing service: hands every call to the batch thread.
#ifndef ONESTOP_SERVER_CLEARING_SERVICE_H_
#define ONESTOP_SERVER_CLEARING_SERVICE_H_

#include <grpcpp/grpcpp.h>

#include "onestop/v1/clearing.grpc.pb.h"
#include "server/service_parts.h"

namespace onestop::server {

namespace pb = ::onestop::v1;

// Every method takes raw bytes (server/raw_bytes.h).
using ClearingServiceBase =
    pb::ClearingService::WithRawCallbackMethod_CloseMonth<
        pb::ClearingService::WithRawCallbackMethod_GetStatement<
            pb::ClearingService::WithRawCallbackMethod_ListStatements<
                pb::ClearingService::
                    WithRawCallbackMethod_ListStatementSettlements<
                        pb::ClearingService::
                            WithRawCallbackMethod_AdjustStatement<
                                pb::ClearingService::
                                    WithRawCallbackMethod_RecordPayment<
                                        pb::ClearingService::Service>>>>>>;

// Thread-safe.
class ClearingServiceImpl final : public ClearingServiceBase {
 public:
  explicit ClearingServiceImpl(const ServiceParts& parts) : parts_(parts) {}

  grpc::ServerUnaryReactor* CloseMonth(grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer* request,
                                       grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* GetStatement(grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* request,
                                         grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* ListStatements(grpc::CallbackServerContext* context,
                                           const grpc::ByteBuffer* request,
                                           grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* ListStatementSettlements(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
      grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* AdjustStatement(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
      grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* RecordPayment(grpc::CallbackServerContext* context,
                                          const grpc::ByteBuffer* request,
                                          grpc::ByteBuffer* response) override;

 private:
  // A whole method: `work(books, ask)` on the batch thread.
  template <typename Message, typename Ask, typename Work>
  grpc::ServerUnaryReactor* Answer(
      Rpc rpc, std::string_view answered, grpc::CallbackServerContext& context,
      const grpc::ByteBuffer& request, grpc::ByteBuffer* response,
      absl::StatusOr<Ask> (*from_proto)(const Message&), Work work);

  const ServiceParts parts_;
};

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_CLEARING_SERVICE_H_
