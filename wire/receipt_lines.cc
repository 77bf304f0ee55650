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

using Line = pb::ReceiptLine;

// What the catalog says of the item on the service
// date (docs/rules.md section 2).
struct ShownItem {
  const Item* item = nullptr;  // nullptr: the catalog does not have it
  bool negotiated = false;
  pb::ItemClass item_class = pb::ITEM_CLASS_UNSPECIFIED;
  std::string payment_standard;
};

ShownItem Show(const Item* item, domain::Day day) {
  ShownItem shown;
  shown.item = item;
  if (item == nullptr) return shown;
  shown.negotiated = item->NegotiatedOn(day);
  shown.item_class = item->DelistedOn(day) ? pb::ITEM_CLASS_OWN_EXPENSE
                                           : ToProto(item->item_class);
  const domain::DatedPrice* price = domain::PriceOn(
      shown.negotiated || item->centrally_procured ? item->standards
                                                   : item->listing,
      day);
  if (price != nullptr) {
    shown.payment_standard = domain::FormatUnitPrice(price->price);
  }
  return shown;
}

void WriteAmounts(const LineResult& result, const ShownItem& shown,
                  MessageWriter& out) {
  out.Number(Line::kGrossFenFieldNumber, result.gross.fen);
  out.Number(Line::kAllowedFenFieldNumber, result.allowed.fen);
  out.Number(Line::kOverLimitFenFieldNumber, result.over_limit.fen);
  out.Number(Line::kOwnExpenseFenFieldNumber, result.own_expense.fen);
  out.Number(Line::kPreselfFenFieldNumber, result.preself.fen);
  out.Number(Line::kInScopeFenFieldNumber, result.in_scope.fen);
  out.Text(Line::kPaymentStandardFieldNumber, shown.payment_standard);
  out.Number(Line::kPreselfRatioBpFieldNumber,
             result.preself_ratio.basis_points);
  out.Number(Line::kItemClassFieldNumber, shown.item_class);
  out.Bool(Line::kNegotiatedFieldNumber, shown.negotiated);
  out.Bool(Line::kCentrallyProcuredFieldNumber,
           shown.item != nullptr && shown.item->centrally_procured);
}

void WriteShare(const Plan& plan, const domain::SchemeShare& share,
                MessageWriter& line) {
  MessageWriter out(line, Line::kPaysFieldNumber);
  out.Text(pb::LinePay::kSchemeIdFieldNumber, SchemeId(plan, share.scheme));
  out.Number(pb::LinePay::kBaseFenFieldNumber, share.base.fen);
  out.Number(pb::LinePay::kDeductibleFenFieldNumber, share.deductible.fen);
  out.Number(pb::LinePay::kAbsorbedFenFieldNumber, share.absorbed.fen);
  out.Number(pb::LinePay::kPayFenFieldNumber, share.pay.fen);
  out.Number(pb::LinePay::kOverflowFenFieldNumber, share.overflow.fen);
}

void WriteSchemes(const Plan& plan, const LineResult& result,
                  MessageWriter& out) {
  out.Text(Line::kFirstSchemeFieldNumber, SchemeId(plan, result.first_scheme));
  for (const domain::PassedOver& passed : result.passed_over) {
    MessageWriter added(out, Line::kPassedOverFieldNumber);
    added.Text(pb::PassedOver::kSchemeIdFieldNumber,
               SchemeId(plan, passed.scheme));
    added.Text(pb::PassedOver::kReasonFieldNumber, domain::Name(passed.reason));
  }
  for (const domain::SchemeShare& share : result.shares) {
    WriteShare(plan, share, out);
  }
  out.Number(Line::kSchemePayFenFieldNumber, result.SchemePay().fen);
  out.Text(Line::kDiseaseFieldNumber, result.disease);
  out.Bool(
      Line::kFeedsLayersFieldNumber,
      result.first_scheme >= 0 &&
          plan.schemes[static_cast<size_t>(result.first_scheme)].feeds_layers);
}

void WriteLine(const Plan& plan, const domain::ClaimLine& line,
               const LineResult& result, const ShownItem& shown,
               MessageWriter& receipt) {
  MessageWriter out(receipt, pb::Receipt::kLinesFieldNumber);
  out.Text(Line::kLineIdFieldNumber, line.line_id);
  out.Text(Line::kItemCodeFieldNumber, line.item_code);
  if (shown.item != nullptr) {
    out.Text(Line::kItemNameFieldNumber, shown.item->name);
  }
  out.Text(Line::kSenderItemCodeFieldNumber, line.sender_item_code);
  out.Text(Line::kQuantityFieldNumber, domain::FormatQuantity(line.quantity));
  WriteAmounts(result, shown, out);
  WriteSchemes(plan, result, out);
  out.Text(Line::kInvoiceNumberFieldNumber, line.invoice_number);
  out.Text(Line::kOperatorIdFieldNumber, line.operator_id);
}

}  // namespace

const std::string& SchemeId(const Plan& plan, int scheme) {
  static const std::string kNone;
  return scheme < 0 ? kNone : plan.schemes[static_cast<size_t>(scheme)].id;
}

void WriteLines(const domain::Claim& claim, const domain::Outcome& outcome,
                const domain::Catalog& catalog, MessageWriter& receipt) {
  for (size_t i = 0; i < claim.lines.size(); ++i) {
    const domain::ClaimLine& line = claim.lines[i];
    const Item* item = catalog.FindItem(line.item_code);
    WriteLine(*outcome.plan, line, outcome.lines[i],
              Show(item, claim.service_date), receipt);
  }
}

void WriteFlags(const domain::Claim& claim, const domain::Outcome& outcome,
                MessageWriter& receipt) {
  for (size_t i = 0; i < claim.lines.size(); ++i) {
    if (!outcome.lines[i].out_of_indication) continue;
    MessageWriter flag(receipt, pb::Receipt::kFlagsFieldNumber);
    flag.Text(pb::Flag::kCodeFieldNumber, "OUT_OF_INDICATION");
    flag.Text(pb::Flag::kLineIdFieldNumber, claim.lines[i].line_id);
  }
}

}  // namespace onestop::wire
