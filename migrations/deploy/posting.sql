-- Deploy onestop:posting
-- What agencies add to counters, append-only; closed years.

BEGIN;

CREATE TABLE posting (
  amount      bigint NOT NULL,
  row_version bigint NOT NULL,
  booked_at   timestamptz NOT NULL,
  booked_on   date NOT NULL,
  year        integer NOT NULL,
  until       date,
  person_id   text COLLATE "C" NOT NULL,
  kind        text COLLATE "C" NOT NULL,
  posting_id  text COLLATE "C" NOT NULL,
  counter     text COLLATE "C" NOT NULL,
  caller      text COLLATE "C" NOT NULL,
  PRIMARY KEY (person_id, kind, posting_id)
);
COMMENT ON COLUMN posting.kind IS 'opening, usage, credit, premium';
COMMENT ON COLUMN posting.amount IS
  'fen; for rx/… ten-thousandths of a unit';
COMMENT ON COLUMN posting.row_version IS
  'the version that it gave to the ledger row of person and year';
COMMENT ON COLUMN posting.until IS
  'rx/…, supply/…: the last day it can matter; null: for ever';

CREATE INDEX posting_booked ON posting
  USING brin (booked_on, booked_at) WITH (pages_per_range = 32);

CREATE TABLE closed_year (
  year      integer PRIMARY KEY,
  closed_at timestamptz NOT NULL DEFAULT now()
);

COMMIT;
