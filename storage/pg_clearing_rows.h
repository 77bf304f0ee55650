// Between the tables of clearing and storage/clearing.h.
#ifndef ONESTOP_STORAGE_PG_CLEARING_ROWS_H_
#define ONESTOP_STORAGE_PG_CLEARING_ROWS_H_

#include <array>
#include <vector>

#include "storage/clearing.h"
#include "storage/pg_rows.h"

namespace onestop::storage {

// The amounts of a share, in the order of the statements.
inline constexpr std::array kShareAmounts = {&ClearingShare::gross,
                                             &ClearingShare::pay,
                                             &ClearingShare::negotiated_gross,
                                             &ClearingShare::negotiated_pay,
                                             &ClearingShare::procured_gross,
                                             &ClearingShare::procured_pay};
// How many columns a counted row has; what follows it begins there.
inline constexpr int kCountedColumns = 14;

// The first six parameters of what reads the rows of a statement.
PgParameters CountedParameters(const ClearingStatement& statement,
                               const CountedPlace& after, int limit);

ClearingStatement StatementOf(const PgRows& rows, int row);
CountedRow CountedOf(const PgRows& rows, int row);
// From that column on; the scheme's id is not among them.
ClearingShare ShareOf(const PgRows& rows, int row, int column);
std::vector<ClearingPart> PartsOf(const PgRows& rows);
std::vector<ClearingSchemeLine> SchemeLinesOf(const PgRows& rows);
std::vector<ClearingPayable> PayablesOf(const PgRows& rows);
std::vector<ClearingAdjustment> AdjustmentsOf(const PgRows& rows);
std::vector<ClearingPayment> PaymentsOf(const PgRows& rows);

}  // namespace onestop::storage

#endif  // ONESTOP_STORAGE_PG_CLEARING_ROWS_H_
