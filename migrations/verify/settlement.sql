-- Verify onestop:settlement
-- Its columns, keys and indexes are there.

BEGIN;

SELECT gross, scheme_pay, critical_illness, large_amount, medical_assistance,
       commercial, fund_pay, account, family_account, cash, booked_at,
       booked_on, service_date, kind, insurance, settlement_id, reverses,
       person_id, institution_id, region, request_id, policy_revision, record,
       reply
  FROM settlement WHERE false;
SELECT 1 / count(*) FROM pg_constraint
  WHERE conrelid = 'settlement'::regclass AND contype = 'p';
SELECT 'settlement_booked'::regclass;

ROLLBACK;
