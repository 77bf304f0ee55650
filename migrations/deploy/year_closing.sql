-- Deploy onestop:year_closing
-- Who asked for a year to be closed, by the sender's key.

BEGIN;

-- A year is closed once, whoever asks again; each request is kept, so that the
-- same key for another year is recognised.
CREATE TABLE year_closing (
  asked_at   timestamptz NOT NULL DEFAULT now(),
  year       integer NOT NULL,
  caller     text COLLATE "C" NOT NULL,
  request_id text COLLATE "C" NOT NULL,
  PRIMARY KEY (caller, request_id)
);

COMMIT;
