-- Verify onestop:registered_at
-- Its columns, key and index are there.

BEGIN;

SELECT person_id, institution_id FROM registered_at WHERE false;
SELECT 1 / count(*) FROM pg_constraint
  WHERE conrelid = 'registered_at'::regclass AND contype = 'p';
SELECT 'registered_at_institution'::regclass;

ROLLBACK;
