// Every SQL statement of PgBooks, by name; as storage/sql.h.
#ifndef ONESTOP_STORAGE_BOOK_SQL_H_
#define ONESTOP_STORAGE_BOOK_SQL_H_

#include "storage/sql.h"

namespace onestop::storage::sql {

// ---- the projection ----

// Holds the place against other replicas. Before it: how far rows are whole,
// and whether this is the cluster that the place was written in.
inline constexpr Statement kHoldBookState = {
    "hold_book_state",
    "SELECT s.filled_until,"
    "       pg_snapshot_xmin(pg_current_snapshot())::text::int8,"
    "       s.caught_up, s.cluster = c.system_identifier, s.after_person,"
    "       s.after_id"
    "  FROM book_state s, pg_control_system() c FOR UPDATE OF s"};
// A dump from another cluster came with that one's transaction numbers: walk
// through everything once. $1 how far rows are whole here.
inline constexpr Statement kRestartBook = {
    "restart_book",
    "UPDATE book_state SET caught_up = false, filled_until = $1::int8,"
    "  after_person = '', after_id = '00000000-0000-0000-0000-000000000000',"
    "  cluster = (SELECT system_identifier FROM pg_control_system())"};
// A row counts in the month in which it was booked or, if the institution has a
// statement of that one or a later one, in the month after the last. That month
// is looked up once for an institution and statement (PostgreSQL memoizes it).
#define ONESTOP_BOOK_INSERT(s)                                                \
  "INSERT INTO book (institution_id, booked_on, record_id, person_id,"        \
  "  request_id, kind, insurance, region, gross, fund_pay, critical_illness," \
  "  large_amount, medical_assistance, commercial, account, counts_in)"       \
  " SELECT " s ".institution_id, " s ".booked_on, " s ".settlement_id, " s    \
  ".person_id, " s ".request_id, " s ".kind, " s ".insurance, " s             \
  ".region, " s ".gross, " s ".fund_pay, " s ".critical_illness, " s          \
  ".large_amount, " s ".medical_assistance, " s ".commercial, " s             \
  ".account + " s                                                             \
  ".family_account,"                                                          \
  "  greatest(date_trunc('month', " s                                         \
  ".booked_on::timestamp)::date,"                                             \
  "   c.after_last)"
#define ONESTOP_BOOK_MONTHS(s)                                         \
  "  LEFT JOIN LATERAL ("                                              \
  "    SELECT (max(c.month) + interval '1 month')::date AS after_last" \
  "      FROM clearing_statement c"                                    \
  "     WHERE c.institution_id = " s ".institution_id) c ON true"
// $1 and $2 the key after which it goes on, $3 how many.
inline constexpr Statement kFillBookByKey = {
    "fill_book_by_key",
    "WITH page AS MATERIALIZED ("
    "  SELECT institution_id, booked_on, settlement_id, person_id, request_id,"
    "         kind, insurance, region, gross, fund_pay, critical_illness,"
    "         large_amount, medical_assistance, commercial, account,"
    "         family_account"
    "    FROM settlement"
    "   WHERE (person_id, settlement_id) > ($1::text, $2::uuid)"
    "   ORDER BY person_id, settlement_id LIMIT $3::int8),"
    " put AS (" ONESTOP_BOOK_INSERT("p")
    "    FROM page p" ONESTOP_BOOK_MONTHS("p")
    "   WHERE p.kind <> 3 ON CONFLICT DO NOTHING),"
    " last AS ("
    "  SELECT person_id, settlement_id FROM page"
    "   ORDER BY person_id DESC, settlement_id DESC LIMIT 1)"
    " UPDATE book_state SET"
    "   after_person = coalesce((SELECT person_id FROM last), after_person),"
    "   after_id = coalesce((SELECT settlement_id FROM last), after_id),"
    "   caught_up = (SELECT count(*) < $3::int8 FROM page)"};
// The rows of the transactions from $1 to below $2, all of them ended. Where
// some may be there already, kFillBookAgain; it costs half as much again.
#define ONESTOP_FILL_BOOK                                       \
  ONESTOP_BOOK_INSERT("s")                                      \
  " FROM settlement s" ONESTOP_BOOK_MONTHS("s")                 \
  " WHERE s.written_by >= $1::int8 AND s.written_by < $2::int8" \
  "   AND s.kind <> 3"
inline constexpr Statement kFillBook = {"fill_book", ONESTOP_FILL_BOOK};
inline constexpr Statement kFillBookAgain = {
    "fill_book_again", ONESTOP_FILL_BOOK " ON CONFLICT DO NOTHING"};
#undef ONESTOP_FILL_BOOK
#undef ONESTOP_BOOK_MONTHS
#undef ONESTOP_BOOK_INSERT
inline constexpr Statement kMoveBook = {
    "move_book", "UPDATE book_state SET filled_until = $1::int8"};
// Behind every transaction that has committed.
inline constexpr Statement kBookNow = {
    "book_now", "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::int8"};
inline constexpr Statement kBookState = {
    "book_state", "SELECT caught_up, filled_until FROM book_state"};

// $1 institution; $2, $3 from day and id; $4, $5 until day and id; $6 the
// insurance or 0; $7 how many.
inline constexpr Statement kReadBook = {
    "read_book",
    "SELECT booked_on, record_id, person_id, request_id, kind, gross, fund_pay,"
    "       account"
    "  FROM book WHERE institution_id = $1"
    "   AND (booked_on, record_id) >= ($2::date, $3::uuid)"
    "   AND (booked_on, record_id) <= ($4::date, $5::uuid)"
    "   AND ($6::int8 = 0 OR insurance = $6::int8)"
    " ORDER BY booked_on, record_id LIMIT $7::int8"};
// Of one day. Comparing pairs, PostgreSQL would read the index to the end of
// the day. $1 institution; $2 day; $3, $4 from and until id; $5 the insurance
// or 0; $6 how many.
inline constexpr Statement kReadBookDay = {
    "read_book_day",
    "SELECT booked_on, record_id, person_id, request_id, kind, gross, fund_pay,"
    "       account"
    "  FROM book WHERE institution_id = $1 AND booked_on = $2::date"
    "   AND record_id >= $3::uuid AND record_id <= $4::uuid"
    "   AND ($5::int8 = 0 OR insurance = $5::int8)"
    " ORDER BY record_id LIMIT $6::int8"};

// ---- comparisons ----

// $1 caller, $2 request id, $3 institution, $4 insurance, $5 and $6 days, $7 as
// of when. The same again is under way again.
inline constexpr Statement kBeginReconciliation = {
    "begin_reconciliation",
    "INSERT INTO reconciliation AS r (caller, request_id, institution_id,"
    "  insurance, booked_from, booked_until, as_of)"
    " VALUES ($1::text, $2::text, $3::text, $4::int8, $5::date, $6::date,"
    "   $7::timestamptz)"
    " ON CONFLICT (caller, request_id) DO UPDATE"
    "   SET ended_at = NULL, as_of = excluded.as_of, attempt = r.attempt + 1"
    " WHERE (r.institution_id, r.insurance, r.booked_from, r.booked_until) ="
    "   (excluded.institution_id, excluded.insurance, excluded.booked_from,"
    "    excluded.booked_until)"};
// $1 caller, $2 request id.
inline constexpr Statement kFindReconciliation = {
    "find_reconciliation",
    "SELECT run_no, institution_id, insurance, booked_from, booked_until,"
    "       ended_at IS NOT NULL, as_of, attempt"
    "  FROM reconciliation WHERE caller = $1 AND request_id = $2"};
// $1 run, $2 attempt: a row as long as it is the latest, which it then stays to
// the end of the transaction.
inline constexpr Statement kHoldAttempt = {
    "hold_attempt",
    "SELECT 1 FROM reconciliation WHERE run_no = $1::int8"
    "   AND attempt = $2::int8 FOR NO KEY UPDATE"};
#define ONESTOP_IF_LATEST(attempt)                          \
  " EXISTS (SELECT FROM reconciliation r WHERE r.run_no = " \
  "$1::int8 AND r.attempt = " attempt "::int8)"
// $1 run, $2 day.
inline constexpr Statement kComparedBuckets = {
    "compared_buckets",
    "SELECT bucket, ledger, books, matched FROM reconciliation_bucket"
    " WHERE run_no = $1::int8 AND booked_on = $2::date"};
// What follows writes nothing unless the attempt is the latest. $1 run, $2
// attempt, $3 day, $4 buckets: theirs.
inline constexpr Statement kDropBuckets = {
    "drop_buckets",
    "WITH gone AS ("
    "  DELETE FROM reconciliation_difference WHERE run_no = $1::int8"
    "     AND booked_on = $3::date AND bucket = ANY ($4::int2[])"
    "     AND" ONESTOP_IF_LATEST("$2") ")"
    " DELETE FROM reconciliation_bucket WHERE run_no = $1::int8"
    "    AND booked_on = $3::date AND bucket = ANY ($4::int2[])"
    "    AND" ONESTOP_IF_LATEST("$2")};
// The same, theirs kept and all others of the day dropped.
inline constexpr Statement kDropOtherBuckets = {
    "drop_other_buckets",
    "WITH gone AS ("
    "  DELETE FROM reconciliation_difference WHERE run_no = $1::int8"
    "     AND booked_on = $3::date AND bucket <> ALL ($4::int2[])"
    "     AND" ONESTOP_IF_LATEST("$2") ")"
    " DELETE FROM reconciliation_bucket WHERE run_no = $1::int8"
    "    AND booked_on = $3::date AND bucket <> ALL ($4::int2[])"
    "    AND" ONESTOP_IF_LATEST("$2")};
// $1 run, $2 attempt, $3 day, $4 buckets, $5 and $6 digests, $7 matched.
inline constexpr Statement kAddBuckets = {
    "add_buckets",
    "INSERT INTO reconciliation_bucket (run_no, booked_on, bucket, ledger,"
    "  books, matched)"
    " SELECT $1::int8, $3::date, * FROM unnest($4::int2[], $5::bytea[],"
    "   $6::bytea[], $7::int8[]) WHERE" ONESTOP_IF_LATEST("$2")};
// $1 run, $2 attempt, $3 day, then column by column.
inline constexpr Statement kAddDifferences = {
    "add_differences",
    "INSERT INTO reconciliation_difference (run_no, booked_on, bucket, place,"
    "  class, kind, record_id, request_id, ledger_person, ledger_gross,"
    "  ledger_fund, ledger_account, books_person, books_gross, books_fund,"
    "  books_account)"
    " SELECT $1::int8, $3::date, * FROM unnest($4::int2[], $5::int2[],"
    "   $6::int2[], $7::int2[], $8::uuid[], $9::text[], $10::text[],"
    "   $11::int8[], $12::int8[], $13::int8[], $14::text[], $15::int8[],"
    "   $16::int8[], $17::int8[]) WHERE" ONESTOP_IF_LATEST("$2")};
// $1 run, $2 attempt. A row that one side has under one day and the other under
// another.
inline constexpr Statement kPairDays = {
    "pair_days",
    "UPDATE reconciliation_difference d SET other_day = ("
    "   SELECT min(o.booked_on) FROM reconciliation_difference o"
    "    WHERE o.run_no = d.run_no AND o.record_id = d.record_id"
    "      AND o.class = 3 - d.class)"
    " WHERE d.run_no = $1::int8 AND d.class IN (1, 2) AND d.record_id IN ("
    "   SELECT record_id FROM reconciliation_difference"
    "    WHERE run_no = $1::int8 AND (class IN (1, 2))"
    "    GROUP BY record_id HAVING count(*) > 1 OR max(other_day) IS NOT "
    "NULL)"
    "   AND" ONESTOP_IF_LATEST("$2")};
// $1 run, $2 attempt.
inline constexpr Statement kEndReconciliation = {
    "end_reconciliation",
    "UPDATE reconciliation SET ended_at = now() WHERE run_no = $1::int8"
    "   AND attempt = $2::int8"};
#undef ONESTOP_IF_LATEST
// $1 run: class, whether under another day, how many; class 0: matched.
inline constexpr Statement kCountDifferences = {
    "count_differences",
    "SELECT 0::int2, false, coalesce(sum(matched), 0)::int8"
    "  FROM reconciliation_bucket WHERE run_no = $1::int8"
    " UNION ALL"
    " SELECT class, other_day IS NOT NULL, count(*)"
    "  FROM reconciliation_difference WHERE run_no = $1::int8 GROUP BY 1, 2"};
// $1 run; $2, $3, $4 the place after which it begins; $5 how many.
inline constexpr Statement kListDifferences = {
    "list_differences",
    "SELECT d.booked_on, d.record_id, d.place, d.class, d.kind, d.request_id,"
    "       d.other_day,"
    "       d.ledger_person, d.ledger_gross, d.ledger_fund, d.ledger_account,"
    "       d.books_person, d.books_gross, d.books_fund, d.books_account,"
    "       coalesce(o.ledger_person, o.books_person),"
    "       coalesce(o.ledger_gross, o.books_gross),"
    "       coalesce(o.ledger_fund, o.books_fund),"
    "       coalesce(o.ledger_account, o.books_account)"
    "  FROM reconciliation_difference d"
    "  LEFT JOIN reconciliation_difference o ON o.run_no = d.run_no"
    "   AND o.booked_on = d.other_day AND o.record_id = d.record_id"
    "   AND o.class = 3 - d.class"
    " WHERE d.run_no = $1::int8"
    "   AND (d.booked_on, d.record_id, d.place) >"
    "       ($2::date, $3::uuid, $4::int8)"
    " ORDER BY d.booked_on, d.record_id, d.place LIMIT $5::int8"};

}  // namespace onestop::storage::sql

#endif  // ONESTOP_STORAGE_BOOK_SQL_H_
