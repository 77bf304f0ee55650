// Field by field.
#include "server/clearing_answers.h"

#include "wire/clearing.h"
#include "wire/enums.h"
#include "wire/receipt.h"

namespace onestop::server {
namespace {

namespace pb = ::onestop::v1;

void WritePart(const storage::ClearingPart& part, pb::StatementPart& out) {
  out.set_pooling_region(part.region);
  out.set_insurance_type(wire::ToProto(part.insurance));
  out.set_settlements(part.settlements);
  out.set_reversals(part.reversals);
  out.set_late(part.late);
  out.set_visits(part.settlements - part.reversals);
  out.set_persons(part.persons);
  out.set_gross_fen(part.gross);
  out.set_scheme_pay_fen(part.scheme_pay);
  out.set_critical_illness_fen(part.critical_illness);
  out.set_large_amount_fen(part.large_amount);
  out.set_medical_assistance_fen(part.medical_assistance);
  out.set_commercial_fen(part.commercial);
  out.set_fund_pay_fen(part.FundPay());
  out.set_account_fen(part.account);
}

void WriteScheme(const storage::ClearingSchemeLine& line, pb::SchemeLine& out) {
  out.set_scheme_id(line.sums.scheme);
  out.set_settlements(line.settlements);
  out.set_reversals(line.reversals);
  out.set_persons(line.persons);
  out.set_gross_fen(line.sums.gross);
  out.set_pay_fen(line.sums.pay);
  out.set_negotiated_gross_fen(line.sums.negotiated_gross);
  out.set_negotiated_pay_fen(line.sums.negotiated_pay);
  out.set_procured_gross_fen(line.sums.procured_gross);
  out.set_procured_pay_fen(line.sums.procured_pay);
}

void WriteAdjustment(const storage::ClearingAdjustment& one,
                     pb::Adjustment& out) {
  out.set_request_id(one.request_id);
  out.set_pooling_region(one.region);
  out.set_adjustment_kind(static_cast<pb::AdjustmentKind>(one.kind));
  out.set_amount_fen(one.amount);
  out.set_reason(one.reason);
  out.set_operator_id(one.operator_id);
  wire::SetTime(one.recorded_at_ms, *out.mutable_recorded_at());
}

void WritePayment(const storage::ClearingPayment& one, pb::Payment& out) {
  out.set_request_id(one.request_id);
  out.set_pooling_region(one.region);
  out.set_amount_fen(one.amount);
  out.set_paid_on(domain::FormatDay(one.paid_on));
  out.set_reference(one.reference);
  wire::SetTime(one.recorded_at_ms, *out.mutable_recorded_at());
}

void WritePayable(const storage::ClearingPayable& owed,
                  const std::vector<storage::ClearingPayment>& payments,
                  pb::Payable& out) {
  int64_t paid = 0;
  for (const storage::ClearingPayment& one : payments) {
    if (one.region == owed.region) paid += one.amount;
  }
  out.set_pooling_region(owed.region);
  out.set_fund_pay_fen(owed.fund_pay);
  out.set_account_fen(owed.account);
  out.set_adjusted_fen(owed.adjusted);
  out.set_payable_fen(owed.Payable());
  out.set_paid_fen(paid);
}

}  // namespace

void WriteStatement(const storage::ClearingStatement& head,
                    const storage::ClearingContent& content,
                    pb::Statement& out) {
  out.set_statement_number(head.number);
  out.set_institution_id(head.institution_id);
  out.set_month(wire::FormatMonth(head.month));
  out.set_due_on(domain::FormatDay(head.due_on));
  wire::SetTime(head.cut_at_ms, *out.mutable_cut_at());
  wire::SetTime(head.closed_at_ms.value_or(0), *out.mutable_closed_at());
  for (const storage::ClearingPart& part : content.sums.parts) {
    pb::StatementPart& written = *out.add_parts();
    WritePart(part, written);
    for (const storage::ClearingSchemeLine& line : content.sums.schemes) {
      if (line.region == part.region && line.insurance == part.insurance) {
        WriteScheme(line, *written.add_schemes());
      }
    }
  }
  for (const auto& one : content.adjustments) {
    WriteAdjustment(one, *out.add_adjustments());
  }
  for (const auto& one : content.payables) {
    WritePayable(one, content.payments, *out.add_payables());
  }
  for (const auto& one : content.payments) {
    WritePayment(one, *out.add_payments());
  }
}

void WriteDue(const storage::DueRow& row, domain::Day today,
              pb::StatementDue& out) {
  out.set_statement_number(row.statement.number);
  out.set_institution_id(row.statement.institution_id);
  out.set_month(wire::FormatMonth(row.statement.month));
  out.set_pooling_region(row.region);
  out.set_payable_fen(row.payable);
  out.set_paid_fen(row.paid);
  out.set_due_on(domain::FormatDay(row.statement.due_on));
  if (row.last_paid_on) {
    out.set_last_paid_on(domain::FormatDay(*row.last_paid_on));
  }
  const storage::DueState state = storage::StateOf(row, today);
  out.set_overdue(state == storage::DueState::kOverdue);
  out.set_payment_state(static_cast<pb::PaymentState>(state));
}

void WriteListed(const storage::ListedRow& listed, domain::Day month,
                 pb::StatementSettlement& out) {
  const storage::CountedRow& row = listed.row;
  out.set_settlement_id(row.place.id.ToString());
  out.set_reversal(row.reversal);
  out.set_booked_on(domain::FormatDay(row.place.booked_on));
  out.set_late(row.place.booked_on < month);
  out.set_person_id(row.person_id);
  out.set_request_id(row.request_id);
  out.set_pooling_region(row.region);
  out.set_insurance_type(wire::ToProto(row.insurance));
  out.set_gross_fen(row.gross);
  out.set_scheme_pay_fen(row.SchemePay());
  out.set_fund_pay_fen(row.fund_pay);
  out.set_account_fen(row.account);
  if (!listed.share) return;
  out.set_share_gross_fen(listed.share->gross);
  out.set_share_pay_fen(listed.share->pay);
}

}  // namespace onestop::server
