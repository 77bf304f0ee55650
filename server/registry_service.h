// The agency's service: streaming imports. The methods that are not built yet
// answer UNIMPLEMENTED.
#ifndef ONESTOP_SERVER_REGISTRY_SERVICE_H_
#define ONESTOP_SERVER_REGISTRY_SERVICE_H_

#include <grpcpp/grpcpp.h>

#include "onestop/v1/registry.grpc.pb.h"
#include "server/settlement_service.h"

namespace onestop::server {

using RawImport = grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>;

// Not built yet.
using RegistryServiceRest = pb::RegistryService::WithCallbackMethod_CreditAccounts<
    pb::RegistryService::WithCallbackMethod_SyncRoster<
        pb::RegistryService::WithCallbackMethod_GetPerson<
            pb::RegistryService::WithCallbackMethod_GetInstitution<
                pb::RegistryService::WithCallbackMethod_GetItem<
                    pb::RegistryService::WithCallbackMethod_UpdateRegistration<
                        pb::RegistryService::
                            WithCallbackMethod_ReassessRegistration<
                                pb::RegistryService::
                                    WithCallbackMethod_RevokeRegistration<
                                        pb::RegistryService::
                                            WithCallbackMethod_ListRegistrations<
                                                pb::RegistryService::
                                                    WithCallbackMethod_CloseYear<
                                                        pb::RegistryService::
                                                            Service>>>>>>>>>>;
// Streams of raw bytes, as server/raw_bytes.h says.
using RegistryServiceBase =
    pb::RegistryService::WithRawCallbackMethod_ImportPersons<
        pb::RegistryService::WithRawCallbackMethod_ImportInstitutions<
            pb::RegistryService::WithRawCallbackMethod_ImportItems<
                pb::RegistryService::WithRawCallbackMethod_ImportRegistrations<
                    pb::RegistryService::
                        WithRawCallbackMethod_ImportDesignations<
                            pb::RegistryService::
                                WithRawCallbackMethod_ImportAccounts<
                                    pb::RegistryService::
                                        WithRawCallbackMethod_ImportCounters<
                                            pb::RegistryService::
                                                WithRawCallbackMethod_PostUsage<
                                                    RegistryServiceRest>>>>>>>>;

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

 private:
  const ServiceParts parts_;
};

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_REGISTRY_SERVICE_H_
