-- Verify onestop:clearing
-- Its tables, columns, keys and indexes are there.

BEGIN;

SELECT critical_illness, large_amount, medical_assistance, commercial,
       counts_in, region FROM book WHERE false;
SELECT institution_id, month, statement_no, cut_place, cut_at, closed_at,
       due_on, first_day, shared_day, shared_id
  FROM clearing_statement WHERE false;
SELECT statement_no, region, insurance, scheme, booked_on, record_id, kind,
       person_id, gross, pay, negotiated_gross, negotiated_pay,
       procured_gross, procured_pay FROM clearing_share WHERE false;
SELECT statement_no, region, insurance, settlements, reversals, late, persons,
       gross, scheme_pay, critical_illness, large_amount, medical_assistance,
       commercial, account FROM clearing_part WHERE false;
SELECT statement_no, region, insurance, scheme, settlements, reversals,
       persons, gross, pay, negotiated_gross, negotiated_pay, procured_gross,
       procured_pay FROM clearing_scheme WHERE false;
SELECT statement_no, region, fund_pay, account, adjusted
  FROM clearing_payable WHERE false;
SELECT entry_no, caller, request_id, institution_id, month, region, kind,
       amount, reason, operator_id, recorded_at
  FROM clearing_adjustment WHERE false;
SELECT entry_no, caller, request_id, statement_no, region, amount, paid_on,
       reference, recorded_at FROM clearing_payment WHERE false;
SELECT 1 / (CASE WHEN count(*) = 7 THEN 1 ELSE 0 END) FROM pg_constraint
  WHERE conrelid IN ('clearing_statement'::regclass, 'clearing_share'::regclass,
                     'clearing_part'::regclass, 'clearing_scheme'::regclass,
                     'clearing_payable'::regclass,
                     'clearing_adjustment'::regclass,
                     'clearing_payment'::regclass)
    AND contype = 'p';
SELECT 'book_late'::regclass, 'clearing_statement_number'::regclass,
       'clearing_adjustment_month'::regclass,
       'clearing_payment_statement'::regclass;

ROLLBACK;
