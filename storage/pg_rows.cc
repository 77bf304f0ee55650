// Fills parameters from the domain and reads results back into it.
#include "storage/pg_rows.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "storage/codec.h"

namespace onestop::storage {
namespace {

using domain::LedgerKey;
using domain::Money;
using domain::SettlementRecord;
using domain::Totals;
using Type = PgArray::Type;

std::string WhatOf(const PgRows& rows, int row) {
  return absl::StrCat("settlement ", rows.Id(row, kId).ToString());
}

bool HasServiceDate(const SettlementRecord& record) {
  return record.kind != domain::RecordKind::kClosed;
}

void AddLedgerWrites(const std::vector<domain::LedgerWrite>& writes,
                     PgParameters& parameters) {
  PgArray& new_persons = parameters.Array(Type::kText);
  PgArray& new_years = parameters.Array(Type::kInt4);
  PgArray& new_versions = parameters.Array(Type::kInt8);
  PgArray& new_data = parameters.Array(Type::kBytes);
  PgArray& persons = parameters.Array(Type::kText);
  PgArray& years = parameters.Array(Type::kInt4);
  PgArray& expected = parameters.Array(Type::kInt8);
  PgArray& versions = parameters.Array(Type::kInt8);
  PgArray& data = parameters.Array(Type::kBytes);
  for (const domain::LedgerWrite& write : writes) {
    const bool is_new = write.expected_version == 0;
    (is_new ? new_persons : persons).Add(write.key.person_id);
    (is_new ? new_years : years).Add(int64_t{write.key.year});
    (is_new ? new_versions : versions).Add(write.row.version);
    (is_new ? new_data : data).Add(EncodeLedger(write.row));
    if (!is_new) expected.Add(write.expected_version);
  }
}

absl::StatusOr<SettlementRecord> SettlementOf(const PgRows& rows, int row) {
  SettlementRecord record;
  record.person_id = rows.Text(row, kPerson);
  record.id = rows.Id(row, kId);
  record.kind = static_cast<domain::RecordKind>(rows.Int(row, kKind));
  if (!rows.IsNull(row, kReverses)) {
    record.reverses = rows.Id(row, kReverses);
  }
  record.institution_id = rows.Text(row, kInstitution);
  record.booked_on = rows.Date(row, kBookedOn);
  record.booked_at_ms = rows.TimeMs(row, kBookedAt);
  ONESTOP_ASSIGN_OR_RETURN(record.insurance, InsuranceOf(rows, row));
  record.region = rows.Text(row, kRegion);
  record.request_id = rows.Text(row, kRequest);
  record.policy_revision = rows.Text(row, kPolicy);
  record.reply = rows.Text(row, kReply);
  ONESTOP_RETURN_IF_ERROR(DecodeSettlement(rows.Bytes(row, kRecord), record));
  ONESTOP_RETURN_IF_ERROR(CheckTotals(rows, row, record.totals));
  if (rows.IsNull(row, kServiceDate) == HasServiceDate(record) ||
      (HasServiceDate(record) &&
       rows.Date(row, kServiceDate) != record.claim.service_date)) {
    return StoredFormBroken(WhatOf(rows, row),
                            "its service date differs from its record's");
  }
  return record;
}

}  // namespace

absl::StatusOr<domain::Insurance> InsuranceOf(const PgRows& rows, int row) {
  const int64_t insurance = rows.Int(row, kInsurance);
  if (insurance < 0 ||
      insurance > static_cast<int64_t>(domain::Insurance::kResident)) {
    return StoredFormBroken(WhatOf(rows, row), "its insurance is unknown");
  }
  return static_cast<domain::Insurance>(insurance);
}

absl::Status CheckTotals(const PgRows& rows, int row, const Totals& totals) {
  for (size_t i = 0; i < kTotalColumns.size(); ++i) {
    if (rows.Int(row, kFirstTotal + static_cast<int>(i)) !=
        (totals.*kTotalColumns[i]).fen) {
      return StoredFormBroken(WhatOf(rows, row),
                              "a column differs from its record's total");
    }
  }
  return absl::OkStatus();
}

bool IsConflict(std::string_view sqlstate) {
  return sqlstate == "22012" ||  // a count fell short (sql::kWrite)
         sqlstate == "40P01" ||  // deadlock
         sqlstate == "40001" ||  // serialization
         sqlstate == "23505";    // unique key
}

bool IsOfTheSchema(std::string_view sqlstate) {
  return sqlstate == "42P01" ||  // undefined_table
         sqlstate == "42703" ||  // undefined_column
         sqlstate == "42883" ||  // undefined_function
         sqlstate == "42704" ||  // undefined_object
         sqlstate == "3F000";    // invalid_schema_name
}

namespace {

// Classes of SQLSTATE that a row itself causes, whenever it is tried: data
// exception, integrity constraint, program limit exceeded.
bool IsTheRowsFault(std::string_view sqlstate) {
  const std::string_view code_class = sqlstate.substr(0, 2);
  return code_class == "22" || code_class == "23" || code_class == "54";
}

}  // namespace

absl::Status StoreError(const PgReply& reply) {
  ErrorMetadata metadata;
  if (!reply.sqlstate.empty()) metadata = {{"sqlstate", reply.sqlstate}};
  if (IsTheRowsFault(reply.sqlstate) && !IsConflict(reply.sqlstate)) {
    return MakeError(absl::StatusCode::kInternal, "INVARIANT_BROKEN",
                     absl::StrCat("the database refused a row (", reply.message,
                                  "); nothing was written"),
                     std::move(metadata));
  }
  return MakeError(
      absl::StatusCode::kUnavailable, "STORAGE_UNAVAILABLE",
      IsOfTheSchema(reply.sqlstate)
          ? absl::StrCat("the database's schema is not what this program needs "
                         "(",
                         reply.message, "); run 'sqitch deploy'")
          : absl::StrCat("the database did not answer or did not do it (",
                         reply.message, "); repeating the call is safe"),
      std::move(metadata));
}

PgParameters KeyParameters(absl::Span<const LedgerKey> keys) {
  PgParameters parameters;
  PgArray& persons = parameters.Array(Type::kText);
  PgArray& years = parameters.Array(Type::kInt4);
  for (const LedgerKey& key : keys) {
    if (!Storable(key.person_id)) continue;
    persons.Add(key.person_id);
    years.Add(int64_t{key.year});
  }
  return parameters;
}

PgParameters PersonParameters(const std::vector<std::string>& person_ids) {
  PgParameters parameters;
  PgArray& persons = parameters.Array(Type::kText);
  for (const std::string& person_id : person_ids) {
    if (Storable(person_id)) persons.Add(person_id);
  }
  return parameters;
}

PgParameters SettlementParameters(const std::vector<SettlementKey>& keys) {
  PgParameters parameters;
  PgArray& persons = parameters.Array(Type::kText);
  PgArray& ids = parameters.Array(Type::kUuid);
  PgArray& reversals = parameters.Array(Type::kUuid);
  for (const SettlementKey& key : keys) {
    if (!Storable(key.person_id)) continue;
    persons.Add(key.person_id);
    ids.Add(key.id);
    reversals.Add(key.reversal_id);
  }
  return parameters;
}

PgParameters WriteParameters(const WriteBatch& batch) {
  PgParameters parameters;
  AddLedgerWrites(batch.ledger, parameters);
  const auto column = [&](auto&& add) {
    for (const SettlementRecord* record : batch.settlements) add(*record);
  };
  const auto texts = [&](std::string SettlementRecord::*field) {
    PgArray& array = parameters.Array(Type::kText);
    column([&](const SettlementRecord& r) { array.Add(r.*field); });
  };
  texts(&SettlementRecord::person_id);
  PgArray& ids = parameters.Array(Type::kUuid);
  PgArray& kinds = parameters.Array(Type::kInt2);
  PgArray& reverses = parameters.Array(Type::kUuid);
  column([&](const SettlementRecord& r) {
    ids.Add(r.id);
    kinds.Add(static_cast<int64_t>(r.kind));
    r.reverses ? reverses.Add(*r.reverses) : reverses.AddNull();
  });
  texts(&SettlementRecord::institution_id);
  PgArray& service_dates = parameters.Array(Type::kDate);
  PgArray& booked_on = parameters.Array(Type::kDate);
  PgArray& booked_at = parameters.Array(Type::kTime);
  PgArray& insurances = parameters.Array(Type::kInt2);
  column([&](const SettlementRecord& r) {
    HasServiceDate(r) ? service_dates.Add(r.claim.service_date)
                      : service_dates.AddNull();
    booked_on.Add(r.booked_on);
    booked_at.AddTime(r.booked_at_ms);
    insurances.Add(static_cast<int64_t>(r.insurance));
  });
  texts(&SettlementRecord::region);
  texts(&SettlementRecord::request_id);
  texts(&SettlementRecord::policy_revision);
  for (Money Totals::*total : kTotalColumns) {
    PgArray& amounts = parameters.Array(Type::kInt8);
    column(
        [&](const SettlementRecord& r) { amounts.Add((r.totals.*total).fen); });
  }
  PgArray& records = parameters.Array(Type::kBytes);
  PgArray& replies = parameters.Array(Type::kBytes);
  column([&](const SettlementRecord& r) {
    records.Add(EncodeSettlement(r));
    replies.Add(r.reply);
  });
  return parameters;
}

PgParameters PostingParameters(absl::Span<const Posting> postings) {
  PgParameters parameters;
  PgArray& persons = parameters.Array(Type::kText);
  PgArray& kinds = parameters.Array(Type::kText);
  PgArray& ids = parameters.Array(Type::kText);
  PgArray& years = parameters.Array(Type::kInt4);
  PgArray& counters = parameters.Array(Type::kText);
  PgArray& amounts = parameters.Array(Type::kInt8);
  PgArray& untils = parameters.Array(Type::kDate);
  PgArray& callers = parameters.Array(Type::kText);
  PgArray& booked_on = parameters.Array(Type::kDate);
  PgArray& booked_at = parameters.Array(Type::kTime);
  PgArray& versions = parameters.Array(Type::kInt8);
  for (const Posting& posting : postings) {
    const domain::Movement& movement = posting.movement;
    persons.Add(movement.person_id);
    kinds.Add(posting.kind);
    ids.Add(posting.posting_id);
    years.Add(int64_t{movement.year});
    counters.Add(movement.counter);
    amounts.Add(movement.amount);
    movement.until == domain::kOpenUntil ? untils.AddNull()
                                         : untils.Add(movement.until);
    callers.Add(posting.caller);
    booked_on.Add(posting.booked_on);
    booked_at.AddTime(posting.booked_at_ms);
    versions.Add(posting.row_version);
  }
  return parameters;
}

absl::StatusOr<std::vector<domain::Person>> PersonsOf(const PgRows& rows) {
  std::vector<domain::Person> persons;
  for (int row = 0; row < rows.size(); ++row) {
    ONESTOP_ASSIGN_OR_RETURN(
        domain::Person person,
        DecodePerson(rows.Text(row, 0), rows.Int(row, 1), rows.Bytes(row, 2)));
    persons.push_back(std::move(person));
  }
  return persons;
}

absl::StatusOr<LedgerRows> LedgerOf(const PgRows& rows) {
  LedgerRows ledger;
  for (int row = 0; row < rows.size(); ++row) {
    const int64_t version = rows.Int(row, 2);
    if (version == 0) continue;
    ONESTOP_ASSIGN_OR_RETURN(domain::LedgerRow decoded,
                             DecodeLedger(version, rows.Bytes(row, 3)));
    ledger.emplace_back(
        LedgerKey{rows.Text(row, 0), static_cast<int32_t>(rows.Int(row, 1))},
        std::move(decoded));
  }
  return ledger;
}

absl::StatusOr<std::vector<SettlementRecord>> SettlementsOf(
    const PgRows& rows) {
  std::vector<SettlementRecord> settlements;
  for (int row = 0; row < rows.size(); ++row) {
    ONESTOP_ASSIGN_OR_RETURN(SettlementRecord record, SettlementOf(rows, row));
    settlements.push_back(std::move(record));
  }
  return settlements;
}

std::vector<Posting> PostingsOf(const PgRows& rows) {
  std::vector<Posting> postings;
  for (int row = 0; row < rows.size(); ++row) {
    Posting posting;
    posting.movement.person_id = rows.Text(row, 0);
    posting.kind = rows.Text(row, 1);
    posting.posting_id = rows.Text(row, 2);
    posting.movement.year = static_cast<int32_t>(rows.Int(row, 3));
    posting.movement.counter = rows.Text(row, 4);
    posting.movement.amount = rows.Int(row, 5);
    if (!rows.IsNull(row, 6)) posting.movement.until = rows.Date(row, 6);
    posting.caller = rows.Text(row, 7);
    posting.booked_on = rows.Date(row, 8);
    posting.booked_at_ms = rows.TimeMs(row, 9);
    posting.row_version = rows.Int(row, 10);
    postings.push_back(std::move(posting));
  }
  return postings;
}

std::vector<PolicyFileText> PolicyFilesOf(const PgRows& rows) {
  std::vector<PolicyFileText> files;
  for (int row = 0; row < rows.size(); ++row) {
    files.push_back({rows.Text(row, 0), rows.Text(row, 1)});
  }
  return files;
}

}  // namespace onestop::storage
