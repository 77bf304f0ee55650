-- Revert onestop:book
-- Drops the projection and what comparisons came to; the settlements stay.

BEGIN;

SET LOCAL lock_timeout = '2s';

DROP TABLE reconciliation_difference;
DROP TABLE reconciliation_bucket;
DROP TABLE reconciliation;
DROP TABLE book_state;
DROP TABLE book;
ALTER TABLE settlement DROP COLUMN written_by;

COMMIT;
