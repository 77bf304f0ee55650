-- Deploy onestop:catalog
-- Items, institutions, designations, each by revision.

BEGIN;

-- One row. Whoever changes the catalog updates it first and so goes alone.
CREATE TABLE catalog_revision (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  revision bigint NOT NULL CHECK (revision >= 0)
);
INSERT INTO catalog_revision (revision) VALUES (0);

-- Append-only: the row of a key that holds at revision R is the one with the
-- greatest revision not above R.
CREATE TABLE item (
  revision  bigint NOT NULL,
  item_code text COLLATE "C" NOT NULL,
  data      bytea NOT NULL,
  PRIMARY KEY (item_code, revision)
);
COMMENT ON COLUMN item.data IS 'onestop.storage.v1.ItemRecord';

CREATE TABLE institution (
  revision       bigint NOT NULL,
  institution_id text COLLATE "C" NOT NULL,
  data           bytea NOT NULL,
  PRIMARY KEY (institution_id, revision)
);
COMMENT ON COLUMN institution.data IS 'onestop.storage.v1.InstitutionRecord';

CREATE TABLE designation (
  revision    bigint NOT NULL,
  hospital_id text COLLATE "C" NOT NULL,
  pharmacy_id text COLLATE "C" NOT NULL,
  data        bytea NOT NULL,
  PRIMARY KEY (hospital_id, pharmacy_id, revision)
);
COMMENT ON COLUMN designation.data IS 'onestop.storage.v1.DesignationRecord';

COMMIT;
