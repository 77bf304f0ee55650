-- Revert onestop:posting_caller
-- Fails, and changes nothing, while two callers share an id for one person.

BEGIN;

SET LOCAL lock_timeout = '2s';

ALTER TABLE posting
  DROP CONSTRAINT posting_pkey,
  ADD CONSTRAINT posting_pkey PRIMARY KEY (person_id, kind, posting_id);

COMMIT;
