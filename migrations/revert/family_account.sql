-- Revert onestop:family_account
-- Drops its table; every pair can be read from the owners' rows.

BEGIN;

SET LOCAL lock_timeout = '2s';

DROP TABLE family_account;

COMMIT;
