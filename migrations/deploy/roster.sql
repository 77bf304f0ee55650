-- Deploy onestop:roster
-- The health department's monthly rosters of the two diseases.

BEGIN;

-- A roster by its sender's name; the number stands for it elsewhere.
CREATE TABLE roster (
  roster_no bigint GENERATED ALWAYS AS IDENTITY,
  began_at  timestamptz NOT NULL DEFAULT now(),
  month     date NOT NULL CHECK (extract(day FROM month) = 1),
  caller    text COLLATE "C" NOT NULL,
  roster_id text COLLATE "C" NOT NULL,
  region    text COLLATE "C" NOT NULL,
  PRIMARY KEY (caller, roster_id)
);
CREATE UNIQUE INDEX roster_number ON roster (roster_no);

-- Who stands on a region's rosters: the latest that named the person for the
-- disease. The registration itself lives in the person's row.
CREATE TABLE roster_member (
  roster_no       bigint NOT NULL,
  revoked_by      bigint,
  month           date NOT NULL,
  person_id       text COLLATE "C" NOT NULL,
  region          text COLLATE "C" NOT NULL,
  disease         text COLLATE "C" NOT NULL,
  registration_id text COLLATE "C" NOT NULL,
  PRIMARY KEY (person_id, region, disease)
);
COMMENT ON COLUMN roster_member.registration_id IS
  'empty: the person was registered for the disease otherwise';
COMMENT ON COLUMN roster_member.revoked_by IS
  'the later roster that lacked the person';

CREATE INDEX roster_member_region
  ON roster_member (region, person_id, disease);

COMMIT;
