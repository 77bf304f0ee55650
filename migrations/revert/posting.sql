-- Revert onestop:posting
-- Drops its tables with everything in them.

BEGIN;

DROP TABLE closed_year;
DROP TABLE posting;

COMMIT;
