-- Verify onestop:ledger
-- Its columns, keys and indexes are there.

BEGIN;

SELECT version, year, person_id, data FROM ledger WHERE false;
SELECT 1 / count(*) FROM pg_constraint
  WHERE conrelid = 'ledger'::regclass AND contype = 'p';

ROLLBACK;
