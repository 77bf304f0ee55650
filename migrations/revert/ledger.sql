-- Revert onestop:ledger: drops its tables with everything in them.

BEGIN;

DROP TABLE ledger;

COMMIT;
