-- Revert onestop:family_account
-- Drops its table; every pair can be read from the owners' rows.

BEGIN;

DROP TABLE family_account;

COMMIT;
