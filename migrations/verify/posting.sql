-- Verify onestop:posting
-- Its columns, keys and indexes are there.

BEGIN;

SELECT amount, row_version, booked_at, booked_on, year, until, person_id, kind,
       posting_id, counter, caller
  FROM posting WHERE false;
SELECT year, closed_at FROM closed_year WHERE false;
SELECT 1 / count(*) FROM pg_constraint
  WHERE conrelid = 'posting'::regclass AND contype = 'p';
SELECT 'posting_booked'::regclass;

ROLLBACK;
