-- Verify onestop:posting_caller
-- The key names the caller.

BEGIN;

SELECT 1 / count(*) FROM pg_constraint
  WHERE conrelid = 'posting'::regclass AND contype = 'p'
    AND pg_get_constraintdef(oid) =
        'PRIMARY KEY (person_id, kind, caller, posting_id)';

ROLLBACK;
