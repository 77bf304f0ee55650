-- Deploy onestop:posting_caller
-- The sender's id of a posting is unique per caller, person and kind.

BEGIN;

ALTER TABLE posting
  DROP CONSTRAINT posting_pkey,
  ADD CONSTRAINT posting_pkey
    PRIMARY KEY (person_id, kind, caller, posting_id);

COMMIT;
