-- Revert onestop:year_closing
-- Drops its table; the closed years stay.

BEGIN;

SET LOCAL lock_timeout = '2s';

DROP TABLE year_closing;

COMMIT;
