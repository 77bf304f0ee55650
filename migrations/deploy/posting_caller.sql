-- Deploy onestop:posting_caller
-- The sender's id of a posting is unique per caller, person and kind.

BEGIN;

SET LOCAL lock_timeout = '2s';

-- Postings wait while the key is built anew; settles do not read the table.
ALTER TABLE posting
  DROP CONSTRAINT posting_pkey,
  ADD CONSTRAINT posting_pkey
    PRIMARY KEY (person_id, kind, caller, posting_id);

COMMIT;
