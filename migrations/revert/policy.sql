-- Revert onestop:policy: drops its tables with everything in them.

BEGIN;

DROP TABLE policy;

COMMIT;
