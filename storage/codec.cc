// Ledger rows and settlements from their bytes.
#include "storage/codec.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/status_macros.h"
#include "storage/codec_common.h"

namespace onestop::storage {
namespace {

using namespace codec;  // NOLINT: the helpers of this border
using domain::Day;
using domain::Money;

domain::Prescription DecodePrescription(const stored::Prescription& in,
                                        bool& broken) {
  domain::Prescription out;
  out.prescription_id = in.prescription_id();
  out.institution_id = in.institution_id();
  out.physician_id = in.physician_id();
  out.issued_on = Day{in.issued_on()};
  out.channel = DecodeEnum(in.channel(), domain::Channel::kECenter, broken);
  out.long_term = in.long_term();
  for (const stored::PrescribedItem& item : in.items()) {
    out.items.push_back(
        {item.item_code(), domain::Quantity{item.quantity_ten_thousandths()}});
  }
  return out;
}

domain::ClaimLine DecodeLine(const stored::ClaimLine& in) {
  domain::ClaimLine out;
  out.line_id = in.line_id();
  out.item_code = in.item_code();
  out.quantity.ten_thousandths = in.quantity_ten_thousandths();
  if (in.has_unit_price_micro_yuan()) {
    out.unit_price = domain::UnitPrice{in.unit_price_micro_yuan()};
  }
  out.amount = Money{in.amount_fen()};
  out.days_supply = in.days_supply();
  out.sender_item_code = in.sender_item_code();
  out.invoice_number = in.invoice_number();
  out.operator_id = in.operator_id();
  return out;
}

domain::Claim DecodeClaim(const stored::Claim& in, bool& broken) {
  domain::Claim out;
  out.person_id = in.person_id();
  out.institution_id = in.institution_id();
  out.encounter_id = in.encounter_id();
  out.service_date = Day{in.service_date()};
  out.physician_id = in.physician_id();
  out.diagnosis_codes = Strings(in.diagnosis_codes());
  if (in.has_prescription()) {
    out.prescription = DecodePrescription(in.prescription(), broken);
  }
  out.lines.reserve(static_cast<size_t>(in.lines_size()));
  for (const stored::ClaimLine& line : in.lines()) {
    out.lines.push_back(DecodeLine(line));
  }
  out.account.use = in.account().use();
  if (in.account().has_limit_fen()) {
    out.account.limit = Money{in.account().limit_fen()};
  }
  out.account.relatives = Strings(in.account().relatives());
  out.origin = DecodeEnum(in.origin(), domain::Origin::kManual, broken);
  return out;
}

domain::Totals DecodeTotals(const stored::Totals& in) {
  domain::Totals out;
  out.gross.fen = in.gross();
  out.over_limit.fen = in.over_limit();
  out.own_expense.fen = in.own_expense();
  out.preself.fen = in.preself();
  out.in_scope.fen = in.in_scope();
  out.deductible.fen = in.deductible();
  out.scheme_pay.fen = in.scheme_pay();
  out.critical_illness.fen = in.critical_illness();
  out.large_amount.fen = in.large_amount();
  out.medical_assistance.fen = in.medical_assistance();
  out.commercial.fen = in.commercial();
  out.fund_pay.fen = in.fund_pay();
  out.personal.fen = in.personal();
  out.account.fen = in.account();
  out.family_account.fen = in.family_account();
  out.cash.fen = in.cash();
  return out;
}

// The settlement's own person is stored as an empty id.
const std::string& Lengthened(const std::string& person_id,
                              const std::string& own) {
  return person_id.empty() ? own : person_id;
}

// A Movement or a CounterRead: they have the same fields.
template <typename Counter>
Counter DecodeCounter(const stored::CounterAmount& in, const std::string& own) {
  return {.person_id = Lengthened(in.person_id(), own),
          .year = in.year(),
          .counter = in.counter(),
          .amount = in.amount(),
          .until = in.has_until() ? Day{in.until()} : domain::kOpenUntil};
}

}  // namespace

absl::Status StoredFormBroken(std::string_view what, std::string_view why) {
  return MakeError(absl::StatusCode::kInternal, "STORED_FORM_BROKEN",
                   absl::StrCat("a stored ", std::string(what),
                                " cannot be read: ", std::string(why),
                                ". Nothing was changed; restore the row from "
                                "a backup or run the version that wrote it."),
                   {{"row", std::string(what)}});
}

absl::StatusOr<domain::LedgerRow> DecodeLedger(int64_t version,
                                               std::string_view bytes) {
  // Kept, so that the memory of one row serves the next.
  thread_local stored::LedgerRecord record;
  ONESTOP_RETURN_IF_ERROR(ParseRecord("ledger", bytes, record));
  domain::LedgerRow row;
  row.version = version;
  for (const stored::LedgerEntry& entry : record.entries()) {
    row.Set({entry.name(), entry.amount(),
             entry.has_until() ? Day{entry.until()} : domain::kOpenUntil});
  }
  return row;
}

absl::Status DecodeSettlement(std::string_view bytes,
                              domain::SettlementRecord& record) {
  stored::SettlementRecord in;
  const std::string what = absl::StrCat("settlement ", record.id.ToString());
  ONESTOP_RETURN_IF_ERROR(ParseRecord(what, bytes, in));
  bool broken = false;
  if (in.has_claim()) record.claim = DecodeClaim(in.claim(), broken);
  record.totals = DecodeTotals(in.totals());
  const std::string& own = record.person_id;
  for (const stored::CounterAmount& movement : in.movements()) {
    record.movements.push_back(DecodeCounter<domain::Movement>(movement, own));
  }
  for (const stored::CounterAmount& read : in.reads()) {
    record.reads.push_back(DecodeCounter<domain::CounterRead>(read, own));
  }
  for (const stored::RowTouch& row : in.rows()) {
    record.rows.push_back(
        {Lengthened(row.person_id(), own), row.year(), row.version_before()});
  }
  for (const stored::PersonVersion& person : in.persons()) {
    record.persons.push_back(
        {Lengthened(person.person_id(), own), person.version()});
  }
  record.catalog_revision = in.catalog_revision();
  record.engine_revision = in.engine_revision();
  record.had_clock = in.had_clock();
  if (!in.replaces().empty()) {
    domain::SettlementId& replaced = record.replaces.emplace();
    broken = broken || in.replaces().size() != replaced.bytes.size();
    if (!broken) {
      std::copy(in.replaces().begin(), in.replaces().end(),
                replaced.bytes.begin());
    }
  }
  if (broken) {
    return StoredFormBroken(what, "it holds an unknown value");
  }
  return absl::OkStatus();
}

absl::StatusOr<domain::Totals> DecodeSettlementTotals(std::string_view what,
                                                      std::string_view bytes) {
  stored::SettlementTotals in;
  ONESTOP_RETURN_IF_ERROR(ParseRecord(what, bytes, in));
  return DecodeTotals(in.totals());
}

}  // namespace onestop::storage
