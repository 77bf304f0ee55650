-- Deploy onestop:policy
-- The policy files that settlements were decided by.

BEGIN;

CREATE TABLE policy (
  revision  text COLLATE "C" NOT NULL,
  file_name text COLLATE "C" NOT NULL,
  content   text NOT NULL,
  loaded_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (revision, file_name)
);
COMMENT ON COLUMN policy.revision IS 'a digest of the names and contents';

COMMIT;
