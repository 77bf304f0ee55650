// Every SQL statement of clearing, by name; as storage/sql.h.
#ifndef ONESTOP_STORAGE_CLEARING_SQL_H_
#define ONESTOP_STORAGE_CLEARING_SQL_H_

#include "storage/sql.h"

namespace onestop::storage::sql {

// ---- the cut ----

#define ONESTOP_STATEMENT_COLUMNS                                          \
  "SELECT institution_id, month, due_on, statement_no, cut_at, first_day," \
  "       shared_day, shared_id, closed_at FROM clearing_statement"
// $1 institution, $2 month.
inline constexpr Statement kFindStatement = {
    "find_statement", ONESTOP_STATEMENT_COLUMNS
    " WHERE institution_id = $1 AND month = $2::date"};
// $1 institution, $2 month: the last month that is cut, and the first one
// between it and $2 that holds anything.
inline constexpr Statement kOpenMonths = {
    "open_months",
    "WITH last AS MATERIALIZED ("
    "  SELECT max(month) AS month, coalesce((max(month) + interval '1 month')"
    "           ::date, '-infinity') AS next"
    "    FROM clearing_statement WHERE institution_id = $1)"
    " SELECT last.month, least("
    "   (SELECT date_trunc('month', min(booked_on)::timestamp)::date FROM book"
    "     WHERE institution_id = $1 AND booked_on >= last.next"
    "       AND booked_on < $2::date),"
    "   (SELECT min(counts_in) FROM book"
    "     WHERE institution_id = $1 AND counts_in > booked_on"
    "       AND counts_in >= last.next AND counts_in < $2::date),"
    "   (SELECT min(a.month) FROM clearing_adjustment a"
    "     WHERE a.institution_id = $1 AND a.month >= last.next"
    "       AND a.month < $2::date))"
    "  FROM last"};
// $1 institution, $2 month, $3 due, $4 the place. Under the lock of book_state:
// nothing is taken into the books meanwhile, and the numbers have no gap.
inline constexpr Statement kCutStatement = {
    "cut_statement",
    "WITH first AS MATERIALIZED ("
    "  SELECT least($2::date, (SELECT min(booked_on) FROM book"
    "           WHERE institution_id = $1 AND counts_in = $2::date"
    "             AND counts_in > booked_on)) AS day)"
    " INSERT INTO clearing_statement (institution_id, month, due_on,"
    "   statement_no, cut_place, first_day, shared_day)"
    " SELECT $1, $2::date, $3::date,"
    "        coalesce((SELECT max(statement_no) FROM clearing_statement), 0) + "
    "1,"
    "        $4::int8, first.day, first.day FROM first"};

// ---- shares and sums ----

#define ONESTOP_COUNTED_COLUMNS(b)                                          \
  b ".booked_on, " b ".record_id, " b ".person_id, " b ".request_id, " b    \
    ".kind, " b ".region, " b ".insurance, " b ".gross, " b ".fund_pay, " b \
    ".critical_illness, " b ".large_amount, " b ".medical_assistance, " b   \
    ".commercial, " b ".account"
// $1 institution, $2 month, $3 first day.
#define ONESTOP_COUNTED(b)                                       \
  b ".institution_id = $1 AND " b ".counts_in = $2::date AND " b \
    ".booked_on >= $3::date AND " b                              \
    ".booked_on < ($2::date + interval '1 month')::date"

// $4 and $5 the place after which it goes on, $6 how many. With the reply of
// the settlement, or of what the reversal took back.
inline constexpr Statement kReadAnswered = {
    "read_answered",
    "WITH page AS MATERIALIZED ("
    "  SELECT " ONESTOP_COUNTED_COLUMNS("b") " FROM book b"
    "   WHERE " ONESTOP_COUNTED("b")
    "     AND (b.booked_on, b.record_id) > ($4::date, $5::uuid)"
    "   ORDER BY b.booked_on, b.record_id LIMIT $6::int8)"
    " SELECT " ONESTOP_COUNTED_COLUMNS("p") ", t.reply FROM page p"
    "   LEFT JOIN settlement s ON s.person_id = p.person_id"
    "                         AND s.settlement_id = p.record_id"
    "   LEFT JOIN settlement t ON t.person_id = p.person_id"
    "     AND t.settlement_id = coalesce(s.reverses, s.settlement_id)"
    "  ORDER BY p.booked_on, p.record_id"};
// $1 number; then column by column.
inline constexpr Statement kPutShares = {
    "put_shares",
    "INSERT INTO clearing_share (statement_no, region, insurance, scheme,"
    "  booked_on, record_id, kind, person_id, gross, pay, negotiated_gross,"
    "  negotiated_pay, procured_gross, procured_pay)"
    " SELECT $1::int8, * FROM unnest($2::text[], $3::int2[], $4::text[],"
    "   $5::date[], $6::uuid[], $7::int2[], $8::text[], $9::int8[],"
    "   $10::int8[], $11::int8[], $12::int8[], $13::int8[], $14::int8[])"
    " ON CONFLICT DO NOTHING"};
// $1 number, $2 and $3 the place.
inline constexpr Statement kMoveShares = {
    "move_shares",
    "UPDATE clearing_statement SET shared_day = $2::date, shared_id = $3::uuid"
    " WHERE statement_no = $1::int8"
    "   AND (shared_day, shared_id) < ($2::date, $3::uuid)"};
inline constexpr Statement kSumParts = {
    "sum_parts",
    "SELECT b.region, b.insurance,"
    "       count(*) FILTER (WHERE b.kind = 1),"
    "       count(*) FILTER (WHERE b.kind = 2),"
    "       count(*) FILTER (WHERE b.counts_in > b.booked_on),"
    "       count(DISTINCT b.person_id) FILTER (WHERE b.kind = 1),"
    "       sum(b.gross)::int8,"
    "       sum(b.fund_pay - b.critical_illness - b.large_amount"
    "           - b.medical_assistance - b.commercial)::int8,"
    "       sum(b.critical_illness)::int8, sum(b.large_amount)::int8,"
    "       sum(b.medical_assistance)::int8, sum(b.commercial)::int8,"
    "       sum(b.account)::int8"
    "  FROM book b WHERE " ONESTOP_COUNTED(
        "b") "  GROUP BY b.region, b.insurance ORDER BY b.region, b.insurance"};
// $1 number.
inline constexpr Statement kSumSchemes = {
    "sum_schemes",
    "SELECT region, insurance, scheme,"
    "       count(*) FILTER (WHERE kind = 1), count(*) FILTER (WHERE kind = 2),"
    "       count(DISTINCT person_id) FILTER (WHERE kind = 1),"
    "       sum(gross)::int8, sum(pay)::int8, sum(negotiated_gross)::int8,"
    "       sum(negotiated_pay)::int8, sum(procured_gross)::int8,"
    "       sum(procured_pay)::int8"
    "  FROM clearing_share WHERE statement_no = $1::int8"
    " GROUP BY region, insurance, scheme ORDER BY region, insurance, scheme"};

// ---- what is written at the end ----

// $1 number; then column by column, as the three reads below have them.
inline constexpr Statement kWriteParts = {
    "write_parts",
    "INSERT INTO clearing_part (statement_no, region, insurance, settlements,"
    "  reversals, late, persons, gross, scheme_pay, critical_illness,"
    "  large_amount, medical_assistance, commercial, account)"
    " SELECT $1::int8, * FROM unnest($2::text[], $3::int2[], $4::int8[],"
    "   $5::int8[], $6::int8[], $7::int8[], $8::int8[], $9::int8[],"
    "   $10::int8[], $11::int8[], $12::int8[], $13::int8[], $14::int8[])"
    " ON CONFLICT DO NOTHING"};
inline constexpr Statement kWriteSchemes = {
    "write_schemes",
    "INSERT INTO clearing_scheme (statement_no, region, insurance, scheme,"
    "  settlements, reversals, persons, gross, pay, negotiated_gross,"
    "  negotiated_pay, procured_gross, procured_pay)"
    " SELECT $1::int8, * FROM unnest($2::text[], $3::int2[], $4::text[],"
    "   $5::int8[], $6::int8[], $7::int8[], $8::int8[], $9::int8[],"
    "   $10::int8[], $11::int8[], $12::int8[], $13::int8[])"
    " ON CONFLICT DO NOTHING"};
inline constexpr Statement kWritePayables = {
    "write_payables",
    "INSERT INTO clearing_payable (statement_no, region, fund_pay, account,"
    "  adjusted)"
    " SELECT $1::int8, * FROM unnest($2::text[], $3::int8[], $4::int8[],"
    "   $5::int8[]) ON CONFLICT DO NOTHING"};
// $1 number.
inline constexpr Statement kCloseStatement = {
    "close_statement",
    "UPDATE clearing_statement SET closed_at = now()"
    " WHERE statement_no = $1::int8 AND closed_at IS NULL"};
// $1 number.
inline constexpr Statement kReadParts = {
    "read_parts",
    "SELECT region, insurance, settlements, reversals, late, persons, gross,"
    "       scheme_pay, critical_illness, large_amount, medical_assistance,"
    "       commercial, account"
    "  FROM clearing_part WHERE statement_no = $1::int8"
    " ORDER BY region, insurance"};
inline constexpr Statement kReadSchemes = {
    "read_schemes",
    "SELECT region, insurance, scheme, settlements, reversals, persons, gross,"
    "       pay, negotiated_gross, negotiated_pay, procured_gross, procured_pay"
    "  FROM clearing_scheme WHERE statement_no = $1::int8"
    " ORDER BY region, insurance, scheme"};
inline constexpr Statement kReadPayables = {
    "read_payables",
    "SELECT region, fund_pay, account, adjusted FROM clearing_payable"
    " WHERE statement_no = $1::int8 ORDER BY region"};

// ---- the rows of a statement ----

// As kReadAnswered without the reply; $7 region or '', $8 insurance, $9 late
// ones only.
inline constexpr Statement kListCounted = {
    "list_counted",
    "SELECT " ONESTOP_COUNTED_COLUMNS("b") " FROM book b"
    " WHERE " ONESTOP_COUNTED("b")
    "   AND (b.booked_on, b.record_id) > ($4::date, $5::uuid)"
    "   AND ($7::text = '' OR b.region = $7::text)"
    "   AND ($8::int8 = 0 OR b.insurance = $8::int8)"
    "   AND ($9::int8 = 0 OR b.counts_in > b.booked_on)"
    " ORDER BY b.booked_on, b.record_id LIMIT $6::int8"};
// $1 number, $2 region, $3 insurance, $4 scheme, $5 and $6 the place, $7 how
// many, $8 institution, $9 late ones only.
inline constexpr Statement kListShares = {
    "list_shares",
    "SELECT " ONESTOP_COUNTED_COLUMNS("b") ","
    "       c.gross, c.pay, c.negotiated_gross, c.negotiated_pay,"
    "       c.procured_gross, c.procured_pay"
    "  FROM clearing_share c JOIN book b ON b.institution_id = $8"
    "   AND b.booked_on = c.booked_on AND b.record_id = c.record_id"
    " WHERE c.statement_no = $1::int8 AND c.region = $2"
    "   AND c.insurance = $3::int8::int2 AND c.scheme = $4"
    "   AND (c.booked_on, c.record_id) > ($5::date, $6::uuid)"
    "   AND ($9::int8 = 0 OR b.counts_in > b.booked_on)"
    " ORDER BY c.booked_on, c.record_id LIMIT $7::int8"};

// ---- adjustments and payments ----

#define ONESTOP_ADJUSTMENT_COLUMNS                                          \
  "SELECT caller, request_id, institution_id, month, region, kind, amount," \
  "       reason, operator_id, recorded_at FROM clearing_adjustment"
// $1 institution, $2 month.
inline constexpr Statement kReadAdjustments = {
    "read_adjustments", ONESTOP_ADJUSTMENT_COLUMNS
    " WHERE institution_id = $1 AND month = $2::date ORDER BY entry_no"};
// $1 caller, $2 request id.
inline constexpr Statement kFindAdjustment = {
    "find_adjustment",
    ONESTOP_ADJUSTMENT_COLUMNS " WHERE caller = $1 AND request_id = $2"};
// $1 caller, $2 request id, $3 institution, $4 month, $5 region, $6 kind, $7
// amount, $8 reason, $9 operator. Writes nothing into a month that is cut.
inline constexpr Statement kAddAdjustment = {
    "add_adjustment",
    "INSERT INTO clearing_adjustment (caller, request_id, institution_id,"
    "  month, region, kind, amount, reason, operator_id)"
    " SELECT $1, $2, $3, $4::date, $5, $6::int8::int2, $7::int8, $8, $9"
    "  WHERE NOT EXISTS (SELECT FROM clearing_statement"
    "    WHERE institution_id = $3 AND month >= $4::date)"
    " ON CONFLICT DO NOTHING RETURNING entry_no"};

#define ONESTOP_PAYMENT_COLUMNS                                       \
  "SELECT caller, request_id, statement_no, region, amount, paid_on," \
  "       reference, recorded_at FROM clearing_payment"
// $1 number.
inline constexpr Statement kReadPayments = {
    "read_payments",
    ONESTOP_PAYMENT_COLUMNS " WHERE statement_no = $1::int8 ORDER BY entry_no"};
// $1 caller, $2 request id.
inline constexpr Statement kFindPayment = {
    "find_payment",
    ONESTOP_PAYMENT_COLUMNS " WHERE caller = $1 AND request_id = $2"};
// $1 number, $2 region: holds the payable, so that payments of it take turns.
inline constexpr Statement kHoldPayable = {
    "hold_payable",
    "SELECT fund_pay + account + adjusted FROM clearing_payable"
    " WHERE statement_no = $1::int8 AND region = $2 FOR UPDATE"};
// $1 number, $2 region.
inline constexpr Statement kPaidSoFar = {
    "paid_so_far",
    "SELECT coalesce(sum(amount), 0)::int8 FROM clearing_payment"
    " WHERE statement_no = $1::int8 AND region = $2"};
// $1 caller, $2 request id, $3 number, $4 region, $5 amount, $6 day, $7
// reference. No row: the id, sent for another region at once, came first.
inline constexpr Statement kAddPayment = {
    "add_payment",
    "INSERT INTO clearing_payment (caller, request_id, statement_no, region,"
    "  amount, paid_on, reference)"
    " VALUES ($1, $2, $3::int8, $4, $5::int8, $6::date, $7)"
    " ON CONFLICT DO NOTHING RETURNING entry_no"};

// $1 institution or '', $2 region or '', $3 and $4 months, $5 the state, $6
// today, $7 and $8 the place after which it goes on, $9 how many.
inline constexpr Statement kListDue = {
    "list_due",
    "SELECT * FROM ("
    "  SELECT s.institution_id, s.month, s.due_on, s.statement_no, s.cut_at,"
    "         s.first_day, s.shared_day, s.shared_id, s.closed_at,"
    "         coalesce(p.region, '') AS region,"
    "         coalesce(p.fund_pay + p.account + p.adjusted, 0) AS payable,"
    "         coalesce(y.paid, 0)::int8 AS paid, y.last_paid_on"
    "    FROM clearing_statement s"
    "    LEFT JOIN clearing_payable p USING (statement_no)"
    "    LEFT JOIN LATERAL ("
    "      SELECT sum(amount) AS paid, max(paid_on) AS last_paid_on"
    "        FROM clearing_payment"
    "       WHERE statement_no = p.statement_no AND region = p.region) y"
    "      ON true"
    "   WHERE ($1::text = '' OR s.institution_id = $1::text)"
    "     AND s.month BETWEEN $3::date AND $4::date"
    "     AND s.statement_no >= $7::int8) due"
    " WHERE ($2::text = '' OR region = $2::text OR closed_at IS NULL)"
    "   AND (statement_no, region) > ($7::int8, $8::text)"
    "   AND CASE $5::int8 WHEN 0 THEN true"
    "         WHEN 5 THEN closed_at IS NULL"
    "         ELSE closed_at IS NOT NULL AND CASE $5::int8"
    "           WHEN 1 THEN paid < payable"
    "           WHEN 2 THEN paid < payable AND due_on < $6::date"
    "           WHEN 3 THEN paid >= payable AND payable >= 0"
    "           ELSE payable < 0 END END"
    " ORDER BY statement_no, region LIMIT $9::int8"};

}  // namespace onestop::storage::sql

#endif  // ONESTOP_STORAGE_CLEARING_SQL_H_
