// Ledger rows and settlements to their bytes. Every settle writes some: without
// a message in between (base/message_writer.h), fields in order of number.
#include <string>
#include <string_view>
#include <vector>

#include "base/message_writer.h"
#include "storage/codec.h"
#include "storage/codec_common.h"

namespace onestop::storage {
namespace {

using namespace codec;  // NOLINT: the helpers of this border
using Writer = MessageWriter;

static_assert(static_cast<int>(domain::Channel::kECenter) ==
              stored::CHANNEL_E_CENTER);
static_assert(static_cast<int>(domain::Origin::kManual) ==
              stored::ORIGIN_MANUAL);

void WriteTexts(int field, const std::vector<std::string>& texts, Writer& out) {
  for (const std::string& text : texts) out.RepeatedText(field, text);
}

void WritePrescription(const domain::Prescription& in, Writer& out) {
  using Stored = stored::Prescription;
  using Item = stored::PrescribedItem;
  out.Text(Stored::kPrescriptionIdFieldNumber, in.prescription_id);
  out.Text(Stored::kInstitutionIdFieldNumber, in.institution_id);
  out.Text(Stored::kPhysicianIdFieldNumber, in.physician_id);
  out.Signed(Stored::kIssuedOnFieldNumber, in.issued_on.number);
  out.Number(Stored::kChannelFieldNumber, static_cast<int>(in.channel));
  out.Bool(Stored::kLongTermFieldNumber, in.long_term);
  for (const domain::PrescribedItem& item : in.items) {
    out.Nested(Stored::kItemsFieldNumber, [&item](Writer& added) {
      added.Text(Item::kItemCodeFieldNumber, item.item_code);
      added.Number(Item::kQuantityTenThousandthsFieldNumber,
                   item.quantity.ten_thousandths);
    });
  }
}

void WriteLine(const domain::ClaimLine& in, Writer& out) {
  using Stored = stored::ClaimLine;
  out.Text(Stored::kLineIdFieldNumber, in.line_id);
  out.Text(Stored::kItemCodeFieldNumber, in.item_code);
  out.Number(Stored::kQuantityTenThousandthsFieldNumber,
             in.quantity.ten_thousandths);
  if (in.unit_price) {
    out.Present(Stored::kUnitPriceMicroYuanFieldNumber,
                in.unit_price->micro_yuan);
  }
  out.Number(Stored::kAmountFenFieldNumber, in.amount.fen);
  out.Number(Stored::kDaysSupplyFieldNumber, in.days_supply);
  out.Text(Stored::kSenderItemCodeFieldNumber, in.sender_item_code);
  out.Text(Stored::kInvoiceNumberFieldNumber, in.invoice_number);
  out.Text(Stored::kOperatorIdFieldNumber, in.operator_id);
}

void WriteAccount(const domain::AccountUse& in, Writer& out) {
  using Stored = stored::AccountUse;
  out.Bool(Stored::kUseFieldNumber, in.use);
  if (in.limit) out.Present(Stored::kLimitFenFieldNumber, in.limit->fen);
  WriteTexts(Stored::kRelativesFieldNumber, in.relatives, out);
}

void WriteClaim(const domain::Claim& in, Writer& out) {
  using Stored = stored::Claim;
  out.Text(Stored::kPersonIdFieldNumber, in.person_id);
  out.Text(Stored::kInstitutionIdFieldNumber, in.institution_id);
  out.Text(Stored::kEncounterIdFieldNumber, in.encounter_id);
  out.Signed(Stored::kServiceDateFieldNumber, in.service_date.number);
  out.Text(Stored::kPhysicianIdFieldNumber, in.physician_id);
  WriteTexts(Stored::kDiagnosisCodesFieldNumber, in.diagnosis_codes, out);
  if (in.prescription) {
    out.Nested(Stored::kPrescriptionFieldNumber, [&in](Writer& added) {
      WritePrescription(*in.prescription, added);
    });
  }
  for (const domain::ClaimLine& line : in.lines) {
    out.Nested(Stored::kLinesFieldNumber,
               [&line](Writer& added) { WriteLine(line, added); });
  }
  out.Nested(Stored::kAccountFieldNumber,
             [&in](Writer& added) { WriteAccount(in.account, added); });
  out.Number(Stored::kOriginFieldNumber, static_cast<int>(in.origin));
}

void WriteTotals(const domain::Totals& in, Writer& out) {
  using Stored = stored::Totals;
  out.Signed(Stored::kGrossFieldNumber, in.gross.fen);
  out.Signed(Stored::kOverLimitFieldNumber, in.over_limit.fen);
  out.Signed(Stored::kOwnExpenseFieldNumber, in.own_expense.fen);
  out.Signed(Stored::kPreselfFieldNumber, in.preself.fen);
  out.Signed(Stored::kInScopeFieldNumber, in.in_scope.fen);
  out.Signed(Stored::kDeductibleFieldNumber, in.deductible.fen);
  out.Signed(Stored::kSchemePayFieldNumber, in.scheme_pay.fen);
  out.Signed(Stored::kCriticalIllnessFieldNumber, in.critical_illness.fen);
  out.Signed(Stored::kLargeAmountFieldNumber, in.large_amount.fen);
  out.Signed(Stored::kMedicalAssistanceFieldNumber, in.medical_assistance.fen);
  out.Signed(Stored::kCommercialFieldNumber, in.commercial.fen);
  out.Signed(Stored::kFundPayFieldNumber, in.fund_pay.fen);
  out.Signed(Stored::kPersonalFieldNumber, in.personal.fen);
  out.Signed(Stored::kAccountFieldNumber, in.account.fen);
  out.Signed(Stored::kFamilyAccountFieldNumber, in.family_account.fen);
  out.Signed(Stored::kCashFieldNumber, in.cash.fen);
}

// The settlement's own person is stored as an empty id.
std::string_view Shortened(const std::string& person_id,
                           const std::string& own) {
  return person_id == own ? std::string_view() : person_id;
}

// A Movement or a CounterRead: they have the same fields.
template <typename Counter>
void WriteCounter(int field, const Counter& in, const std::string& own,
                  Writer& out) {
  using Stored = stored::CounterAmount;
  out.Nested(field, [&](Writer& added) {
    added.Text(Stored::kPersonIdFieldNumber, Shortened(in.person_id, own));
    added.Signed(Stored::kYearFieldNumber, in.year);
    added.Text(Stored::kCounterFieldNumber, in.counter);
    added.Signed(Stored::kAmountFieldNumber, in.amount);
    if (in.until != domain::kOpenUntil) {
      added.PresentSigned(Stored::kUntilFieldNumber, in.until.number);
    }
  });
}

void WriteRow(const domain::RowTouch& in, const std::string& own, Writer& out) {
  using Stored = stored::RowTouch;
  out.Text(Stored::kPersonIdFieldNumber, Shortened(in.person_id, own));
  out.Signed(Stored::kYearFieldNumber, in.year);
  out.Number(Stored::kVersionBeforeFieldNumber, in.version_before);
}

void WritePerson(const domain::PersonVersion& in, const std::string& own,
                 Writer& out) {
  using Stored = stored::PersonVersion;
  out.Text(Stored::kPersonIdFieldNumber, Shortened(in.person_id, own));
  out.Number(Stored::kVersionFieldNumber, in.version);
}

void WriteEffect(const domain::SettlementRecord& in, Writer& out) {
  using Stored = stored::SettlementRecord;
  const std::string& own = in.person_id;
  for (const domain::Movement& movement : in.movements) {
    WriteCounter(Stored::kMovementsFieldNumber, movement, own, out);
  }
  for (const domain::CounterRead& read : in.reads) {
    WriteCounter(Stored::kReadsFieldNumber, read, own, out);
  }
  for (const domain::RowTouch& row : in.rows) {
    out.Nested(Stored::kRowsFieldNumber,
               [&](Writer& added) { WriteRow(row, own, added); });
  }
  for (const domain::PersonVersion& person : in.persons) {
    out.Nested(Stored::kPersonsFieldNumber,
               [&](Writer& added) { WritePerson(person, own, added); });
  }
}

// Most records are shorter.
constexpr size_t kUsualBytes = 1024;

}  // namespace

std::string EncodeLedger(const domain::LedgerRow& row) {
  using Entry = stored::LedgerEntry;
  std::string bytes;
  bytes.reserve(kUsualBytes / 4);
  Writer out(bytes);
  out.Number(stored::LedgerRecord::kFormFieldNumber, kStoredForm);
  for (const domain::LedgerEntry& entry : row.entries()) {
    out.Nested(
        stored::LedgerRecord::kEntriesFieldNumber, [&entry](Writer& added) {
          added.Text(Entry::kNameFieldNumber, entry.name);
          added.Signed(Entry::kAmountFieldNumber, entry.amount);
          if (entry.until != domain::kOpenUntil) {
            added.PresentSigned(Entry::kUntilFieldNumber, entry.until.number);
          }
        });
  }
  return bytes;
}

std::string EncodeSettlement(const domain::SettlementRecord& record) {
  using Stored = stored::SettlementRecord;
  std::string bytes;
  bytes.reserve(kUsualBytes);
  Writer out(bytes);
  out.Number(Stored::kFormFieldNumber, kStoredForm);
  if (record.claim != domain::Claim{}) {
    out.Nested(Stored::kClaimFieldNumber,
               [&record](Writer& added) { WriteClaim(record.claim, added); });
  }
  out.Nested(Stored::kTotalsFieldNumber,
             [&record](Writer& added) { WriteTotals(record.totals, added); });
  WriteEffect(record, out);
  out.Number(Stored::kCatalogRevisionFieldNumber, record.catalog_revision);
  out.Number(Stored::kEngineRevisionFieldNumber, record.engine_revision);
  out.Bool(Stored::kHadClockFieldNumber, record.had_clock);
  if (record.replaces) {
    const auto& id = record.replaces->bytes;
    out.Text(Stored::kReplacesFieldNumber,
             {reinterpret_cast<const char*>(id.data()), id.size()});
  }
  return bytes;
}

}  // namespace onestop::storage
