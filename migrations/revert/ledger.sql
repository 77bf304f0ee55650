-- Revert onestop:ledger
-- Drops its tables with everything in them.

BEGIN;

DROP TABLE ledger;

COMMIT;
