// What each kind of import does with a message of rows.
#ifndef ONESTOP_SERVER_IMPORTERS_H_
#define ONESTOP_SERVER_IMPORTERS_H_

#include <memory>
#include <string>

#include "onestop/v1/registry.pb.h"
#include "server/caller.h"
#include "server/import_stream.h"
#include "server/service_parts.h"

namespace onestop::server {

// Everything of ServiceParts outlives the importers.
// person_importers.cc: keep what is known but not sent.
std::unique_ptr<Importer<pb::ImportPersonsRequest>> NewPersonImporter(
    const ServiceParts& parts);
std::unique_ptr<Importer<pb::ImportRegistrationsRequest>>
NewRegistrationImporter(const ServiceParts& parts);

// catalog_importers.cc: when the stream ends, this replica decides on them.
std::unique_ptr<Importer<pb::ImportInstitutionsRequest>> NewInstitutionImporter(
    const ServiceParts& parts);
std::unique_ptr<Importer<pb::ImportItemsRequest>> NewItemImporter(
    const ServiceParts& parts);
std::unique_ptr<Importer<pb::ImportDesignationsRequest>> NewDesignationImporter(
    const ServiceParts& parts);

// posting_importers.cc: each row is a posting, booked once.
std::unique_ptr<Importer<pb::ImportAccountsRequest>> NewAccountImporter(
    const ServiceParts& parts, const Caller& caller);
std::unique_ptr<Importer<pb::ImportCountersRequest>> NewCounterImporter(
    const ServiceParts& parts, const Caller& caller);
std::unique_ptr<Importer<pb::PostUsageRequest>> NewUsageImporter(
    const ServiceParts& parts, const Caller& caller);

// credit_importer.cc: one credit a person and month.
std::unique_ptr<Importer<pb::CreditAccountsRequest>> NewCreditImporter(
    const ServiceParts& parts, const Caller& caller);

// roster_importer.cc: registers the two diseases, revokes who is missing.
std::unique_ptr<Importer<pb::SyncRosterRequest>> NewRosterImporter(
    const ServiceParts& parts, const Caller& caller);

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_IMPORTERS_H_
