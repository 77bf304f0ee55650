-- Revert onestop:catalog: drops its tables with everything in them.

BEGIN;

DROP TABLE designation;
DROP TABLE institution;
DROP TABLE item;
DROP TABLE catalog_revision;

COMMIT;
