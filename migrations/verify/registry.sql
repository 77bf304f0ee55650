-- Verify onestop:registry
-- Its columns, keys and indexes are there.

BEGIN;

SELECT version, person_id, data FROM person WHERE false;
SELECT version, written_at, person_id, data FROM person_version WHERE false;
SELECT 1 / count(*) FROM pg_constraint
  WHERE conrelid = 'person'::regclass AND contype = 'p';
SELECT 1 / count(*) FROM pg_constraint
  WHERE conrelid = 'person_version'::regclass AND contype = 'p';

ROLLBACK;
