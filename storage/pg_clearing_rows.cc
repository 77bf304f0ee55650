// Reads rows column by column, in the order of storage/clearing_sql.h.
#include "storage/pg_clearing_rows.h"

#include <utility>

namespace onestop::storage {
namespace {

domain::Insurance InsuranceIn(const PgRows& rows, int row, int column) {
  return static_cast<domain::Insurance>(rows.Int(row, column));
}

// Reads columns into members, one after the other.
template <typename Row, size_t N>
void ReadNumbers(const PgRows& rows, int row, int column, Row& out,
                 const std::array<int64_t Row::*, N>& members) {
  for (int64_t Row::*member : members) out.*member = rows.Int(row, column++);
}

}  // namespace

PgParameters CountedParameters(const ClearingStatement& statement,
                               const CountedPlace& after, int limit) {
  PgParameters parameters;
  parameters.Scalar(statement.institution_id);
  parameters.Scalar(statement.month);
  parameters.Scalar(statement.first_day);
  parameters.Scalar(after.booked_on);
  parameters.Scalar(after.id);
  parameters.Scalar(int64_t{limit});
  return parameters;
}

ClearingStatement StatementOf(const PgRows& rows, int row) {
  ClearingStatement statement;
  statement.institution_id = rows.Text(row, 0);
  statement.month = rows.Date(row, 1);
  statement.due_on = rows.Date(row, 2);
  statement.number = rows.Int(row, 3);
  statement.cut_at_ms = rows.TimeMs(row, 4);
  statement.first_day = rows.Date(row, 5);
  statement.shared_until = {rows.Date(row, 6), rows.Id(row, 7)};
  if (!rows.IsNull(row, 8)) statement.closed_at_ms = rows.TimeMs(row, 8);
  return statement;
}

CountedRow CountedOf(const PgRows& rows, int row) {
  CountedRow counted;
  counted.place = {rows.Date(row, 0), rows.Id(row, 1)};
  counted.person_id = rows.Text(row, 2);
  counted.request_id = rows.Text(row, 3);
  counted.reversal =
      rows.Int(row, 4) == static_cast<int64_t>(domain::RecordKind::kReversal);
  counted.region = rows.Text(row, 5);
  counted.insurance = InsuranceIn(rows, row, 6);
  ReadNumbers<CountedRow, 7>(
      rows, row, 7, counted,
      {&CountedRow::gross, &CountedRow::fund_pay, &CountedRow::critical_illness,
       &CountedRow::large_amount, &CountedRow::medical_assistance,
       &CountedRow::commercial, &CountedRow::account});
  return counted;
}

ClearingShare ShareOf(const PgRows& rows, int row, int column) {
  ClearingShare share;
  ReadNumbers(rows, row, column, share, kShareAmounts);
  return share;
}

std::vector<ClearingPart> PartsOf(const PgRows& rows) {
  std::vector<ClearingPart> parts(rows.size());
  for (int i = 0; i < rows.size(); ++i) {
    parts[i].region = rows.Text(i, 0);
    parts[i].insurance = InsuranceIn(rows, i, 1);
    ReadNumbers<ClearingPart, 11>(
        rows, i, 2, parts[i],
        {&ClearingPart::settlements, &ClearingPart::reversals,
         &ClearingPart::late, &ClearingPart::persons, &ClearingPart::gross,
         &ClearingPart::scheme_pay, &ClearingPart::critical_illness,
         &ClearingPart::large_amount, &ClearingPart::medical_assistance,
         &ClearingPart::commercial, &ClearingPart::account});
  }
  return parts;
}

std::vector<ClearingSchemeLine> SchemeLinesOf(const PgRows& rows) {
  std::vector<ClearingSchemeLine> lines(rows.size());
  for (int i = 0; i < rows.size(); ++i) {
    ClearingSchemeLine& line = lines[i];
    line.region = rows.Text(i, 0);
    line.insurance = InsuranceIn(rows, i, 1);
    line.settlements = rows.Int(i, 3);
    line.reversals = rows.Int(i, 4);
    line.persons = rows.Int(i, 5);
    line.sums = ShareOf(rows, i, 6);
    line.sums.scheme = rows.Text(i, 2);
  }
  return lines;
}

std::vector<ClearingPayable> PayablesOf(const PgRows& rows) {
  std::vector<ClearingPayable> payables;
  for (int i = 0; i < rows.size(); ++i) {
    payables.push_back(
        {rows.Text(i, 0), rows.Int(i, 1), rows.Int(i, 2), rows.Int(i, 3)});
  }
  return payables;
}

std::vector<ClearingAdjustment> AdjustmentsOf(const PgRows& rows) {
  std::vector<ClearingAdjustment> adjustments;
  for (int i = 0; i < rows.size(); ++i) {
    ClearingAdjustment one;
    one.caller = rows.Text(i, 0);
    one.request_id = rows.Text(i, 1);
    one.institution_id = rows.Text(i, 2);
    one.month = rows.Date(i, 3);
    one.region = rows.Text(i, 4);
    one.kind = static_cast<AdjustmentKind>(rows.Int(i, 5));
    one.amount = rows.Int(i, 6);
    one.reason = rows.Text(i, 7);
    one.operator_id = rows.Text(i, 8);
    one.recorded_at_ms = rows.TimeMs(i, 9);
    adjustments.push_back(std::move(one));
  }
  return adjustments;
}

std::vector<ClearingPayment> PaymentsOf(const PgRows& rows) {
  std::vector<ClearingPayment> payments;
  for (int i = 0; i < rows.size(); ++i) {
    ClearingPayment one;
    one.caller = rows.Text(i, 0);
    one.request_id = rows.Text(i, 1);
    one.number = rows.Int(i, 2);
    one.region = rows.Text(i, 3);
    one.amount = rows.Int(i, 4);
    one.paid_on = rows.Date(i, 5);
    one.reference = rows.Text(i, 6);
    one.recorded_at_ms = rows.TimeMs(i, 7);
    payments.push_back(std::move(one));
  }
  return payments;
}

}  // namespace onestop::storage
