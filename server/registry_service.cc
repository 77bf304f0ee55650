// Starts one import stream a call; hands the other calls to workers.
#include "server/registry_service.h"

#include "base/status_macros.h"
#include "server/caller.h"
#include "server/import_stream.h"
#include "server/importers.h"
#include "server/lookups.h"
#include "server/registration_list.h"
#include "server/registrations.h"
#include "server/worker_call.h"
#include "server/year.h"
#include "wire/register.h"
#include "wire/registry.h"
#include "wire/registry_lookup.h"

namespace onestop::server {
namespace {

// Books a change and answers the registration as it left it.
template <typename Response>
auto ChangeFor(const ServiceParts& parts,
               const grpc::CallbackServerContext& context) {
  return [&parts, caller = CallerOf(context)](
             storage::Store& store,
             const wire::ChangeAsk& ask) -> absl::StatusOr<std::string> {
    const domain::Moment now = parts.clock();
    ONESTOP_ASSIGN_OR_RETURN(
        const domain::Registration changed,
        ChangeRegistration(store, *parts.snapshots.Current(), *now.today,
                           caller, ask));
    Response response;
    *response.mutable_registration() =
        wire::RegistrationToProto(ask.person_id, changed);
    return response.SerializeAsString();
  };
}

}  // namespace

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

RawImport* RegistryServiceImpl::CreditAccounts(
    grpc::CallbackServerContext* context) {
  return new ImportStream<pb::CreditAccountsRequest,
                          pb::CreditAccountsResponse>(
      NewCreditImporter(parts_, CallerOf(*context)), parts_);
}

RawImport* RegistryServiceImpl::SyncRoster(
    grpc::CallbackServerContext* context) {
  return new ImportStream<pb::SyncRosterRequest, pb::SyncRosterResponse>(
      NewRosterImporter(parts_, CallerOf(*context)), parts_);
}

grpc::ServerUnaryReactor* RegistryServiceImpl::GetPerson(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return AnswerByWorker(parts_, Rpc::kGetPerson, "FOUND", *context, *request,
                        response, &wire::GetPersonFromProto,
                        &server::GetPerson);
}

grpc::ServerUnaryReactor* RegistryServiceImpl::GetInstitution(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return AnswerByWorker(
      parts_, Rpc::kGetInstitution, "FOUND", *context, *request, response,
      &wire::GetInstitutionFromProto,
      [this](storage::Store& store, const std::string& institution_id) {
        return server::GetInstitution(parts_.snapshots, store, institution_id);
      });
}

grpc::ServerUnaryReactor* RegistryServiceImpl::GetItem(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return AnswerByWorker(
      parts_, Rpc::kGetItem, "FOUND", *context, *request, response,
      &wire::GetItemFromProto,
      [this](storage::Store& store, const std::string& item_code) {
        return server::GetItem(parts_.snapshots, store, item_code);
      });
}

grpc::ServerUnaryReactor* RegistryServiceImpl::UpdateRegistration(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return AnswerByWorker(
      parts_, Rpc::kUpdateRegistration, "CHANGED", *context, *request, response,
      &wire::UpdateFromProto,
      ChangeFor<pb::UpdateRegistrationResponse>(parts_, *context));
}

grpc::ServerUnaryReactor* RegistryServiceImpl::ReassessRegistration(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return AnswerByWorker(
      parts_, Rpc::kReassessRegistration, "CHANGED", *context, *request,
      response, &wire::ReassessFromProto,
      ChangeFor<pb::ReassessRegistrationResponse>(parts_, *context));
}

grpc::ServerUnaryReactor* RegistryServiceImpl::RevokeRegistration(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return AnswerByWorker(
      parts_, Rpc::kRevokeRegistration, "CHANGED", *context, *request, response,
      &wire::RevokeFromProto,
      ChangeFor<pb::RevokeRegistrationResponse>(parts_, *context));
}

grpc::ServerUnaryReactor* RegistryServiceImpl::ListRegistrations(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return AnswerByWorker(parts_, Rpc::kListRegistrations, "FOUND", *context,
                        *request, response, &wire::ListRegistrationsFromProto,
                        &server::ListRegistrations);
}

grpc::ServerUnaryReactor* RegistryServiceImpl::CloseYear(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return AnswerByWorker(
      parts_, Rpc::kCloseYear, "CHANGED", *context, *request, response,
      &wire::CloseYearFromProto,
      [this, caller = CallerOf(*context)](storage::Store& store,
                                          const wire::CloseYearAsk& ask) {
        return server::CloseYear(parts_, store, caller, ask);
      });
}

}  // namespace onestop::server
