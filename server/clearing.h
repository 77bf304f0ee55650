// What the clearing calls do with the books. Each gives the serialized
// response; the errors are those of proto/onestop/v1/clearing.proto.
#ifndef ONESTOP_SERVER_CLEARING_H_
#define ONESTOP_SERVER_CLEARING_H_

#include <string>

#include "absl/status/statusor.h"
#include "server/caller.h"
#include "server/service_parts.h"
#include "storage/books.h"
#include "wire/clearing.h"

namespace onestop::server {

absl::StatusOr<std::string> CloseMonth(const ServiceParts& parts,
                                       storage::Books& books,
                                       const wire::CloseMonthAsk& ask);
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
