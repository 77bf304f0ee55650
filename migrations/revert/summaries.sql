-- Revert onestop:summaries
-- Leaves summaries to vacuum again.

BEGIN;

ALTER INDEX settlement_booked RESET (autosummarize);
ALTER INDEX posting_booked RESET (autosummarize);

COMMIT;
