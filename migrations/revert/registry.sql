-- Revert onestop:registry
-- Drops its tables with everything in them.

BEGIN;

DROP TABLE person_version;
DROP TABLE person;

COMMIT;
