-- Deploy onestop:registry
-- Persons, what a settlement reads of them, all versions.

BEGIN;

-- The latest version of each person. Ids compare byte by byte everywhere
-- (COLLATE "C"), so that every replica and every locale orders rows alike.
CREATE TABLE person (
  version   bigint NOT NULL CHECK (version > 0),
  person_id text COLLATE "C" NOT NULL,
  data      bytea NOT NULL,
  PRIMARY KEY (person_id)
);
COMMENT ON COLUMN person.data IS
  'onestop.storage.v1.PersonRecord; nothing of a person is in clear elsewhere';

-- Every version that ever was, the latest too: append-only. A settlement names
-- the versions that it was decided on.
CREATE TABLE person_version (
  version    bigint NOT NULL CHECK (version > 0),
  written_at timestamptz NOT NULL DEFAULT now(),
  person_id  text COLLATE "C" NOT NULL,
  data       bytea NOT NULL,
  PRIMARY KEY (person_id, version)
);

COMMIT;
