-- Revert onestop:settlement: drops its tables with everything in them.

BEGIN;

DROP TABLE settlement;

COMMIT;
