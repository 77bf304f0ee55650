-- Verify onestop:year_closing
-- Its columns and key are there.

BEGIN;

SELECT caller, request_id, year, asked_at FROM year_closing WHERE false;
SELECT 1 / count(*) FROM pg_constraint
  WHERE conrelid = 'year_closing'::regclass AND contype = 'p';

ROLLBACK;
