-- Deploy onestop:clearing
-- What institutions are owed by month: which rows of the books count in which
-- statement, its sums, what adjusts it, what was paid.

BEGIN;

SET LOCAL lock_timeout = '2s';

-- The projection is made again, with what a statement sums up. A row is whole
-- from the start and never changes: where it counts is decided when it is
-- written, by which months were cut then.
TRUNCATE book;
UPDATE book_state SET caught_up = NOT EXISTS (SELECT FROM settlement),
  after_person = '', after_id = '00000000-0000-0000-0000-000000000000';
ALTER TABLE book
  ADD COLUMN critical_illness   bigint NOT NULL,
  ADD COLUMN large_amount       bigint NOT NULL,
  ADD COLUMN medical_assistance bigint NOT NULL,
  ADD COLUMN commercial         bigint NOT NULL,
  ADD COLUMN counts_in          date NOT NULL,
  ADD COLUMN region             text COLLATE "C" NOT NULL,
  ADD CHECK (extract(day FROM counts_in) = 1 AND
             counts_in >= date_trunc('month', booked_on::timestamp)::date);
COMMENT ON COLUMN book.counts_in IS
  'the first day of the month whose statement it belongs to: that in which it
   was booked or, if that one was cut before, the first one after';
-- Those that came late.
CREATE INDEX book_late ON book (institution_id, counts_in, booked_on)
  WHERE counts_in > booked_on;

CREATE TABLE clearing_statement (
  statement_no   bigint NOT NULL CHECK (statement_no > 0),
  cut_place      bigint NOT NULL,
  cut_at         timestamptz NOT NULL DEFAULT now(),
  closed_at      timestamptz,
  month          date NOT NULL CHECK (extract(day FROM month) = 1),
  due_on         date NOT NULL,
  first_day      date NOT NULL,
  shared_day     date NOT NULL,
  shared_id      uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
  institution_id text COLLATE "C" NOT NULL,
  PRIMARY KEY (institution_id, month)
);
CREATE UNIQUE INDEX clearing_statement_number
  ON clearing_statement (statement_no);
COMMENT ON COLUMN clearing_statement.cut_place IS
  'transactions below it had ended, and their rows were in the books';
COMMENT ON COLUMN clearing_statement.closed_at IS
  'null: it was cut, its sums are not written yet';

-- What a scheme has to do with a row of a statement.
CREATE TABLE clearing_share (
  statement_no     bigint NOT NULL,
  gross            bigint NOT NULL,
  pay              bigint NOT NULL,
  negotiated_gross bigint NOT NULL,
  negotiated_pay   bigint NOT NULL,
  procured_gross   bigint NOT NULL,
  procured_pay     bigint NOT NULL,
  booked_on        date NOT NULL,
  kind             smallint NOT NULL,
  insurance        smallint NOT NULL,
  record_id        uuid NOT NULL,
  region           text COLLATE "C" NOT NULL,
  scheme           text COLLATE "C" NOT NULL,
  person_id        text COLLATE "C" NOT NULL,
  PRIMARY KEY (statement_no, region, insurance, scheme, booked_on, record_id)
);

CREATE TABLE clearing_part (
  statement_no       bigint NOT NULL,
  settlements        bigint NOT NULL,
  reversals          bigint NOT NULL,
  late               bigint NOT NULL,
  persons            bigint NOT NULL,
  gross              bigint NOT NULL,
  scheme_pay         bigint NOT NULL,
  critical_illness   bigint NOT NULL,
  large_amount       bigint NOT NULL,
  medical_assistance bigint NOT NULL,
  commercial         bigint NOT NULL,
  account            bigint NOT NULL,
  insurance          smallint NOT NULL,
  region             text COLLATE "C" NOT NULL,
  PRIMARY KEY (statement_no, region, insurance)
);

CREATE TABLE clearing_scheme (
  statement_no     bigint NOT NULL,
  settlements      bigint NOT NULL,
  reversals        bigint NOT NULL,
  persons          bigint NOT NULL,
  gross            bigint NOT NULL,
  pay              bigint NOT NULL,
  negotiated_gross bigint NOT NULL,
  negotiated_pay   bigint NOT NULL,
  procured_gross   bigint NOT NULL,
  procured_pay     bigint NOT NULL,
  insurance        smallint NOT NULL,
  region           text COLLATE "C" NOT NULL,
  scheme           text COLLATE "C" NOT NULL,
  PRIMARY KEY (statement_no, region, insurance, scheme)
);

CREATE TABLE clearing_payable (
  statement_no bigint NOT NULL,
  fund_pay     bigint NOT NULL,
  account      bigint NOT NULL,
  adjusted     bigint NOT NULL,
  region       text COLLATE "C" NOT NULL,
  PRIMARY KEY (statement_no, region)
);

CREATE TABLE clearing_adjustment (
  entry_no       bigint GENERATED ALWAYS AS IDENTITY,
  amount         bigint NOT NULL CHECK (amount > 0),
  recorded_at    timestamptz NOT NULL DEFAULT now(),
  month          date NOT NULL CHECK (extract(day FROM month) = 1),
  kind           smallint NOT NULL CHECK (kind BETWEEN 1 AND 3),
  caller         text COLLATE "C" NOT NULL,
  request_id     text COLLATE "C" NOT NULL,
  institution_id text COLLATE "C" NOT NULL,
  region         text COLLATE "C" NOT NULL,
  reason         text NOT NULL,
  operator_id    text COLLATE "C" NOT NULL,
  PRIMARY KEY (caller, request_id)
);
CREATE INDEX clearing_adjustment_month
  ON clearing_adjustment (institution_id, month);
COMMENT ON COLUMN clearing_adjustment.kind IS
  '1 deduction, 2 prepayment set off, 3 advance';

CREATE TABLE clearing_payment (
  entry_no     bigint GENERATED ALWAYS AS IDENTITY,
  statement_no bigint NOT NULL,
  amount       bigint NOT NULL CHECK (amount > 0),
  recorded_at  timestamptz NOT NULL DEFAULT now(),
  paid_on      date NOT NULL,
  caller       text COLLATE "C" NOT NULL,
  request_id   text COLLATE "C" NOT NULL,
  region       text COLLATE "C" NOT NULL,
  reference    text NOT NULL,
  PRIMARY KEY (caller, request_id)
);
CREATE INDEX clearing_payment_statement
  ON clearing_payment (statement_no, region);

COMMIT;
