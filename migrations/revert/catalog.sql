-- Revert onestop:catalog
-- Drops its tables with everything in them.

BEGIN;

DROP TABLE designation;
DROP TABLE institution;
DROP TABLE item;
DROP TABLE catalog_revision;

COMMIT;
