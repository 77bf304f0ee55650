// Ledger rows and settlements to bytes and back.
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

static_assert(static_cast<int>(domain::Channel::kECenter) ==
              stored::CHANNEL_E_CENTER);
static_assert(static_cast<int>(domain::Origin::kManual) ==
              stored::ORIGIN_MANUAL);

void EncodePrescription(const domain::Prescription& in,
                        stored::Prescription& out) {
  out.set_prescription_id(in.prescription_id);
  out.set_institution_id(in.institution_id);
  out.set_physician_id(in.physician_id);
  out.set_issued_on(in.issued_on.number);
  out.set_channel(EncodeEnum<stored::Channel>(in.channel));
  out.set_long_term(in.long_term);
  for (const domain::PrescribedItem& item : in.items) {
    stored::PrescribedItem& added = *out.add_items();
    added.set_item_code(item.item_code);
    added.set_quantity_ten_thousandths(item.quantity.ten_thousandths);
  }
}

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

void EncodeLine(const domain::ClaimLine& in, stored::ClaimLine& out) {
  out.set_line_id(in.line_id);
  out.set_item_code(in.item_code);
  out.set_quantity_ten_thousandths(in.quantity.ten_thousandths);
  if (in.unit_price) out.set_unit_price_micro_yuan(in.unit_price->micro_yuan);
  out.set_amount_fen(in.amount.fen);
  out.set_days_supply(in.days_supply);
  out.set_sender_item_code(in.sender_item_code);
  out.set_invoice_number(in.invoice_number);
  out.set_operator_id(in.operator_id);
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

void EncodeClaim(const domain::Claim& in, stored::Claim& out) {
  out.set_person_id(in.person_id);
  out.set_institution_id(in.institution_id);
  out.set_encounter_id(in.encounter_id);
  out.set_service_date(in.service_date.number);
  out.set_physician_id(in.physician_id);
  AddStrings(in.diagnosis_codes, out.mutable_diagnosis_codes());
  if (in.prescription) {
    EncodePrescription(*in.prescription, *out.mutable_prescription());
  }
  for (const domain::ClaimLine& line : in.lines) {
    EncodeLine(line, *out.add_lines());
  }
  stored::AccountUse& account = *out.mutable_account();
  account.set_use(in.account.use);
  if (in.account.limit) account.set_limit_fen(in.account.limit->fen);
  AddStrings(in.account.relatives, account.mutable_relatives());
  out.set_origin(EncodeEnum<stored::Origin>(in.origin));
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

void EncodeTotals(const domain::Totals& in, stored::Totals& out) {
  out.set_gross(in.gross.fen);
  out.set_over_limit(in.over_limit.fen);
  out.set_own_expense(in.own_expense.fen);
  out.set_preself(in.preself.fen);
  out.set_in_scope(in.in_scope.fen);
  out.set_deductible(in.deductible.fen);
  out.set_scheme_pay(in.scheme_pay.fen);
  out.set_critical_illness(in.critical_illness.fen);
  out.set_large_amount(in.large_amount.fen);
  out.set_medical_assistance(in.medical_assistance.fen);
  out.set_commercial(in.commercial.fen);
  out.set_fund_pay(in.fund_pay.fen);
  out.set_personal(in.personal.fen);
  out.set_account(in.account.fen);
  out.set_family_account(in.family_account.fen);
  out.set_cash(in.cash.fen);
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
const std::string& Shortened(const std::string& person_id,
                             const std::string& own) {
  static const std::string empty;
  return person_id == own ? empty : person_id;
}

const std::string& Lengthened(const std::string& person_id,
                              const std::string& own) {
  return person_id.empty() ? own : person_id;
}

// A Movement or a CounterRead: they have the same fields.
template <typename Counter>
void EncodeCounter(const Counter& in, const std::string& own,
                   stored::CounterAmount& out) {
  out.set_person_id(Shortened(in.person_id, own));
  out.set_year(in.year);
  out.set_counter(in.counter);
  out.set_amount(in.amount);
  if (in.until != domain::kOpenUntil) out.set_until(in.until.number);
}

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

// The messages of these functions are kept by their threads and emptied, so
// that the memory of one row serves the next.

std::string EncodeLedger(const domain::LedgerRow& row) {
  thread_local stored::LedgerRecord record;
  record.Clear();
  record.set_form(kStoredForm);
  for (const domain::LedgerEntry& entry : row.entries()) {
    stored::LedgerEntry& added = *record.add_entries();
    added.set_name(entry.name);
    added.set_amount(entry.amount);
    if (entry.until != domain::kOpenUntil) {
      added.set_until(entry.until.number);
    }
  }
  return record.SerializeAsString();
}

absl::StatusOr<domain::LedgerRow> DecodeLedger(int64_t version,
                                               std::string_view bytes) {
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

std::string EncodeSettlement(const domain::SettlementRecord& record) {
  thread_local stored::SettlementRecord out;
  thread_local stored::Claim claim;  // lent to `out`: its Clear() would free it
  out.Clear();
  out.set_form(kStoredForm);
  const bool has_claim = record.claim != domain::Claim{};
  if (has_claim) {
    claim.Clear();
    EncodeClaim(record.claim, claim);
    out.unsafe_arena_set_allocated_claim(&claim);
  }
  EncodeTotals(record.totals, *out.mutable_totals());
  const std::string& own = record.person_id;
  for (const domain::Movement& movement : record.movements) {
    EncodeCounter(movement, own, *out.add_movements());
  }
  for (const domain::CounterRead& read : record.reads) {
    EncodeCounter(read, own, *out.add_reads());
  }
  for (const domain::RowTouch& row : record.rows) {
    stored::RowTouch& added = *out.add_rows();
    added.set_person_id(Shortened(row.person_id, own));
    added.set_year(row.year);
    added.set_version_before(row.version_before);
  }
  for (const domain::PersonVersion& person : record.persons) {
    stored::PersonVersion& added = *out.add_persons();
    added.set_person_id(Shortened(person.person_id, own));
    added.set_version(person.version);
  }
  out.set_catalog_revision(record.catalog_revision);
  out.set_engine_revision(record.engine_revision);
  out.set_had_clock(record.had_clock);
  if (record.replaces) {
    const auto& bytes = record.replaces->bytes;
    out.set_replaces(bytes.data(), bytes.size());
  }
  std::string bytes = out.SerializeAsString();
  if (has_claim) out.unsafe_arena_release_claim();
  return bytes;
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
