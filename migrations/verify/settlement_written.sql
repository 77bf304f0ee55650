-- Verify onestop:settlement_written
-- The index is there, and was built to its end.

BEGIN;

SELECT 1 / count(*) FROM pg_index
  WHERE indexrelid = 'settlement_written'::regclass AND indisvalid;

ROLLBACK;
