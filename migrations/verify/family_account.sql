-- Verify onestop:family_account
-- Its columns, key and index are there.

BEGIN;

SELECT person_id, owner_id FROM family_account WHERE false;
SELECT 1 / count(*) FROM pg_constraint
  WHERE conrelid = 'family_account'::regclass AND contype = 'p';
SELECT 'family_account_owner'::regclass;

ROLLBACK;
