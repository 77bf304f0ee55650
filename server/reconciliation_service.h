// The reconciliation service: hands every call to the batch thread.
#ifndef ONESTOP_SERVER_RECONCILIATION_SERVICE_H_
#define ONESTOP_SERVER_RECONCILIATION_SERVICE_H_

#include <grpcpp/grpcpp.h>

#include <atomic>

#include "onestop/v1/reconciliation.grpc.pb.h"
#include "server/service_parts.h"

namespace onestop::server {

namespace pb = ::onestop::v1;

// Every method takes raw bytes (server/raw_bytes.h).
using ReconciliationServiceBase =
    pb::ReconciliationService::WithRawCallbackMethod_ReconcileTotals<
        pb::ReconciliationService::WithRawCallbackMethod_ReconcileDetails<
            pb::ReconciliationService::WithRawCallbackMethod_ListDifferences<
                pb::ReconciliationService::Service>>>;

// Thread-safe.
class ReconciliationServiceImpl final : public ReconciliationServiceBase {
 public:
  explicit ReconciliationServiceImpl(const ServiceParts& parts)
      : parts_(parts) {}

  grpc::ServerUnaryReactor* ReconcileTotals(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
      grpc::ByteBuffer* response) override;
  grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* ReconcileDetails(
      grpc::CallbackServerContext* context) override;
  grpc::ServerUnaryReactor* ListDifferences(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
      grpc::ByteBuffer* response) override;

 private:
  const ServiceParts parts_;
  std::atomic<int> streams_{0};  // of ReconcileDetails, under way
};

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_RECONCILIATION_SERVICE_H_
