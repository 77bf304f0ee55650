-- Verify onestop:summaries
-- Both indexes on booking days summarise by themselves.

BEGIN;

SELECT 1 / (CASE WHEN count(*) = 2 THEN 1 ELSE 0 END)
  FROM pg_class
 WHERE relname IN ('settlement_booked', 'posting_booked')
   AND 'autosummarize=on' = ANY (reloptions);

ROLLBACK;
