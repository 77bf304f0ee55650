-- Deploy onestop:summaries
-- Block ranges of booking days are summarised as they fill.

BEGIN;

SET LOCAL lock_timeout = '2s';

-- A range without a summary is read by every question, and without the setting
-- below only a vacuum makes summaries, which comes to an append-only table when
-- it has grown by a fifth. First what has filled so far: that takes long and
-- stops nobody.
SELECT brin_summarize_new_values('settlement_booked'),
       brin_summarize_new_values('posting_booked');

-- Nobody reads or writes the tables from here to the end.
ALTER INDEX settlement_booked SET (autosummarize = on);
ALTER INDEX posting_booked SET (autosummarize = on);

COMMIT;
