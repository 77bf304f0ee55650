-- Verify onestop:catalog
-- Its columns, keys and indexes are there.

BEGIN;

SELECT 1 / count(*) FROM catalog_revision;
SELECT revision, item_code, data FROM item WHERE false;
SELECT revision, institution_id, data FROM institution WHERE false;
SELECT revision, hospital_id, pharmacy_id, data FROM designation WHERE false;

ROLLBACK;
