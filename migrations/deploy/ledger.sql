-- Deploy onestop:ledger
-- The counters of each person and year.

BEGIN;

-- Narrow, rewritten by every settlement: room on each page keeps the updates
-- heap-only. version moves by one with every settlement, reversal or posting
-- that reads or moves the row; a row of version 0 is never committed.
CREATE TABLE ledger (
  version   bigint NOT NULL,
  year      integer NOT NULL,
  person_id text COLLATE "C" NOT NULL,
  data      bytea NOT NULL,
  PRIMARY KEY (person_id, year)
) WITH (
  fillfactor = 60,
  autovacuum_vacuum_scale_factor = 0.05,
  autovacuum_analyze_scale_factor = 0.2
);
COMMENT ON COLUMN ledger.year IS
  '0 holds what has no year: account, rx/…, supply/…';
COMMENT ON COLUMN ledger.data IS 'onestop.storage.v1.LedgerRecord';

COMMIT;
