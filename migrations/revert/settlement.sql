-- Revert onestop:settlement
-- Drops its tables with everything in them.

BEGIN;

DROP TABLE settlement;

COMMIT;
