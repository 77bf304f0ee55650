// What became of each line, with the schemes that took or passed it.
#include <string>

#include "domain/reason.h"
#include "wire/enums.h"
#include "wire/receipt_parts.h"

namespace onestop::wire {
namespace {

using domain::Item;
using domain::LineResult;
using domain::Plan;

// What the catalog says of the item on the service date (docs/rules.md section
// 2).
void AddItem(const Item& item, domain::Day day, pb::ReceiptLine& out) {
  out.set_item_name(item.name);
  const bool negotiated = item.NegotiatedOn(day);
  out.set_item_class(item.DelistedOn(day) ? pb::ITEM_CLASS_OWN_EXPENSE
                                          : ToProto(item.item_class));
  out.set_negotiated(negotiated);
  out.set_centrally_procured(item.centrally_procured);
  const domain::DatedPrice* price = domain::PriceOn(
      negotiated || item.centrally_procured ? item.standards : item.listing,
      day);
  if (price != nullptr) {
    out.set_payment_standard(domain::FormatUnitPrice(price->price));
  }
}

void AddAmounts(const LineResult& result, pb::ReceiptLine& out) {
  out.set_gross_fen(result.gross.fen);
  out.set_allowed_fen(result.allowed.fen);
  out.set_over_limit_fen(result.over_limit.fen);
  out.set_own_expense_fen(result.own_expense.fen);
  out.set_preself_fen(result.preself.fen);
  out.set_in_scope_fen(result.in_scope.fen);
  out.set_preself_ratio_bp(result.preself_ratio.basis_points);
}

void AddSchemes(const Plan& plan, const LineResult& result,
                pb::ReceiptLine& out) {
  out.set_first_scheme(SchemeId(plan, result.first_scheme));
  for (const domain::PassedOver& passed : result.passed_over) {
    pb::PassedOver& added = *out.add_passed_over();
    added.set_scheme_id(SchemeId(plan, passed.scheme));
    added.mutable_reason()->assign(domain::Name(passed.reason));
  }
  for (const domain::SchemeShare& share : result.shares) {
    pb::LinePay& added = *out.add_pays();
    added.set_scheme_id(SchemeId(plan, share.scheme));
    added.set_base_fen(share.base.fen);
    added.set_deductible_fen(share.deductible.fen);
    added.set_absorbed_fen(share.absorbed.fen);
    added.set_pay_fen(share.pay.fen);
    added.set_overflow_fen(share.overflow.fen);
  }
  out.set_scheme_pay_fen(result.SchemePay().fen);
  out.set_disease(result.disease);
  out.set_feeds_layers(
      result.first_scheme >= 0 &&
      plan.schemes[static_cast<size_t>(result.first_scheme)].feeds_layers);
}

}  // namespace

const std::string& SchemeId(const Plan& plan, int scheme) {
  static const std::string kNone;
  return scheme < 0 ? kNone : plan.schemes[static_cast<size_t>(scheme)].id;
}

void AddLines(const domain::Claim& claim, const domain::Outcome& outcome,
              const domain::Catalog& catalog, pb::Receipt& receipt) {
  receipt.mutable_lines()->Reserve(static_cast<int>(claim.lines.size()));
  for (size_t i = 0; i < claim.lines.size(); ++i) {
    const domain::ClaimLine& line = claim.lines[i];
    const LineResult& result = outcome.lines[i];
    pb::ReceiptLine& out = *receipt.add_lines();
    out.set_line_id(line.line_id);
    out.set_item_code(line.item_code);
    out.set_sender_item_code(line.sender_item_code);
    out.set_invoice_number(line.invoice_number);
    out.set_operator_id(line.operator_id);
    out.set_quantity(domain::FormatQuantity(line.quantity));
    if (const Item* item = catalog.FindItem(line.item_code)) {
      AddItem(*item, claim.service_date, out);
    }
    AddAmounts(result, out);
    AddSchemes(*outcome.plan, result, out);
    if (result.out_of_indication) {
      pb::Flag& flag = *receipt.add_flags();
      flag.set_code("OUT_OF_INDICATION");
      flag.set_line_id(line.line_id);
    }
  }
}

}  // namespace onestop::wire
