-- Verify onestop:policy
-- Its columns, keys and indexes are there.

BEGIN;

SELECT revision, file_name, content, loaded_at FROM policy WHERE false;

ROLLBACK;
