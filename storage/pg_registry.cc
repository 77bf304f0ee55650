// Persons, reference data, postings and policies on PostgreSQL.
#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include "base/limits.h"
#include "base/status_macros.h"
#include "storage/catalog_rows.h"
#include "storage/codec.h"
#include "storage/pg_rows.h"
#include "storage/pg_store.h"

namespace onestop::storage {
namespace {

using domain::LedgerKey;
using End = PgReply::End;
using Type = PgArray::Type;

// Another writer was in the way, or the reply was lost. What these calls did
// once they find done when repeated: unchanged, or a duplicate.
bool WorthRepeating(const PgReply& reply) {
  return reply.end == End::kLost || IsConflict(reply.sqlstate);
}

// The parameters of kPutPersons, in the order of the ids, so that two writers
// cannot wait for each other.
PgParameters PersonWriteParameters(absl::Span<const PersonWrite> writes) {
  std::map<std::string, const domain::Person*> sorted;
  for (const PersonWrite& write : writes) {
    sorted[write.person.person_id] = &write.person;
  }
  PgParameters parameters;
  PgArray& ids = parameters.Array(Type::kText);
  PgArray& expected = parameters.Array(Type::kInt8);
  PgArray& data = parameters.Array(Type::kBytes);
  PgArray& registered = parameters.Array(Type::kText);
  PgArray& places = parameters.Array(Type::kText);
  PgArray& owners = parameters.Array(Type::kText);
  PgArray& beneficiaries = parameters.Array(Type::kText);
  for (const auto& [person_id, person] : sorted) {
    ids.Add(person_id);
    expected.Add(person->version);
    data.Add(EncodePerson(*person));
    std::set<std::string_view> institutions;
    for (const domain::Registration& registration : person->registrations) {
      if (!registration.institution_id.empty()) {
        institutions.insert(registration.institution_id);
      }
    }
    for (const std::string_view institution : institutions) {
      registered.Add(person_id);
      places.Add(institution);
    }
    for (const std::string_view named : domain::BeneficiariesOf(*person)) {
      if (!Storable(named)) continue;
      owners.Add(person_id);
      beneficiaries.Add(named);
    }
  }
  return parameters;
}

// The rows of a catalog table: key, second key or '', data.
CatalogRows CatalogRowsOf(const PgRows& rows) {
  CatalogRows out;
  for (int row = 0; row < rows.size(); ++row) {
    out[{rows.Text(row, 0), rows.Text(row, 1)}] = rows.Text(row, 2);
  }
  return out;
}

template <typename Writes>
PgParameters CatalogKeys(const Writes& writes, bool two_keys) {
  PgParameters parameters;
  PgArray& first = parameters.Array(Type::kText);
  for (const auto& [key, data] : writes) first.Add(key.first);
  if (!two_keys) return parameters;
  PgArray& second = parameters.Array(Type::kText);
  for (const auto& [key, data] : writes) second.Add(key.second);
  return parameters;
}

PgParameters CatalogInserts(int64_t revision, const CatalogRows& rows,
                            bool two_keys) {
  PgParameters parameters;
  parameters.Scalar(revision);
  PgArray& first = parameters.Array(Type::kText);
  for (const auto& [key, data] : rows) first.Add(key.first);
  if (two_keys) {
    PgArray& second = parameters.Array(Type::kText);
    for (const auto& [key, data] : rows) second.Add(key.second);
  }
  PgArray& datas = parameters.Array(Type::kBytes);
  for (const auto& [key, data] : rows) datas.Add(data);
  return parameters;
}

// What the postings touch, each once, in order.
struct PostKeys {
  std::vector<LedgerKey> rows;
  std::vector<std::string> persons;
};

PostKeys KeysOf(absl::Span<const Posting> postings) {
  std::set<LedgerKey> rows;
  std::set<std::string> persons;
  for (const Posting& posting : postings) {
    rows.insert(RowOf(posting));
    persons.insert(posting.movement.person_id);
  }
  return {{rows.begin(), rows.end()}, {persons.begin(), persons.end()}};
}

PgParameters PostingKeyParameters(absl::Span<const Posting> postings) {
  std::set<PostingKey> keys;
  for (const Posting& posting : postings) keys.insert(KeyOf(posting));
  PgParameters parameters;
  PgArray& persons = parameters.Array(Type::kText);
  PgArray& kinds = parameters.Array(Type::kText);
  PgArray& callers = parameters.Array(Type::kText);
  PgArray& ids = parameters.Array(Type::kText);
  for (const auto& [person_id, kind, caller, posting_id] : keys) {
    persons.Add(person_id);
    kinds.Add(kind);
    callers.Add(caller);
    ids.Add(posting_id);
  }
  return parameters;
}

}  // namespace

absl::StatusOr<std::vector<domain::Person>> PgStore::GetPersons(
    absl::Span<const std::string> person_ids) {
  PgParameters parameters = PersonParameters(
      std::vector<std::string>(person_ids.begin(), person_ids.end()));
  const PgReply reply = RunReading({{sql::kReadPersons, &parameters}});
  if (reply.end != End::kDone) return StoreError(reply);
  ONESTOP_ASSIGN_OR_RETURN(std::vector<domain::Person> read,
                           PersonsOf(reply.rows[0]));
  std::map<std::string, domain::Person> found;
  for (domain::Person& person : read) {
    std::string person_id = person.person_id;
    found.insert_or_assign(std::move(person_id), std::move(person));
  }
  std::vector<domain::Person> persons;
  for (const std::string& person_id : person_ids) {
    const auto at = found.find(person_id);
    if (at != found.end()) persons.push_back(at->second);
  }
  return persons;
}

absl::StatusOr<std::optional<domain::Person>> PgStore::GetPersonAt(
    std::string_view person_id, int64_t version) {
  if (!Storable(person_id)) return std::optional<domain::Person>();
  PgParameters parameters;
  parameters.Scalar(person_id);
  parameters.Scalar(version);
  const PgReply reply = RunReading({{sql::kPersonAt, &parameters}});
  if (reply.end != End::kDone) return StoreError(reply);
  ONESTOP_ASSIGN_OR_RETURN(std::vector<domain::Person> read,
                           PersonsOf(reply.rows[0]));
  if (read.empty()) return std::optional<domain::Person>();
  return std::optional(std::move(read.front()));
}

absl::StatusOr<std::vector<std::string>> PgStore::ScanRegistered(
    std::string_view institution_id, std::string_view after, int limit) {
  std::vector<std::string> found;
  if (!Storable(institution_id) || !Storable(after)) return found;
  PgParameters parameters;
  parameters.Scalar(institution_id);
  parameters.Scalar(after);
  parameters.Scalar(int64_t{limit});
  const PgReply reply = RunReading({{sql::kScanRegistered, &parameters}});
  if (reply.end != End::kDone) return StoreError(reply);
  for (int row = 0; row < reply.rows[0].size(); ++row) {
    found.push_back(reply.rows[0].Text(row, 0));
  }
  return found;
}

absl::StatusOr<std::vector<PutOutcome>> PgStore::PutDistinctPersons(
    absl::Span<const PersonWrite> writes) {
  PgParameters parameters = PersonWriteParameters(writes);
  PgReply reply;
  for (int tries = 0; tries < limits::kMaxOptimisticTries; ++tries) {
    reply = connection_.Run({{sql::kPutPersons, &parameters}});
    if (!WorthRepeating(reply)) break;
  }
  if (reply.end != End::kDone) return StoreError(reply);
  constexpr std::array kOutcomes = {PutOutcome::kConflict, PutOutcome::kCreated,
                                    PutOutcome::kUpdated,
                                    PutOutcome::kUnchanged};
  std::map<std::string, PutOutcome> by_person;
  for (int row = 0; row < reply.rows[0].size(); ++row) {
    by_person[reply.rows[0].Text(row, 0)] =
        kOutcomes.at(static_cast<size_t>(reply.rows[0].Int(row, 1)));
  }
  std::vector<PutOutcome> outcomes;
  for (const PersonWrite& write : writes) {
    const auto at = by_person.find(write.person.person_id);
    outcomes.push_back(at == by_person.end() ? PutOutcome::kConflict
                                             : at->second);
  }
  return outcomes;
}

absl::StatusOr<std::vector<PutOutcome>> PgStore::PutPersons(
    absl::Span<const PersonWrite> writes) {
  std::vector<PutOutcome> outcomes;
  size_t begin = 0;
  while (begin < writes.size()) {
    // As many as name different persons: one statement writes each row once.
    std::set<std::string_view> persons;
    size_t end = begin;
    while (end < writes.size() &&
           persons.insert(writes[end].person.person_id).second) {
      ++end;
    }
    ONESTOP_ASSIGN_OR_RETURN(
        const std::vector<PutOutcome> some,
        PutDistinctPersons(writes.subspan(begin, end - begin)));
    outcomes.insert(outcomes.end(), some.begin(), some.end());
    begin = end;
  }
  return outcomes;
}

absl::StatusOr<std::vector<std::string>> PgStore::FamilyAccountOwners(
    std::string_view person_id, int limit) {
  if (!Storable(person_id)) return std::vector<std::string>();
  PgParameters parameters;
  parameters.Scalar(person_id);
  parameters.Scalar(int64_t{limit});
  const PgReply reply = RunReading({{sql::kFamilyAccountOwners, &parameters}});
  if (reply.end != End::kDone) return StoreError(reply);
  std::vector<std::string> owners;
  for (int row = 0; row < reply.rows[0].size(); ++row) {
    owners.push_back(reply.rows[0].Text(row, 0));
  }
  return owners;
}

absl::StatusOr<CatalogPutResult> PgStore::TryPutCatalog(
    const CatalogChange& change, PgReply& reply) {
  const EncodedChange encoded = EncodeChange(change);
  PgParameters items = CatalogKeys(encoded.items, false);
  PgParameters institutions = CatalogKeys(encoded.institutions, false);
  PgParameters designations = CatalogKeys(encoded.designations, true);
  reply = RunReading({{sql::kBegin},
                      {sql::kHoldCatalog},
                      {sql::kReadItems, &items},
                      {sql::kReadInstitutions, &institutions},
                      {sql::kReadDesignations, &designations}});
  if (reply.end == End::kRefused) Rollback();
  if (reply.end != End::kDone) return StoreError(reply);
  int64_t revision = reply.rows[1].Int(0, 0);
  absl::StatusOr<CatalogPlan> planned = PlanCatalogChange(
      {CatalogRowsOf(reply.rows[2]), CatalogRowsOf(reply.rows[3]),
       CatalogRowsOf(reply.rows[4])},
      encoded);
  if (!planned.ok() || !planned->changes()) {
    Rollback();
    if (!planned.ok()) return std::move(planned).status();
    planned->result.revision = revision;
    return std::move(planned->result);
  }
  CatalogPlan plan = *std::move(planned);
  plan.result.revision = ++revision;
  items = CatalogInserts(revision, plan.writes.items, false);
  institutions = CatalogInserts(revision, plan.writes.institutions, false);
  designations = CatalogInserts(revision, plan.writes.designations, true);
  PgParameters moved;
  moved.Scalar(revision);
  reply = connection_.Run({{sql::kAddItems, &items},
                           {sql::kAddInstitutions, &institutions},
                           {sql::kAddDesignations, &designations},
                           {sql::kMoveCatalog, &moved},
                           {sql::kCommit}});
  if (reply.end == End::kRefused) Rollback();
  if (reply.end != End::kDone) return StoreError(reply);
  return std::move(plan.result);
}

absl::StatusOr<CatalogPutResult> PgStore::PutCatalog(
    const CatalogChange& change) {
  PgReply reply;
  absl::StatusOr<CatalogPutResult> result = TryPutCatalog(change, reply);
  for (int tries = 1;
       WorthRepeating(reply) && tries < limits::kMaxOptimisticTries; ++tries) {
    result = TryPutCatalog(change, reply);
  }
  return result;
}

absl::StatusOr<std::vector<PostOutcome>> PgStore::TryPost(
    absl::Span<const Posting> postings, PgReply& reply) {
  const PostKeys keys = KeysOf(postings);
  PgParameters rows = KeyParameters(keys.rows);
  PgParameters locked = KeyParameters(keys.rows);
  PgParameters persons = PersonParameters(keys.persons);
  PgParameters earlier = PostingKeyParameters(postings);
  reply = RunReading({{sql::kBegin},
                      {sql::kHoldAbsentRows, &rows},
                      {sql::kReadLedgerLocked, &locked},
                      {sql::kKnownPersons, &persons},
                      {sql::kReadPostings, &earlier}});
  if (reply.end == End::kRefused) Rollback();
  if (reply.end != End::kDone) return StoreError(reply);
  PostFacts facts;
  auto ledger = LedgerOf(reply.rows[2]);
  if (!ledger.ok()) {
    Rollback();
    return std::move(ledger).status();
  }
  for (auto& [key, row] : *ledger) facts.rows[key] = std::move(row);
  for (int row = 0; row < reply.rows[3].size(); ++row) {
    facts.persons.insert(reply.rows[3].Text(row, 0));
  }
  for (Posting& posting : PostingsOf(reply.rows[4])) {
    facts.postings.emplace(KeyOf(posting), std::move(posting));
  }
  absl::StatusOr<PostPlan> plan = PlanPosts(postings, std::move(facts));
  if (!plan.ok() || plan->applied.empty()) {
    Rollback();
    if (!plan.ok()) return std::move(plan).status();
    return std::move(plan->outcomes);
  }
  PgParameters writes = WriteParameters({std::move(plan->ledger), {}});
  PgParameters added = PostingParameters(plan->applied);
  reply = connection_.Run({{sql::kDropPlaceholders, &rows},
                           {sql::kWrite, &writes},
                           {sql::kAddPostings, &added},
                           {sql::kCommit}});
  if (reply.end == End::kRefused) Rollback();
  if (reply.end != End::kDone) return StoreError(reply);
  return std::move(plan->outcomes);
}

absl::StatusOr<std::vector<PostOutcome>> PgStore::Post(
    absl::Span<const Posting> postings) {
  if (postings.empty()) return std::vector<PostOutcome>();
  PgReply reply;
  absl::StatusOr<std::vector<PostOutcome>> outcomes = TryPost(postings, reply);
  for (int tries = 1;
       WorthRepeating(reply) && tries < limits::kMaxOptimisticTries; ++tries) {
    outcomes = TryPost(postings, reply);
  }
  return outcomes;
}

absl::StatusOr<domain::Catalog> PgStore::LoadCatalog(
    std::optional<int64_t> revision) {
  ONESTOP_ASSIGN_OR_RETURN(const int64_t latest, CatalogRevision());
  const int64_t at = revision.value_or(latest);
  if (at < 0 || at > latest) return UnknownCatalogRevision(at);
  // Rows up to a revision that was reached never change.
  PgParameters items;
  items.Scalar(at);
  PgParameters institutions = items;
  PgParameters designations = items;
  const PgReply reply = RunReading({{sql::kLoadItems, &items},
                                    {sql::kLoadInstitutions, &institutions},
                                    {sql::kLoadDesignations, &designations}});
  if (reply.end != End::kDone) return StoreError(reply);
  return BuildCatalog(
      {CatalogRowsOf(reply.rows[0]), CatalogRowsOf(reply.rows[1]),
       CatalogRowsOf(reply.rows[2])},
      at);
}

absl::Status PgStore::PutPolicy(const std::string& revision,
                                absl::Span<const PolicyFileText> files) {
  PgParameters parameters;
  parameters.Scalar(revision);
  PgArray& names = parameters.Array(Type::kText);
  PgArray& contents = parameters.Array(Type::kText);
  for (const PolicyFileText& file : files) {
    names.Add(file.name);
    contents.Add(file.text);
  }
  // Repeating it is harmless.
  const PgReply reply = RunReading({{sql::kPutPolicy, &parameters}});
  return reply.end == End::kDone ? absl::OkStatus() : StoreError(reply);
}

absl::StatusOr<std::vector<PolicyFileText>> PgStore::GetPolicy(
    std::string_view revision) {
  PgParameters parameters;
  parameters.Scalar(revision);
  const PgReply reply = RunReading({{sql::kGetPolicy, &parameters}});
  if (reply.end != End::kDone) return StoreError(reply);
  return PolicyFilesOf(reply.rows[0]);
}

}  // namespace onestop::storage
