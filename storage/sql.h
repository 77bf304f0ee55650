// Every SQL statement of PgStore, by name; the name is the prepared
// statement's. Parameters and results travel in binary.
#ifndef ONESTOP_STORAGE_SQL_H_
#define ONESTOP_STORAGE_SQL_H_

namespace onestop::storage::sql {

struct Statement {
  const char* name;
  const char* text;
};

// ---- the hot path ----

// $1 person ids.
inline constexpr Statement kReadPersons = {
    "read_persons",
    "SELECT p.person_id, p.version, p.data"
    "  FROM unnest($1::text[]) AS k (person_id)"
    "  JOIN person p ON p.person_id = k.person_id"};

// $1 person ids, $2 years.
inline constexpr Statement kReadLedger = {
    "read_ledger",
    "SELECT l.person_id, l.year, l.version, l.data"
    "  FROM unnest($1::text[], $2::int4[]) AS k (person_id, year)"
    "  JOIN ledger l ON l.person_id = k.person_id AND l.year = k.year"};

#define ONESTOP_SUMMARY_COLUMNS(s)                                         \
  s ".person_id, " s ".settlement_id, " s ".kind, " s ".reverses, " s      \
    ".institution_id, " s ".service_date, " s ".booked_on, " s             \
    ".booked_at, " s ".insurance, " s ".region, " s ".request_id, " s      \
    ".policy_revision, " s ".gross, " s ".scheme_pay, " s                  \
    ".critical_illness, " s ".large_amount, " s ".medical_assistance, " s  \
    ".commercial, " s ".fund_pay, " s ".account, " s ".family_account, " s \
    ".cash, " s ".record"
#define ONESTOP_SETTLEMENT_COLUMNS(s) ONESTOP_SUMMARY_COLUMNS(s) ", " s ".reply"

// $1 person ids, $2 settlement ids, $3 ids of their reversals: read only where
// the settlement was found. OFFSET 0 keeps look-ups look-ups: where the table
// was analysed while empty, as after a deployment, PostgreSQL would rather walk
// through all of it and search the keys for each row.
inline constexpr Statement kReadSettlements = {
    "read_settlements",
    "WITH found AS MATERIALIZED ("
    "  SELECT s.*, k.reversal_id"
    "    FROM unnest($1::text[], $2::uuid[], $3::uuid[])"
    "         AS k (person_id, settlement_id, reversal_id)"
    "   CROSS JOIN LATERAL ("
    "     SELECT * FROM settlement t WHERE t.person_id = k.person_id"
    "        AND t.settlement_id = k.settlement_id OFFSET 0) AS s)"
    " SELECT " ONESTOP_SETTLEMENT_COLUMNS("f") " FROM found f"
    " UNION ALL"
    " SELECT " ONESTOP_SETTLEMENT_COLUMNS("r") " FROM found f"
    "  CROSS JOIN LATERAL ("
    "    SELECT * FROM settlement t WHERE t.person_id = f.person_id"
    "       AND t.settlement_id = f.reversal_id OFFSET 0) AS r"};

// All or nothing in one statement. A row or a settlement that exists already
// breaks its primary key; a row whose version has moved is not counted, and the
// division by zero undoes the rest. New rows go first, then existing ones, each
// in the order sent (ascending): the order in which every writer takes locks.
// $1..$4 new rows: person, year, version, data;
// $5..$9 existing rows: person, year, expected version, version, data;
// $10.. settlements, column by column as in the INSERT.
inline constexpr Statement kWrite = {
    "write",
    "WITH created AS ("
    "  INSERT INTO ledger (person_id, year, version, data)"
    "  SELECT * FROM unnest($1::text[], $2::int4[], $3::int8[], $4::bytea[])"
    "  RETURNING 1),"
    " moved AS ("
    "  UPDATE ledger l SET version = k.version, data = k.data"
    "    FROM unnest($5::text[], $6::int4[], $7::int8[], $8::int8[],"
    "                $9::bytea[])"
    "         AS k (person_id, year, expected, version, data)"
    "   WHERE l.person_id = k.person_id AND l.year = k.year"
    "     AND l.version = k.expected RETURNING 1),"
    " settled AS ("
    "  INSERT INTO settlement (person_id, settlement_id, kind, reverses,"
    "    institution_id, service_date, booked_on, booked_at, insurance, region,"
    "    request_id, policy_revision, gross, scheme_pay, critical_illness,"
    "    large_amount, medical_assistance, commercial, fund_pay, account,"
    "    family_account, cash, record, reply)"
    "  SELECT * FROM unnest($10::text[], $11::uuid[], $12::int2[],"
    "    $13::uuid[], $14::text[], $15::date[], $16::date[],"
    "    $17::timestamptz[], $18::int2[], $19::text[], $20::text[],"
    "    $21::text[], $22::int8[], $23::int8[], $24::int8[], $25::int8[],"
    "    $26::int8[], $27::int8[], $28::int8[], $29::int8[], $30::int8[],"
    "    $31::int8[], $32::bytea[], $33::bytea[]))"
    " SELECT 1 / (CASE WHEN"
    "      (SELECT count(*) FROM created) = cardinality($1)"
    "  AND (SELECT count(*) FROM moved) = cardinality($5)"
    "  THEN 1 ELSE 0 END)"};

inline constexpr Statement kBegin = {"begin", "BEGIN"};
inline constexpr Statement kCommit = {"commit", "COMMIT"};
inline constexpr Statement kRollback = {"rollback", "ROLLBACK"};
inline constexpr Statement kBeginSnapshot = {
    "begin_snapshot", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"};

// A commit that has something to write, and so to wait for, and changes
// nothing.
inline constexpr Statement kConfirm = {
    "confirm", "SELECT pg_logical_emit_message(true, 'onestop', '')"};

// A row that does not exist is held by a placeholder of version 0, which never
// outlives its transaction. $1 person ids, $2 years, ascending.
inline constexpr Statement kHoldAbsentRows = {
    "hold_absent_rows",
    "INSERT INTO ledger (person_id, year, version, data)"
    " SELECT person_id, year, 0, ''"
    "   FROM unnest($1::text[], $2::int4[]) AS k (person_id, year)"
    " ON CONFLICT DO NOTHING"};
inline constexpr Statement kDropPlaceholders = {
    "drop_placeholders",
    "DELETE FROM ledger l"
    " USING unnest($1::text[], $2::int4[]) AS k (person_id, year)"
    " WHERE l.person_id = k.person_id AND l.year = k.year AND l.version = 0"};
// Locks in the order of the keys.
inline constexpr Statement kReadLedgerLocked = {
    "read_ledger_locked",
    "SELECT l.person_id, l.year, l.version, l.data"
    "  FROM unnest($1::text[], $2::int4[]) AS k (person_id, year)"
    "  JOIN ledger l ON l.person_id = k.person_id AND l.year = k.year"
    " ORDER BY l.person_id, l.year FOR UPDATE OF l"};

// ---- look-ups ----

// $1 person id, $2 settlement id.
inline constexpr Statement kFindSettlement = {
    "find_settlement",
    "SELECT " ONESTOP_SETTLEMENT_COLUMNS("s") " FROM settlement s"
    " WHERE s.person_id = $1 AND s.settlement_id = $2"};
// A page of a list, in the order of booking. $1 the person, $2 the institution
// or '', $3 and $4 booking days, $5 the insurance or 0; $6, $7, $8 the place
// after which it begins; $9 how many.
inline constexpr Statement kListOfPerson = {
    "list_of_person",
    "SELECT " ONESTOP_SUMMARY_COLUMNS("s") " FROM settlement s"
    " WHERE s.person_id = $1 AND ($2::text = '' OR s.institution_id = $2)"
    "   AND s.booked_on BETWEEN $3::date AND $4::date"
    "   AND ($5::int8 = 0 OR s.insurance = $5::int8)"
    "   AND (s.booked_on, s.booked_at, s.settlement_id)"
    "     > ($6::date, $7::timestamptz, $8::uuid)"
    " ORDER BY s.booked_on, s.booked_at, s.settlement_id LIMIT $9::int8"};
// The same of $1 an institution. The block ranges of settlement_booked serve
// the days and $9, a time before which nothing of these days is asked for; $8
// how many.
inline constexpr Statement kListOfInstitution = {
    "list_of_institution",
    "SELECT " ONESTOP_SUMMARY_COLUMNS("s") " FROM settlement s"
    " WHERE s.institution_id = $1"
    "   AND s.booked_on BETWEEN $2::date AND $3::date"
    "   AND s.booked_at >= $9::timestamptz"
    "   AND ($4::int8 = 0 OR s.insurance = $4::int8)"
    "   AND (s.booked_on, s.booked_at, s.settlement_id)"
    "     > ($5::date, $6::timestamptz, $7::uuid)"
    " ORDER BY s.booked_on, s.booked_at, s.settlement_id LIMIT $8::int8"};
// $1 person ids, $2 settlement ids: those that exist.
inline constexpr Statement kKnownSettlements = {
    "known_settlements",
    "SELECT s.settlement_id"
    "  FROM unnest($1::text[], $2::uuid[]) AS k (person_id, settlement_id)"
    "  JOIN settlement s ON s.person_id = k.person_id"
    "                   AND s.settlement_id = k.settlement_id"};
// $1 person id.
inline constexpr Statement kReadLedgerOf = {
    "read_ledger_of",
    "SELECT person_id, year, version, data FROM ledger"
    " WHERE person_id = $1 ORDER BY year"};

// ---- the registry ----

// $1 person id, $2 version.
inline constexpr Statement kPersonAt = {
    "person_at",
    "SELECT person_id, version, data FROM person_version"
    " WHERE person_id = $1 AND version = $2"};
// $1 institution id, $2 after, $3 limit.
inline constexpr Statement kScanRegistered = {
    "scan_registered",
    "SELECT person_id FROM registered_at"
    " WHERE institution_id = $1 AND person_id > $2"
    " ORDER BY person_id LIMIT $3::int8"};

// Writes persons whose version is still the expected one, their history, where
// they are registered, and who may use their accounts.
// $1 person ids (distinct, ascending), $2 expected versions, $3 data; $4 person
// ids and $5 institutions, one pair for each place of one of these persons; $6
// owners and $7 beneficiaries of their family accounts, pair by pair (looked up
// by hash: IS TRUE and NOT IN are not made joins).
// Answers person ids with 1 created, 2 updated, 3 unchanged; who is missing
// conflicts.
inline constexpr Statement kPutPersons = {
    "put_persons",
    "WITH asked AS MATERIALIZED ("
    "  SELECT k.person_id, k.expected, k.data,"
    "         p.data IS NOT DISTINCT FROM k.data AS same"
    "    FROM unnest($1::text[], $2::int8[], $3::bytea[])"
    "         AS k (person_id, expected, data)"
    "    LEFT JOIN person p ON p.person_id = k.person_id),"
    " created AS ("
    "  INSERT INTO person (person_id, version, data)"
    "  SELECT person_id, 1, data FROM asked WHERE expected = 0 AND NOT same"
    "  ON CONFLICT DO NOTHING RETURNING person_id, version, data),"
    " updated AS ("
    "  UPDATE person p SET version = p.version + 1, data = a.data"
    "    FROM asked a"
    "   WHERE p.person_id = a.person_id AND p.version = a.expected"
    "     AND NOT a.same"
    "  RETURNING p.person_id, p.version, p.data),"
    " kept AS ("
    "  INSERT INTO person_version (person_id, version, data)"
    "  SELECT * FROM created UNION ALL SELECT * FROM updated),"
    " places AS MATERIALIZED ("
    "  SELECT * FROM unnest($4::text[], $5::text[])"
    "    AS k (person_id, institution_id)),"
    " left_places AS ("
    "  DELETE FROM registered_at r USING updated u"
    "   WHERE r.person_id = u.person_id AND NOT EXISTS ("
    "     SELECT FROM places p WHERE p.person_id = r.person_id"
    "                            AND p.institution_id = r.institution_id)),"
    " new_places AS ("
    "  INSERT INTO registered_at (person_id, institution_id)"
    "  SELECT p.* FROM places p"
    "   WHERE p.person_id IN (SELECT person_id FROM created"
    "                         UNION ALL SELECT person_id FROM updated)"
    "  ON CONFLICT DO NOTHING),"
    " family AS MATERIALIZED ("
    "  SELECT * FROM unnest($6::text[], $7::text[])"
    "    AS k (owner_id, person_id)),"
    " shared AS ("
    "  INSERT INTO family_account (person_id, owner_id)"
    "  SELECT f.person_id, f.owner_id FROM family f"
    "   WHERE (f.owner_id IN (SELECT person_id FROM created"
    "                         UNION ALL SELECT person_id FROM updated)) IS TRUE"
    "  ON CONFLICT DO NOTHING),"
    " unshared AS ("
    "  DELETE FROM family_account a USING updated u"
    "   WHERE a.owner_id = u.person_id"
    "     AND (a.owner_id, a.person_id) NOT IN ("
    "      SELECT owner_id, person_id FROM family))"
    " SELECT person_id, 1 FROM created"
    " UNION ALL SELECT person_id, 2 FROM updated"
    " UNION ALL SELECT person_id, 3 FROM asked WHERE same"};

// $1 person id, $2 limit.
inline constexpr Statement kFamilyAccountOwners = {
    "family_account_owners",
    "SELECT owner_id FROM family_account WHERE person_id = $1"
    " ORDER BY owner_id LIMIT $2::int8"};

// Whoever changes the catalog holds this row to the end.
inline constexpr Statement kHoldCatalog = {
    "hold_catalog", "SELECT revision FROM catalog_revision FOR UPDATE"};
// $1 keys: their latest rows.
inline constexpr Statement kReadItems = {
    "read_items",
    "SELECT DISTINCT ON (i.item_code) i.item_code, ''::text, i.data"
    "  FROM item i WHERE i.item_code = ANY ($1::text[])"
    " ORDER BY i.item_code, i.revision DESC"};
inline constexpr Statement kReadInstitutions = {
    "read_institutions",
    "SELECT DISTINCT ON (i.institution_id) i.institution_id, ''::text, i.data"
    "  FROM institution i WHERE i.institution_id = ANY ($1::text[])"
    " ORDER BY i.institution_id, i.revision DESC"};
// $1 hospital ids, $2 pharmacy ids.
inline constexpr Statement kReadDesignations = {
    "read_designations",
    "SELECT DISTINCT ON (d.hospital_id, d.pharmacy_id)"
    "       d.hospital_id, d.pharmacy_id, d.data"
    "  FROM unnest($1::text[], $2::text[]) AS k (hospital_id, pharmacy_id)"
    "  JOIN designation d ON d.hospital_id = k.hospital_id"
    "                    AND d.pharmacy_id = k.pharmacy_id"
    " ORDER BY d.hospital_id, d.pharmacy_id, d.revision DESC"};
// $1 revision, $2 keys, (designations: $3 second keys,) last: data.
inline constexpr Statement kAddItems = {
    "add_items",
    "INSERT INTO item (revision, item_code, data)"
    " SELECT $1::int8, * FROM unnest($2::text[], $3::bytea[])"};
inline constexpr Statement kAddInstitutions = {
    "add_institutions",
    "INSERT INTO institution (revision, institution_id, data)"
    " SELECT $1::int8, * FROM unnest($2::text[], $3::bytea[])"};
inline constexpr Statement kAddDesignations = {
    "add_designations",
    "INSERT INTO designation (revision, hospital_id, pharmacy_id, data)"
    " SELECT $1::int8, * FROM unnest($2::text[], $3::text[], $4::bytea[])"};
// $1 the new revision. Lanes of every replica listen.
inline constexpr Statement kMoveCatalog = {
    "move_catalog",
    "WITH moved AS (UPDATE catalog_revision SET revision = $1::int8"
    "               RETURNING revision)"
    " SELECT pg_notify('onestop_catalog', revision::text) FROM moved"};

// ---- postings ----

// $1 person ids.
inline constexpr Statement kKnownPersons = {
    "known_persons",
    "SELECT p.person_id FROM unnest($1::text[]) AS k (person_id)"
    "  JOIN person p ON p.person_id = k.person_id"};

// $1 person ids, $2 kinds, $3 callers, $4 posting ids.
inline constexpr Statement kReadPostings = {
    "read_postings",
    "SELECT p.person_id, p.kind, p.posting_id, p.year, p.counter, p.amount,"
    "       p.until, p.caller, p.booked_on, p.booked_at, p.row_version"
    "  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])"
    "       AS k (person_id, kind, caller, posting_id)"
    "  JOIN posting p ON p.person_id = k.person_id AND p.kind = k.kind"
    "                AND p.caller = k.caller AND p.posting_id = k.posting_id"};
inline constexpr Statement kAddPostings = {
    "add_postings",
    "INSERT INTO posting (person_id, kind, posting_id, year, counter, amount,"
    "  until, caller, booked_on, booked_at, row_version)"
    " SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::int4[],"
    "  $5::text[], $6::int8[], $7::date[], $8::text[], $9::date[],"
    "  $10::timestamptz[], $11::int8[])"};

// ---- snapshots ----

inline constexpr Statement kCatalogRevision = {
    "catalog_revision", "SELECT revision FROM catalog_revision"};
// $1 revision.
inline constexpr Statement kLoadItems = {
    "load_items",
    "SELECT DISTINCT ON (item_code) item_code, ''::text, data FROM item"
    " WHERE revision <= $1 ORDER BY item_code, revision DESC"};
inline constexpr Statement kLoadInstitutions = {
    "load_institutions",
    "SELECT DISTINCT ON (institution_id) institution_id, ''::text, data"
    "  FROM institution WHERE revision <= $1"
    " ORDER BY institution_id, revision DESC"};
inline constexpr Statement kLoadDesignations = {
    "load_designations",
    "SELECT DISTINCT ON (hospital_id, pharmacy_id)"
    "       hospital_id, pharmacy_id, data"
    "  FROM designation WHERE revision <= $1"
    " ORDER BY hospital_id, pharmacy_id, revision DESC"};
// $1 revision, $2 file names, $3 contents; all files or, if any is known, none.
inline constexpr Statement kPutPolicy = {
    "put_policy",
    "INSERT INTO policy (revision, file_name, content)"
    " SELECT $1::text, * FROM unnest($2::text[], $3::text[])"
    " ON CONFLICT DO NOTHING"};
inline constexpr Statement kGetPolicy = {
    "get_policy",
    "SELECT file_name, content FROM policy WHERE revision = $1"
    " ORDER BY file_name"};
inline constexpr Statement kClosedYears = {
    "closed_years", "SELECT year FROM closed_year ORDER BY year"};

// ---- rosters ----

// $1 caller, $2 roster id, $3 region, $4 month.
inline constexpr Statement kBeginRoster = {
    "begin_roster",
    "INSERT INTO roster (caller, roster_id, region, month)"
    " VALUES ($1::text, $2::text, $3::text, $4::date) ON CONFLICT DO NOTHING"};
inline constexpr Statement kFindRoster = {
    "find_roster",
    "SELECT roster_no, region, month FROM roster"
    " WHERE caller = $1 AND roster_id = $2"};
// A later month's roster keeps its word. $1 roster, $2 month, $3 region; $4
// person ids, $5 diseases, $6 registration ids.
inline constexpr Statement kKeepOnRoster = {
    "keep_on_roster",
    "INSERT INTO roster_member AS m"
    "  (roster_no, month, region, person_id, disease, registration_id)"
    " SELECT DISTINCT ON (k.person_id, k.disease) $1::int8, $2::date, $3::text,"
    "        k.person_id, k.disease, k.registration_id"
    "   FROM unnest($4::text[], $5::text[], $6::text[])"
    "        AS k (person_id, disease, registration_id)"
    "  ORDER BY k.person_id, k.disease"
    " ON CONFLICT (person_id, region, disease) DO UPDATE"
    "   SET roster_no = excluded.roster_no, month = excluded.month,"
    "       registration_id = excluded.registration_id, revoked_by = NULL"
    " WHERE m.month <= excluded.month"};
// Who stood on a roster up to this one's month and not on this one. $1 roster,
// $2 month, $3 region, $4 limit.
inline constexpr Statement kOffRoster = {
    "off_roster",
    "SELECT person_id, disease, registration_id FROM roster_member"
    " WHERE region = $3 AND month <= $2::date AND roster_no <> $1::int8"
    "   AND revoked_by IS NULL"
    " ORDER BY person_id, disease LIMIT $4::int8"};
// $1 roster, $2 region, $3 person ids, $4 diseases.
inline constexpr Statement kRevokeFromRoster = {
    "revoke_from_roster",
    "UPDATE roster_member m SET revoked_by = $1::int8"
    "  FROM unnest($3::text[], $4::text[]) AS k (person_id, disease)"
    " WHERE m.region = $2 AND m.person_id = k.person_id"
    "   AND m.disease = k.disease"};
// $1 roster, $2 region.
inline constexpr Statement kRevokedByRoster = {
    "revoked_by_roster",
    "SELECT count(*) FROM roster_member"
    " WHERE region = $2 AND revoked_by = $1::int8 AND registration_id <> ''"};

// ---- the year ----

// Closes the year unless the key was used before. $1 caller, $2 request id, $3
// year.
inline constexpr Statement kCloseYear = {
    "close_year",
    "WITH asked AS ("
    "  INSERT INTO year_closing (caller, request_id, year)"
    "  VALUES ($1::text, $2::text, $3::int8) ON CONFLICT DO NOTHING"
    "  RETURNING year)"
    " INSERT INTO closed_year (year) SELECT year FROM asked"
    " ON CONFLICT DO NOTHING"};
// $1 caller, $2 request id.
inline constexpr Statement kYearClosing = {
    "year_closing",
    "SELECT a.year, c.closed_at FROM year_closing a"
    "  JOIN closed_year c ON c.year = a.year"
    " WHERE a.caller = $1 AND a.request_id = $2"};

// ---- verification ----

// $1 after, $2 limit.
inline constexpr Statement kScanPersons = {
    "scan_persons",
    "SELECT person_id FROM ("
    "  (SELECT person_id FROM person WHERE person_id > $1"
    "    ORDER BY person_id LIMIT $2::int8)"
    "  UNION (SELECT DISTINCT person_id FROM ledger WHERE person_id > $1"
    "    ORDER BY person_id LIMIT $2::int8)"
    "  UNION (SELECT DISTINCT person_id FROM settlement WHERE person_id > $1"
    "    ORDER BY person_id LIMIT $2::int8)"
    "  UNION (SELECT DISTINCT person_id FROM posting WHERE person_id > $1"
    "    ORDER BY person_id LIMIT $2::int8)) AS every"
    " ORDER BY person_id LIMIT $2::int8"};
// $1 person id.
inline constexpr Statement kPersonVersions = {
    "person_versions",
    "SELECT person_id, version, data FROM person_version"
    " WHERE person_id = $1 ORDER BY version"};
inline constexpr Statement kSettlementsOf = {
    "settlements_of",
    "SELECT " ONESTOP_SETTLEMENT_COLUMNS("s") " FROM settlement s"
    " WHERE s.person_id = $1"};
inline constexpr Statement kPostingsOf = {
    "postings_of",
    "SELECT person_id, kind, posting_id, year, counter, amount, until, caller,"
    "       booked_on, booked_at, row_version"
    "  FROM posting WHERE person_id = $1"};

#undef ONESTOP_SETTLEMENT_COLUMNS
#undef ONESTOP_SUMMARY_COLUMNS

}  // namespace onestop::storage::sql

#endif  // ONESTOP_STORAGE_SQL_H_
