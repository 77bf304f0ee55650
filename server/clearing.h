// What the clearing calls do with the books, but for closing (close_month.h).
#ifndef ONESTOP_SERVER_CLEARING_H_
#define ONESTOP_SERVER_CLEARING_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "onestop/v1/clearing.pb.h"
#include "server/caller.h"
#include "server/service_parts.h"
#include "storage/books.h"
#include "wire/clearing.h"

namespace onestop::server {

// INSTITUTION_UNKNOWN.
absl::Status CheckInstitutionKnown(const ServiceParts& parts,
                                   const std::string& institution_id);
// A closed statement with all its lines.
absl::StatusOr<::onestop::v1::Statement> WholeStatement(
    storage::Books& books, const storage::ClearingStatement& head);

// Each gives the serialized response; the errors are those of
// proto/onestop/v1/clearing.proto.
absl::StatusOr<std::string> GetStatement(storage::Books& books,
                                         const wire::StatementAsk& ask);
absl::StatusOr<std::string> ListStatements(const ServiceParts& parts,
                                           storage::Books& books,
                                           const wire::ListStatementsAsk& ask);
absl::StatusOr<std::string> ListStatementSettlements(
    storage::Books& books, const wire::ListStatementSettlementsAsk& ask);
absl::StatusOr<std::string> AdjustStatement(
    const ServiceParts& parts, storage::Books& books, const Caller& caller,
    const wire::AdjustStatementAsk& ask);
absl::StatusOr<std::string> RecordPayment(const ServiceParts& parts,
                                          storage::Books& books,
                                          const Caller& caller,
                                          const wire::RecordPaymentAsk& ask);

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_CLEARING_H_
