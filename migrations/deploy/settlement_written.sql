-- Deploy onestop:settlement_written
-- Finds settlements by the transaction that wrote them.

-- Without a transaction around it: the table is read and written all the while,
-- and what waits here for others is waited for by nobody. Cut short it leaves an
-- index that nobody uses, which goes when this is run again.
DROP INDEX CONCURRENTLY IF EXISTS settlement_written;
CREATE INDEX CONCURRENTLY settlement_written ON settlement (written_by)
  WHERE written_by IS NOT NULL;
