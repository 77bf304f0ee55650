-- Deploy onestop:summaries
-- Block ranges of booking days are summarised as they fill.

BEGIN;

-- A range without a summary is read by every question, and without this only a
-- vacuum makes summaries, which comes to an append-only table when it has grown
-- by a fifth.
ALTER INDEX settlement_booked SET (autosummarize = on);
ALTER INDEX posting_booked SET (autosummarize = on);

-- What has filled so far.
SELECT brin_summarize_new_values('settlement_booked'),
       brin_summarize_new_values('posting_booked');

COMMIT;
