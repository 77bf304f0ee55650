-- Revert onestop:registered_at
-- Drops what it can fill again.

BEGIN;

DROP TABLE registered_at;

COMMIT;
