// The agency's service: streaming imports, registrations, look-ups, the year.
#ifndef ONESTOP_SERVER_REGISTRY_SERVICE_H_
#define ONESTOP_SERVER_REGISTRY_SERVICE_H_

#include <grpcpp/grpcpp.h>

#include "onestop/v1/registry.grpc.pb.h"
#include "server/service_parts.h"

namespace onestop::server {

namespace pb = ::onestop::v1;

using RawImport = grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>;

// Every method takes raw bytes (server/raw_bytes.h).
template <typename Service>
using RawReferenceImports =
    pb::RegistryService::WithRawCallbackMethod_ImportPersons<
        pb::RegistryService::WithRawCallbackMethod_ImportInstitutions<
            pb::RegistryService::WithRawCallbackMethod_ImportItems<
                pb::RegistryService::WithRawCallbackMethod_ImportRegistrations<
                    pb::RegistryService::
                        WithRawCallbackMethod_ImportDesignations<Service>>>>>;
template <typename Service>
using RawPostings = pb::RegistryService::WithRawCallbackMethod_ImportAccounts<
    pb::RegistryService::WithRawCallbackMethod_ImportCounters<
        pb::RegistryService::WithRawCallbackMethod_PostUsage<
            pb::RegistryService::WithRawCallbackMethod_CreditAccounts<
                pb::RegistryService::WithRawCallbackMethod_SyncRoster<
                    Service>>>>>;
template <typename Service>
using RawRegistryLookups = pb::RegistryService::WithRawCallbackMethod_GetPerson<
    pb::RegistryService::WithRawCallbackMethod_GetInstitution<
        pb::RegistryService::WithRawCallbackMethod_GetItem<
            pb::RegistryService::WithRawCallbackMethod_CloseYear<Service>>>>;
template <typename Service>
using RawRegistrations =
    pb::RegistryService::WithRawCallbackMethod_UpdateRegistration<
        pb::RegistryService::WithRawCallbackMethod_ReassessRegistration<
            pb::RegistryService::WithRawCallbackMethod_RevokeRegistration<
                pb::RegistryService::WithRawCallbackMethod_ListRegistrations<
                    Service>>>>;
using RegistryServiceBase = RawReferenceImports<RawPostings<
    RawRegistryLookups<RawRegistrations<pb::RegistryService::Service>>>>;

// Thread-safe.
class RegistryServiceImpl final : public RegistryServiceBase {
 public:
  explicit RegistryServiceImpl(const ServiceParts& parts) : parts_(parts) {}

  RawImport* ImportPersons(grpc::CallbackServerContext* context) override;
  RawImport* ImportInstitutions(grpc::CallbackServerContext* context) override;
  RawImport* ImportItems(grpc::CallbackServerContext* context) override;
  RawImport* ImportRegistrations(grpc::CallbackServerContext* context) override;
  RawImport* ImportDesignations(grpc::CallbackServerContext* context) override;
  RawImport* ImportAccounts(grpc::CallbackServerContext* context) override;
  RawImport* ImportCounters(grpc::CallbackServerContext* context) override;
  RawImport* PostUsage(grpc::CallbackServerContext* context) override;
  RawImport* CreditAccounts(grpc::CallbackServerContext* context) override;
  RawImport* SyncRoster(grpc::CallbackServerContext* context) override;

  grpc::ServerUnaryReactor* GetPerson(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* GetInstitution(grpc::CallbackServerContext* context,
                                           const grpc::ByteBuffer* request,
                                           grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* GetItem(grpc::CallbackServerContext* context,
                                    const grpc::ByteBuffer* request,
                                    grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* UpdateRegistration(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
      grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* ReassessRegistration(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
      grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* RevokeRegistration(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
      grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* ListRegistrations(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
      grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* CloseYear(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response) override;

 private:
  const ServiceParts parts_;
};

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_REGISTRY_SERVICE_H_
