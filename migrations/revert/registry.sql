-- Revert onestop:registry: drops its tables with everything in them.

BEGIN;

DROP TABLE person_version;
DROP TABLE person;

COMMIT;
