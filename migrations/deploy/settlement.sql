-- Deploy onestop:settlement
-- Settlements, reversals, closed request ids; append-only.

BEGIN;

-- settlement_id is derived from what makes the request unique, so that the
-- primary key is the idempotency key and no second btree is kept. The person
-- of a closed id may be unknown: no foreign key. The typed columns are what SQL
-- sums and filters; amounts are fen, negative in a reversal.
CREATE TABLE settlement (
  gross              bigint NOT NULL,
  scheme_pay         bigint NOT NULL,
  critical_illness   bigint NOT NULL,
  large_amount       bigint NOT NULL,
  medical_assistance bigint NOT NULL,
  commercial         bigint NOT NULL,
  fund_pay           bigint NOT NULL,
  account            bigint NOT NULL,
  family_account     bigint NOT NULL,
  cash               bigint NOT NULL,
  booked_at          timestamptz NOT NULL,
  booked_on          date NOT NULL,
  service_date       date,
  kind               smallint NOT NULL,
  insurance          smallint NOT NULL,
  settlement_id      uuid NOT NULL,
  reverses           uuid,
  person_id          text COLLATE "C" NOT NULL,
  institution_id     text COLLATE "C" NOT NULL,
  region             text COLLATE "C" NOT NULL,
  request_id         text COLLATE "C" NOT NULL,
  policy_revision    text COLLATE "C" NOT NULL,
  record             bytea NOT NULL,
  reply              bytea NOT NULL,
  PRIMARY KEY (person_id, settlement_id),
  CHECK (kind BETWEEN 1 AND 3),
  CHECK ((kind = 2) = (reverses IS NOT NULL))
) WITH (
  toast_tuple_target = 8160
);

-- Receipts stay in the row, uncompressed, as long as the row fits a page.
ALTER TABLE settlement
  ALTER COLUMN record SET COMPRESSION lz4,
  ALTER COLUMN reply SET COMPRESSION lz4;

COMMENT ON COLUMN settlement.kind IS
  '1 settlement, 2 reversal, 3 request id closed before it arrived';
COMMENT ON COLUMN settlement.service_date IS
  'the reversed settlement''s in a reversal; null where an id was closed';
COMMENT ON COLUMN settlement.booked_on IS 'the day in UTC+8; its month counts';
COMMENT ON COLUMN settlement.insurance IS '1 employee, 2 resident, 0 none';
COMMENT ON COLUMN settlement.record IS 'onestop.storage.v1.SettlementRecord';
COMMENT ON COLUMN settlement.reply IS
  'the bytes that were answered, answered again to a retry';

-- Rows arrive in the order of booking: a block range index is enough for the
-- batch side and costs the hot path nothing.
CREATE INDEX settlement_booked ON settlement
  USING brin (booked_on, booked_at) WITH (pages_per_range = 32);

COMMIT;
