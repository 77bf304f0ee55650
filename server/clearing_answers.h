// Clearing: what the books hold, written into messages.
#ifndef ONESTOP_SERVER_CLEARING_ANSWERS_H_
#define ONESTOP_SERVER_CLEARING_ANSWERS_H_

#include "domain/units.h"
#include "onestop/v1/clearing.pb.h"
#include "storage/clearing.h"

namespace onestop::server {

void WriteStatement(const storage::ClearingStatement& head,
                    const storage::ClearingContent& content,
                    ::onestop::v1::Statement& out);
void WriteDue(const storage::DueRow& row, domain::Day today,
              ::onestop::v1::StatementDue& out);
void WriteListed(const storage::ListedRow& listed, domain::Day month,
                 ::onestop::v1::StatementSettlement& out);

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_CLEARING_ANSWERS_H_
