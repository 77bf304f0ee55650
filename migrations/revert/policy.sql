-- Revert onestop:policy
-- Drops its tables with everything in them.

BEGIN;

DROP TABLE policy;

COMMIT;
