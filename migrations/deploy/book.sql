-- Deploy onestop:book
-- What institutions' books are compared with: a row a settlement, projected
-- behind the hot path, and what the comparisons came to.

BEGIN;

SET LOCAL lock_timeout = '2s';

-- The transaction that wrote the row. When no transaction with a lower number
-- is running, the rows below it are all there: what was projected up to it is
-- whole. Rows from before this change have none. (settlement_written finds them.)
ALTER TABLE settlement ADD COLUMN written_by bigint;
ALTER TABLE settlement
  ALTER COLUMN written_by SET DEFAULT pg_current_xact_id()::text::bigint;

CREATE TABLE book (
  gross          bigint NOT NULL,
  fund_pay       bigint NOT NULL,
  account        bigint NOT NULL,
  booked_on      date NOT NULL,
  kind           smallint NOT NULL,
  insurance      smallint NOT NULL,
  record_id      uuid NOT NULL,
  institution_id text COLLATE "C" NOT NULL,
  person_id      text COLLATE "C" NOT NULL,
  request_id     text COLLATE "C" NOT NULL,
  PRIMARY KEY (institution_id, booked_on, record_id)
);
COMMENT ON COLUMN book.account IS 'own account and relatives'' accounts';
COMMENT ON COLUMN book.kind IS '1 settlement, 2 reversal';

-- One row: how far the projection is. Transactions below filled_until are in;
-- where settlements were there before, or came with a dump from another
-- cluster, they are walked through by key until caught_up.
CREATE TABLE book_state (
  only_row     boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  caught_up    boolean NOT NULL,
  filled_until bigint NOT NULL,
  cluster      bigint NOT NULL,
  after_id     uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
  after_person text COLLATE "C" NOT NULL DEFAULT ''
);
INSERT INTO book_state (caught_up, filled_until, cluster)
SELECT NOT EXISTS (SELECT FROM settlement),
       pg_snapshot_xmin(pg_current_snapshot())::text::bigint,
       system_identifier
  FROM pg_control_system();

-- A comparison, by its sender's key; the number stands for it elsewhere.
CREATE TABLE reconciliation (
  run_no         bigint GENERATED ALWAYS AS IDENTITY,
  attempt        bigint NOT NULL DEFAULT 1,
  began_at       timestamptz NOT NULL DEFAULT now(),
  as_of          timestamptz NOT NULL,
  ended_at       timestamptz,
  booked_from    date NOT NULL,
  booked_until   date NOT NULL,
  insurance      smallint NOT NULL,
  caller         text COLLATE "C" NOT NULL,
  request_id     text COLLATE "C" NOT NULL,
  institution_id text COLLATE "C" NOT NULL,
  PRIMARY KEY (caller, request_id)
);
CREATE UNIQUE INDEX reconciliation_number ON reconciliation (run_no);
COMMENT ON COLUMN reconciliation.insurance IS '0: of both';
COMMENT ON COLUMN reconciliation.attempt IS
  'how often it was begun: only the latest may write';
COMMENT ON COLUMN reconciliation.as_of IS
  'what was settled before is compared; of the last time that it was sent';
COMMENT ON COLUMN reconciliation.ended_at IS
  'null: not sent to its end, or being sent again';

-- A bucket that was compared: what both sides were, so that it is not sent
-- again while they are the same.
CREATE TABLE reconciliation_bucket (
  run_no    bigint NOT NULL,
  matched   bigint NOT NULL,
  booked_on date NOT NULL,
  bucket    smallint NOT NULL,
  ledger    bytea NOT NULL,
  books     bytea NOT NULL,
  PRIMARY KEY (run_no, booked_on, bucket)
);
COMMENT ON COLUMN reconciliation_bucket.books IS
  'the digest; empty: there were no rows';

CREATE TABLE reconciliation_difference (
  run_no         bigint NOT NULL,
  ledger_gross   bigint,
  ledger_fund    bigint,
  ledger_account bigint,
  books_gross    bigint,
  books_fund     bigint,
  books_account  bigint,
  booked_on      date NOT NULL,
  other_day      date,
  bucket         smallint NOT NULL,
  place          smallint NOT NULL,
  class          smallint NOT NULL,
  kind           smallint NOT NULL,
  record_id      uuid NOT NULL,
  ledger_person  text COLLATE "C",
  books_person   text COLLATE "C",
  request_id     text COLLATE "C" NOT NULL,
  PRIMARY KEY (run_no, booked_on, record_id, place)
);
COMMENT ON COLUMN reconciliation_difference.class IS
  '1 only in the ledger, 2 only in the books, 3 amounts differ, 5 twice in the
   books; 1 and 2 with other_day: the same row under two days';
-- Finds what stands under two days.
CREATE INDEX reconciliation_difference_record
  ON reconciliation_difference (run_no, record_id);

COMMIT;
