// Starts one import stream a call.
#include "server/registry_service.h"

#include "server/caller.h"
#include "server/import_stream.h"
#include "server/importers.h"

namespace onestop::server {

RawImport* RegistryServiceImpl::ImportPersons(grpc::CallbackServerContext*) {
  return new ImportStream<pb::ImportPersonsRequest, pb::ImportPersonsResponse>(
      NewPersonImporter(parts_), parts_);
}

RawImport* RegistryServiceImpl::ImportInstitutions(
    grpc::CallbackServerContext*) {
  return new ImportStream<pb::ImportInstitutionsRequest,
                          pb::ImportInstitutionsResponse>(
      NewInstitutionImporter(parts_), parts_);
}

RawImport* RegistryServiceImpl::ImportItems(grpc::CallbackServerContext*) {
  return new ImportStream<pb::ImportItemsRequest, pb::ImportItemsResponse>(
      NewItemImporter(parts_), parts_);
}

RawImport* RegistryServiceImpl::ImportRegistrations(
    grpc::CallbackServerContext*) {
  return new ImportStream<pb::ImportRegistrationsRequest,
                          pb::ImportRegistrationsResponse>(
      NewRegistrationImporter(parts_), parts_);
}

RawImport* RegistryServiceImpl::ImportDesignations(
    grpc::CallbackServerContext*) {
  return new ImportStream<pb::ImportDesignationsRequest,
                          pb::ImportDesignationsResponse>(
      NewDesignationImporter(parts_), parts_);
}

RawImport* RegistryServiceImpl::ImportAccounts(
    grpc::CallbackServerContext* context) {
  return new ImportStream<pb::ImportAccountsRequest,
                          pb::ImportAccountsResponse>(
      NewAccountImporter(parts_, CallerOf(*context)), parts_);
}

RawImport* RegistryServiceImpl::ImportCounters(
    grpc::CallbackServerContext* context) {
  return new ImportStream<pb::ImportCountersRequest,
                          pb::ImportCountersResponse>(
      NewCounterImporter(parts_, CallerOf(*context)), parts_);
}

RawImport* RegistryServiceImpl::PostUsage(
    grpc::CallbackServerContext* context) {
  return new ImportStream<pb::PostUsageRequest, pb::PostUsageResponse>(
      NewUsageImporter(parts_, CallerOf(*context)), parts_);
}

}  // namespace onestop::server
