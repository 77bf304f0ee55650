// SELECT … FOR UPDATE, decide, write, COMMIT.
#include "bench/naive_settler.h"

#include <exception>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "storage/codec.h"
#include "storage/ids.h"
#include "wire/receipt.h"

namespace onestop::bench {
namespace {

using domain::LedgerWrite;
using domain::SettlementRecord;
using pqxx::binarystring;

// Whoever settles holds the person's row first, so that two settles of a
// person never meet.
constexpr char kPerson[] =
    "SELECT version, data FROM person WHERE person_id = $1 FOR UPDATE";
// $1 person, $2 the year, $3 the settlement's id: the ledger rows of the year
// and of year 0, each with the reply if the request was settled before.
constexpr char kRows[] =
    "SELECT k.year, l.version, l.data, s.reply"
    "  FROM (VALUES ($2::int4), (0)) AS k (year)"
    "  LEFT JOIN ledger l ON l.person_id = $1 AND l.year = k.year"
    "  LEFT JOIN settlement s ON s.person_id = $1 AND s.settlement_id = $3";
constexpr char kInsertRow[] =
    "INSERT INTO ledger (person_id, year, version, data)"
    " VALUES ($1, $2, $3, $4)";
constexpr char kUpdateRow[] =
    "UPDATE ledger SET version = $3, data = $4"
    " WHERE person_id = $1 AND year = $2";
constexpr char kInsertSettlement[] =
    "INSERT INTO settlement (person_id, settlement_id, kind, institution_id,"
    "  service_date, booked_on, booked_at, insurance, region, request_id,"
    "  policy_revision, record, reply, gross, scheme_pay, critical_illness,"
    "  large_amount, medical_assistance, commercial, fund_pay, account,"
    "  family_account, cash)"
    " VALUES ($1, $2, $3, $4, $5, $6, to_timestamp($7::int8 / 1000.0), $8, $9,"
    "  $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)";

domain::SettleCommand CommandOf(const wire::SettleAsk& ask) {
  domain::SettleCommand command;
  command.id = storage::DeriveSettlementId(ask.claim.institution_id,
                                           ask.claim.person_id, ask.request_id);
  command.reversal_id = storage::DeriveReversalId(command.id);
  command.request_id = ask.request_id;
  command.claim = ask.claim;
  command.expected_cash = ask.expected_cash;
  return command;
}

absl::Status ReadPerson(const std::string& person_id, pqxx::work& transaction,
                        domain::Book& book) {
  const pqxx::result rows = transaction.exec_prepared("person", person_id);
  if (rows.empty()) return absl::OkStatus();  // The rules refuse it.
  ONESTOP_ASSIGN_OR_RETURN(
      domain::Person person,
      storage::DecodePerson(person_id, rows[0][0].as<int64_t>(),
                            binarystring(rows[0][1]).str()));
  book.AddPerson(std::move(person));
  return absl::OkStatus();
}

// Into the book; the reply if the request was settled before, else empty.
absl::StatusOr<std::string> ReadRows(const domain::SettleCommand& command,
                                     pqxx::work& transaction,
                                     domain::Book& book) {
  const std::string& person_id = command.claim.person_id;
  const pqxx::result rows = transaction.exec_prepared(
      "rows", person_id, domain::YearOf(command.claim.service_date),
      command.id.ToString());
  for (const pqxx::row row : rows) {
    if (!row[3].is_null()) return binarystring(row[3]).str();
    if (row[1].is_null()) continue;
    ONESTOP_ASSIGN_OR_RETURN(domain::LedgerRow ledger,
                             storage::DecodeLedger(row[1].as<int64_t>(),
                                                   binarystring(row[2]).str()));
    book.AddLedger({person_id, row[0].as<int32_t>()}, std::move(ledger));
  }
  return std::string();
}

void WriteRow(const LedgerWrite& write, pqxx::work& transaction) {
  transaction.exec_prepared(
      write.expected_version == 0 ? "insert_row" : "update_row",
      write.key.person_id, write.key.year, write.row.version,
      binarystring(storage::EncodeLedger(write.row)));
}

void WriteSettlement(const SettlementRecord& record, pqxx::work& transaction) {
  const domain::Totals& totals = record.totals;
  const std::vector<int64_t> amounts = {totals.gross.fen,
                                        totals.scheme_pay.fen,
                                        totals.critical_illness.fen,
                                        totals.large_amount.fen,
                                        totals.medical_assistance.fen,
                                        totals.commercial.fen,
                                        totals.fund_pay.fen,
                                        totals.account.fen,
                                        totals.family_account.fen,
                                        totals.cash.fen};
  transaction.exec_prepared(
      "insert_settlement", record.person_id, record.id.ToString(),
      static_cast<int>(record.kind), record.institution_id,
      domain::FormatDay(record.claim.service_date),
      domain::FormatDay(record.booked_on), record.booked_at_ms,
      static_cast<int>(record.insurance), record.region, record.request_id,
      record.policy_revision, binarystring(storage::EncodeSettlement(record)),
      binarystring(record.reply), pqxx::prepare::make_dynamic_params(amounts));
}

absl::Status Unavailable(const std::exception& error) {
  return MakeError(
      absl::StatusCode::kUnavailable, "STORAGE_UNAVAILABLE",
      absl::StrCat("the database did not do it (", error.what(), ")"));
}

}  // namespace

NaiveSettler::NaiveSettler(const std::string& url, const domain::Policy& policy,
                           const domain::Catalog& catalog,
                           server::WallClock clock)
    : policy_(policy),
      catalog_(catalog),
      clock_(std::move(clock)),
      connection_(url) {
  connection_.prepare("person", kPerson);
  connection_.prepare("rows", kRows);
  connection_.prepare("insert_row", kInsertRow);
  connection_.prepare("update_row", kUpdateRow);
  connection_.prepare("insert_settlement", kInsertSettlement);
}

absl::StatusOr<std::string> NaiveSettler::Settle(const wire::SettleAsk& ask) {
  if (!ask.claim.account.relatives.empty()) {
    return MakeError(absl::StatusCode::kUnimplemented, "UNIMPLEMENTED",
                     "this server settles no claims that name relatives");
  }
  try {
    return SettleInTransaction(CommandOf(ask));
  } catch (const std::exception& error) {
    return Unavailable(error);
  }
}

absl::StatusOr<std::string> NaiveSettler::SettleInTransaction(
    const domain::SettleCommand& command) {
  domain::Book book(policy_, catalog_, clock_());
  pqxx::work transaction(connection_);
  ONESTOP_RETURN_IF_ERROR(
      ReadPerson(command.claim.person_id, transaction, book));
  ONESTOP_ASSIGN_OR_RETURN(std::string settled_before,
                           ReadRows(command, transaction, book));
  if (!settled_before.empty()) return settled_before;
  ONESTOP_ASSIGN_OR_RETURN(domain::SettleDecision decision,
                           book.Settle(command));
  if (decision.kind != domain::SettleDecision::Kind::kSettled) {
    return MakeError(absl::StatusCode::kUnimplemented, "UNIMPLEMENTED",
                     "this server expects no cash to be quoted");
  }
  SettlementRecord& record = *decision.record;
  record.reply = wire::SettleReply(record, decision.outcome, catalog_);
  for (const LedgerWrite& write : book.LedgerWrites()) {
    WriteRow(write, transaction);
  }
  WriteSettlement(record, transaction);
  transaction.commit();
  return record.reply;
}

}  // namespace onestop::bench
