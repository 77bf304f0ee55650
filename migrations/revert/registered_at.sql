-- Revert onestop:registered_at
-- Drops what it can fill again.

BEGIN;

SET LOCAL lock_timeout = '2s';

DROP TABLE registered_at;

COMMIT;
