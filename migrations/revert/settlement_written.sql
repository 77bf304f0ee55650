-- Revert onestop:settlement_written
-- Drops the index, without locking anybody out.

DROP INDEX CONCURRENTLY IF EXISTS settlement_written;
