-- Revert onestop:summaries
-- Leaves summaries to vacuum again.

BEGIN;

SET LOCAL lock_timeout = '2s';

ALTER INDEX settlement_booked RESET (autosummarize);
ALTER INDEX posting_booked RESET (autosummarize);

COMMIT;
