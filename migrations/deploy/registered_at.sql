-- Deploy onestop:registered_at
-- Finds the persons who are registered at an institution.

BEGIN;

-- One row for each institution that a registration of the person names;
-- written with the person's row, in the same statement.
CREATE TABLE registered_at (
  person_id      text COLLATE "C" NOT NULL,
  institution_id text COLLATE "C" NOT NULL,
  PRIMARY KEY (person_id, institution_id)
);

CREATE INDEX registered_at_institution
  ON registered_at (institution_id, person_id);

-- For the persons that are there already their records are read here: the
-- fields of a protocol buffer that are bytes, texts or messages (wire type 2);
-- the records' other fields are varints (wire type 0).
CREATE FUNCTION pg_temp.read_varint(
  message bytea, INOUT place integer, OUT value bigint) AS $$
DECLARE
  shift integer := 0;
  byte  integer;
BEGIN
  value := 0;
  LOOP
    byte := get_byte(message, place);
    place := place + 1;
    value := value | ((byte & 127)::bigint << shift);
    EXIT WHEN byte < 128;
    shift := shift + 7;
  END LOOP;
END $$ LANGUAGE plpgsql IMMUTABLE;

CREATE FUNCTION pg_temp.fields(message bytea, wanted integer)
  RETURNS SETOF bytea AS $$
DECLARE
  place integer := 0;
  tag   bigint;
  value bigint;
BEGIN
  WHILE place < length(message) LOOP
    SELECT v.place, v.value INTO place, tag
      FROM pg_temp.read_varint(message, place) AS v;
    SELECT v.place, v.value INTO place, value
      FROM pg_temp.read_varint(message, place) AS v;
    IF tag & 7 = 0 THEN
      CONTINUE;
    ELSIF tag & 7 <> 2 THEN
      RAISE EXCEPTION 'a person record holds a field of wire type %', tag & 7;
    END IF;
    IF tag >> 3 = wanted THEN
      RETURN NEXT substring(message FROM place + 1 FOR value::integer);
    END IF;
    place := place + value::integer;
  END LOOP;
END $$ LANGUAGE plpgsql IMMUTABLE;

-- PersonRecord.registrations is field 7, Registration.institution_id field 4.
INSERT INTO registered_at (person_id, institution_id)
SELECT DISTINCT person.person_id, convert_from(institution, 'UTF8')
  FROM person,
       pg_temp.fields(person.data, 7) AS registration,
       pg_temp.fields(registration, 4) AS institution
 WHERE length(institution) > 0;

COMMIT;
