-- Revert onestop:roster
-- Drops its tables; the registrations stay.

BEGIN;

SET LOCAL lock_timeout = '2s';

DROP TABLE roster_member;
DROP TABLE roster;

COMMIT;
