-- Verify onestop:book
-- Its tables, columns, keys and indexes are there, and the projection's place.

BEGIN;

SELECT written_by FROM settlement WHERE false;
SELECT institution_id, booked_on, record_id, person_id, request_id, kind,
       insurance, gross, fund_pay, account FROM book WHERE false;
SELECT 1 / count(*) FROM book_state;
SELECT run_no, attempt, caller, request_id, institution_id, booked_from, booked_until,
       insurance, began_at, as_of, ended_at FROM reconciliation WHERE false;
SELECT run_no, booked_on, bucket, ledger, books, matched
  FROM reconciliation_bucket WHERE false;
SELECT run_no, booked_on, record_id, place, bucket, class, kind, other_day,
       ledger_person, ledger_gross, ledger_fund, ledger_account, books_person,
       books_gross, books_fund, books_account, request_id
  FROM reconciliation_difference WHERE false;
SELECT 1 / (CASE WHEN count(*) = 5 THEN 1 ELSE 0 END) FROM pg_constraint
  WHERE conrelid IN ('book'::regclass, 'book_state'::regclass,
                     'reconciliation'::regclass,
                     'reconciliation_bucket'::regclass,
                     'reconciliation_difference'::regclass)
    AND contype = 'p';
SELECT 'reconciliation_number'::regclass,
       'reconciliation_difference_record'::regclass;

ROLLBACK;
