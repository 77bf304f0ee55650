-- Verify onestop:roster
-- Its tables, keys and indexes are there.

BEGIN;

SELECT roster_no, caller, roster_id, region, month FROM roster WHERE false;
SELECT person_id, region, disease, roster_no, month, registration_id, revoked_by
  FROM roster_member WHERE false;
SELECT 1 / (CASE WHEN count(*) = 2 THEN 1 ELSE 0 END) FROM pg_constraint
  WHERE conrelid IN ('roster'::regclass, 'roster_member'::regclass)
    AND contype = 'p';
SELECT 'roster_number'::regclass, 'roster_member_region'::regclass;

ROLLBACK;
