-- Revert onestop:clearing
-- Drops the statements and what was recorded of them; the settlements stay.

BEGIN;

SET LOCAL lock_timeout = '2s';

DROP TABLE clearing_payment;
DROP TABLE clearing_adjustment;
DROP TABLE clearing_payable;
DROP TABLE clearing_scheme;
DROP TABLE clearing_part;
DROP TABLE clearing_share;
DROP TABLE clearing_statement;
ALTER TABLE book
  DROP COLUMN region,
  DROP COLUMN counts_in,
  DROP COLUMN commercial,
  DROP COLUMN medical_assistance,
  DROP COLUMN large_amount,
  DROP COLUMN critical_illness;

COMMIT;
