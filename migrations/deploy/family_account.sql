-- Deploy onestop:family_account
-- Who let a person use their account: found by the person who may use it.

BEGIN;

-- A FAMILY_ACCOUNT registration lives in its owner's row of person; this finds
-- the owners from the other side. It is written with that row, holds a pair
-- whether or not the registration is in force, and proves nothing by itself:
-- the owner's row does. Pairs of persons written before this change follow
-- with the next write of the owner.
CREATE TABLE family_account (
  person_id text COLLATE "C" NOT NULL,
  owner_id  text COLLATE "C" NOT NULL,
  PRIMARY KEY (person_id, owner_id)
);
COMMENT ON COLUMN family_account.person_id IS
  'the near relative who is named as beneficiary';

-- A write of the owner drops the pairs that its row no longer holds.
CREATE INDEX family_account_owner ON family_account (owner_id);

COMMIT;
