// Every method is one critical section on the database's mutex.
#include "storage/mem_store.h"

#include <algorithm>
#include <chrono>
#include <limits>

#include "base/error.h"
#include "base/status_macros.h"
#include "storage/ids.h"

namespace onestop::storage {
namespace {

using domain::LedgerKey;
using domain::LedgerRow;
using domain::SettlementId;
using domain::SettlementRecord;

absl::Status RowsHeld() {
  return MakeError(absl::StatusCode::kUnavailable, "STORAGE_UNAVAILABLE",
                   "another writer holds one of the ledger rows; nothing was "
                   "written, repeat the call");
}

template <typename Map, typename Key>
auto* FindOrNull(Map& map, const Key& key) {
  const auto at = map.find(key);
  return at == map.end() ? nullptr : &at->second;
}

bool Takes(const domain::SettlementFilter& filter,
           const SettlementRecord& record) {
  return (filter.person_id.empty() || filter.person_id == record.person_id) &&
         (filter.institution_id.empty() ||
          filter.institution_id == record.institution_id) &&
         (filter.insurance == domain::Insurance::kUnspecified ||
          filter.insurance == record.insurance) &&
         filter.booked.Contains(record.booked_on);
}

domain::BookingPlace PlaceOf(const SettlementRecord& record) {
  return {record.booked_on, record.booked_at_ms, record.id};
}

domain::SettlementSummary SummaryOf(const SettlementRecord& record) {
  domain::SettlementSummary summary;
  summary.place = PlaceOf(record);
  summary.kind = record.kind;
  summary.person_id = record.person_id;
  summary.institution_id = record.institution_id;
  summary.request_id = record.request_id;
  if (record.kind != domain::RecordKind::kClosed) {
    summary.service_date = record.claim.service_date;
  }
  summary.insurance = record.insurance;
  summary.totals = record.totals;
  summary.reverses = record.reverses;
  return summary;
}

bool SameContent(domain::Person a, const domain::Person& b) {
  a.version = b.version;
  return a == b;
}

}  // namespace

LedgerRow* MemDatabase::LedgerForTest(const LedgerKey& key) {
  return FindOrNull(ledger_, key);
}

SettlementRecord* MemDatabase::SettlementForTest(const std::string& person_id,
                                                 const SettlementId& id) {
  return FindOrNull(settlements_, RecordKey{person_id, id});
}

std::vector<domain::Person>* MemDatabase::PersonVersionsForTest(
    const std::string& person_id) {
  return FindOrNull(persons_, person_id);
}

Posting* MemDatabase::PostingForTest(const PostingKey& key) {
  return FindOrNull(postings_, key);
}

void MemDatabase::EraseSettlementForTest(const std::string& person_id,
                                         const SettlementId& id) {
  settlements_.erase(RecordKey{person_id, id});
}

void MemDatabase::CloseYearForTest(int32_t year) { closed_years_[year] = 0; }

CatalogRows MemDatabase::RowsAt(const VersionedRows& rows, int64_t revision) {
  CatalogRows at;
  for (const auto& [key, versions] : rows) {
    for (const auto& [written_by, data] : versions) {
      if (written_by <= revision) at[key] = data;
    }
  }
  return at;
}

void MemDatabase::Append(VersionedRows& rows, const CatalogRows& writes,
                         int64_t revision) {
  for (const auto& [key, data] : writes) {
    rows[key].emplace_back(revision, data);
  }
}

bool MemStore::WaitForRows(std::unique_lock<std::mutex>& lock,
                           const std::vector<LedgerKey>& keys) {
  const auto all_free = [&] {
    return std::all_of(keys.begin(), keys.end(), [&](const LedgerKey& key) {
      const auto holder = database_.held_.find(key);
      return holder == database_.held_.end() || holder->second == this;
    });
  };
  if (database_.on_held_row_ == MemDatabase::OnHeldRow::kRefuse) {
    return all_free();
  }
  // Rows are taken all at once or not at all, so waiting cannot deadlock.
  database_.released_.wait(lock, all_free);
  return true;
}

Gathered MemStore::GatherUnderLock(const GatherKeys& keys) const {
  Gathered gathered;
  for (const std::string& person_id : keys.persons) {
    if (const auto* versions = FindOrNull(database_.persons_, person_id)) {
      gathered.persons.push_back(versions->back());
    }
  }
  for (const LedgerKey& key : keys.ledger) {
    if (const LedgerRow* row = FindOrNull(database_.ledger_, key)) {
      gathered.ledger.emplace_back(key, *row);
    }
  }
  std::set<MemDatabase::RecordKey> seen;
  const auto add = [&](const MemDatabase::RecordKey& key) {
    const SettlementRecord* record = FindOrNull(database_.settlements_, key);
    if (record == nullptr) return false;
    if (seen.insert(key).second) gathered.settlements.push_back(*record);
    return true;
  };
  for (const SettlementKey& key : keys.settlements) {
    if (add({key.person_id, key.id})) add({key.person_id, key.reversal_id});
  }
  return gathered;
}

absl::StatusOr<Gathered> MemStore::Gather(const GatherKeys& keys) {
  const std::unique_lock lock(database_.mutex_);
  return GatherUnderLock(keys);
}

absl::StatusOr<Gathered> MemStore::GatherLocked(const GatherKeys& keys) {
  std::unique_lock lock(database_.mutex_);
  ReleaseUnderLock();
  if (!WaitForRows(lock, keys.ledger)) return RowsHeld();
  for (const LedgerKey& key : keys.ledger) database_.held_[key] = this;
  return GatherUnderLock(keys);
}

void MemStore::Release() {
  const std::unique_lock lock(database_.mutex_);
  ReleaseUnderLock();
}

void MemStore::ReleaseUnderLock() {
  const size_t erased =
      std::erase_if(database_.held_,
                    [this](const auto& held) { return held.second == this; });
  if (erased > 0) database_.released_.notify_all();
}

bool MemStore::Conflicts(const WriteBatch& batch) const {
  for (const domain::LedgerWrite& write : batch.ledger) {
    const LedgerRow* row = FindOrNull(database_.ledger_, write.key);
    if ((row ? row->version : 0) != write.expected_version) return true;
  }
  for (const SettlementRecord* record : batch.settlements) {
    if (database_.settlements_.contains({record->person_id, record->id})) {
      return true;
    }
  }
  return false;
}

absl::StatusOr<WriteOutcome> MemStore::Write(const WriteBatch& batch) {
  std::unique_lock lock(database_.mutex_);
  std::vector<LedgerKey> keys;
  for (const domain::LedgerWrite& write : batch.ledger) {
    keys.push_back(write.key);
  }
  if (!WaitForRows(lock, keys) || Conflicts(batch)) {
    ReleaseUnderLock();
    return WriteOutcome::kConflict;
  }
  for (const domain::LedgerWrite& write : batch.ledger) {
    database_.ledger_[write.key] = write.row;
  }
  for (const SettlementRecord* record : batch.settlements) {
    database_.settlements_[{record->person_id, record->id}] = *record;
  }
  ReleaseUnderLock();
  return WriteOutcome::kCommitted;
}

absl::StatusOr<std::optional<SettlementRecord>> MemStore::FindSettlement(
    std::string_view person_id, const SettlementId& id) {
  const std::unique_lock lock(database_.mutex_);
  const SettlementRecord* record =
      FindOrNull(database_.settlements_, MemDatabase::RecordKey{person_id, id});
  if (record == nullptr) return std::optional<SettlementRecord>();
  return std::optional<SettlementRecord>(*record);
}

absl::StatusOr<std::vector<domain::SettlementSummary>>
MemStore::ListSettlements(const domain::SettlementFilter& filter,
                          const domain::BookingPlace& after, int limit) {
  const std::unique_lock lock(database_.mutex_);
  std::map<domain::BookingPlace, const SettlementRecord*> sorted;
  // Without a person from the first record on: "" comes before every id.
  for (auto at = database_.settlements_.lower_bound(
           {filter.person_id, SettlementId{}});
       at != database_.settlements_.end(); ++at) {
    const SettlementRecord& record = at->second;
    if (!filter.person_id.empty() && record.person_id != filter.person_id) {
      break;
    }
    if (Takes(filter, record) && after < PlaceOf(record)) {
      sorted.emplace(PlaceOf(record), &record);
    }
  }
  std::vector<domain::SettlementSummary> rows;
  for (const auto& [place, record] : sorted) {
    if (static_cast<int>(rows.size()) == limit) break;
    rows.push_back(SummaryOf(*record));
    const SettlementId reversal_id = DeriveReversalId(record->id);
    if (record->kind == domain::RecordKind::kSettlement &&
        database_.settlements_.contains({record->person_id, reversal_id})) {
      rows.back().reversed_by = reversal_id;
    }
  }
  return rows;
}

absl::StatusOr<std::vector<std::pair<LedgerKey, LedgerRow>>>
MemStore::ReadLedger(std::string_view person_id, std::optional<int32_t> year) {
  const std::unique_lock lock(database_.mutex_);
  std::vector<std::pair<LedgerKey, LedgerRow>> rows;
  const std::string id(person_id);
  for (auto at = database_.ledger_.lower_bound(
           {id, year.value_or(std::numeric_limits<int32_t>::min())});
       at != database_.ledger_.end() && at->first.person_id == id; ++at) {
    if (year && at->first.year != *year) break;
    rows.emplace_back(at->first, at->second);
  }
  return rows;
}

absl::StatusOr<std::vector<domain::Person>> MemStore::GetPersons(
    absl::Span<const std::string> person_ids) {
  const std::unique_lock lock(database_.mutex_);
  std::vector<domain::Person> persons;
  for (const std::string& person_id : person_ids) {
    if (const auto* versions = FindOrNull(database_.persons_, person_id)) {
      persons.push_back(versions->back());
    }
  }
  return persons;
}

absl::StatusOr<std::optional<domain::Person>> MemStore::GetPersonAt(
    std::string_view person_id, int64_t version) {
  const std::unique_lock lock(database_.mutex_);
  const auto* versions = FindOrNull(database_.persons_, std::string(person_id));
  if (versions == nullptr) return std::optional<domain::Person>();
  for (const domain::Person& person : *versions) {
    if (person.version == version) return std::optional(person);
  }
  return std::optional<domain::Person>();
}

absl::StatusOr<std::vector<std::string>> MemStore::ScanRegistered(
    std::string_view institution_id, std::string_view after, int limit) {
  const std::unique_lock lock(database_.mutex_);
  std::vector<std::string> found;
  if (institution_id.empty()) return found;
  for (auto at = database_.persons_.upper_bound(std::string(after));
       at != database_.persons_.end() && static_cast<int>(found.size()) < limit;
       ++at) {
    const auto& held = at->second.back().registrations;
    if (std::any_of(held.begin(), held.end(), [&](const auto& registration) {
          return registration.institution_id == institution_id;
        })) {
      found.push_back(at->first);
    }
  }
  return found;
}

PutOutcome MemStore::PutPerson(const domain::Person& person) {
  std::vector<domain::Person>& versions = database_.persons_[person.person_id];
  const int64_t stored = versions.empty() ? 0 : versions.back().version;
  if (stored > 0 && SameContent(person, versions.back())) {
    return PutOutcome::kUnchanged;
  }
  if (stored != person.version) {
    if (versions.empty()) database_.persons_.erase(person.person_id);
    return PutOutcome::kConflict;
  }
  versions.push_back(person);
  versions.back().version = stored + 1;
  return stored == 0 ? PutOutcome::kCreated : PutOutcome::kUpdated;
}

absl::StatusOr<std::vector<PutOutcome>> MemStore::PutPersons(
    absl::Span<const PersonWrite> writes) {
  const std::unique_lock lock(database_.mutex_);
  std::vector<PutOutcome> outcomes;
  for (const PersonWrite& write : writes) {
    outcomes.push_back(PutPerson(write.person));
  }
  return outcomes;
}

absl::StatusOr<std::vector<std::string>> MemStore::FamilyAccountOwners(
    std::string_view person_id, int limit) {
  const std::unique_lock lock(database_.mutex_);
  std::vector<std::string> owners;
  for (const auto& [owner_id, versions] : database_.persons_) {
    if (static_cast<int>(owners.size()) == limit) break;
    const auto named = domain::BeneficiariesOf(versions.back());
    if (std::find(named.begin(), named.end(), person_id) != named.end()) {
      owners.push_back(owner_id);
    }
  }
  return owners;
}

absl::StatusOr<CatalogPutResult> MemStore::PutCatalog(
    const CatalogChange& change) {
  const std::unique_lock lock(database_.mutex_);
  constexpr int64_t kLatest = std::numeric_limits<int64_t>::max();
  ONESTOP_ASSIGN_OR_RETURN(
      CatalogPlan plan,
      PlanCatalogChange({MemDatabase::RowsAt(database_.items_, kLatest),
                         MemDatabase::RowsAt(database_.institutions_, kLatest),
                         MemDatabase::RowsAt(database_.designations_, kLatest)},
                        EncodeChange(change)));
  if (plan.changes()) {
    const int64_t revision = ++database_.catalog_revision_;
    MemDatabase::Append(database_.items_, plan.writes.items, revision);
    MemDatabase::Append(database_.institutions_, plan.writes.institutions,
                        revision);
    MemDatabase::Append(database_.designations_, plan.writes.designations,
                        revision);
  }
  plan.result.revision = database_.catalog_revision_;
  return std::move(plan.result);
}

absl::StatusOr<std::vector<PostOutcome>> MemStore::Post(
    absl::Span<const Posting> postings) {
  std::unique_lock lock(database_.mutex_);
  std::vector<LedgerKey> keys;
  for (const Posting& posting : postings) keys.push_back(RowOf(posting));
  if (!WaitForRows(lock, keys)) return RowsHeld();
  PostFacts facts;
  for (const Posting& posting : postings) {
    const std::string& person_id = posting.movement.person_id;
    if (database_.persons_.contains(person_id)) facts.persons.insert(person_id);
    if (const Posting* earlier =
            FindOrNull(database_.postings_, KeyOf(posting))) {
      facts.postings.emplace(KeyOf(posting), *earlier);
    }
    if (const LedgerRow* row = FindOrNull(database_.ledger_, RowOf(posting))) {
      facts.rows.emplace(RowOf(posting), *row);
    }
  }
  ONESTOP_ASSIGN_OR_RETURN(PostPlan plan,
                           PlanPosts(postings, std::move(facts)));
  for (domain::LedgerWrite& write : plan.ledger) {
    database_.ledger_[write.key] = std::move(write.row);
  }
  for (Posting& posting : plan.applied) {
    database_.postings_.emplace(KeyOf(posting), std::move(posting));
  }
  return std::move(plan.outcomes);
}

absl::StatusOr<int64_t> MemStore::CatalogRevision() {
  const std::unique_lock lock(database_.mutex_);
  return database_.catalog_revision_;
}

absl::StatusOr<domain::Catalog> MemStore::LoadCatalog(
    std::optional<int64_t> revision) {
  const std::unique_lock lock(database_.mutex_);
  const int64_t at = revision.value_or(database_.catalog_revision_);
  if (at < 0 || at > database_.catalog_revision_) {
    return UnknownCatalogRevision(at);
  }
  return BuildCatalog({MemDatabase::RowsAt(database_.items_, at),
                       MemDatabase::RowsAt(database_.institutions_, at),
                       MemDatabase::RowsAt(database_.designations_, at)},
                      at);
}

absl::Status MemStore::PutPolicy(const std::string& revision,
                                 absl::Span<const PolicyFileText> files) {
  const std::unique_lock lock(database_.mutex_);
  std::vector<PolicyFileText> sorted(files.begin(), files.end());
  std::sort(sorted.begin(), sorted.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  database_.policies_.emplace(revision, std::move(sorted));
  return absl::OkStatus();
}

absl::StatusOr<std::vector<PolicyFileText>> MemStore::GetPolicy(
    std::string_view revision) {
  const std::unique_lock lock(database_.mutex_);
  const auto* files = FindOrNull(database_.policies_, std::string(revision));
  return files ? *files : std::vector<PolicyFileText>();
}

absl::StatusOr<std::vector<int32_t>> MemStore::ClosedYears() {
  const std::unique_lock lock(database_.mutex_);
  std::vector<int32_t> years;
  for (const auto& [year, closed_at_ms] : database_.closed_years_) {
    years.push_back(year);
  }
  return years;
}

absl::StatusOr<Roster> MemStore::BeginRoster(const Roster& asked) {
  const std::unique_lock lock(database_.mutex_);
  for (const Roster& roster : database_.rosters_) {
    if (roster.caller == asked.caller && roster.roster_id == asked.roster_id) {
      return roster;
    }
  }
  database_.rosters_.push_back(asked);
  database_.rosters_.back().number =
      static_cast<int64_t>(database_.rosters_.size());
  return database_.rosters_.back();
}

absl::Status MemStore::KeepOnRoster(const Roster& roster,
                                    absl::Span<const RosterMember> members) {
  const std::unique_lock lock(database_.mutex_);
  for (const RosterMember& member : members) {
    auto& place =
        database_
            .roster_members_[{roster.region, member.person_id, member.disease}];
    if (place.roster_no != 0 && place.month > roster.month) continue;
    place = {roster.number, 0, roster.month, member.registration_id};
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<RosterMember>> MemStore::OffRoster(
    const Roster& roster, int limit) {
  const std::unique_lock lock(database_.mutex_);
  std::vector<RosterMember> members;
  for (const auto& [key, place] : database_.roster_members_) {
    if (static_cast<int>(members.size()) == limit) break;
    if (key[0] == roster.region && place.month <= roster.month &&
        place.roster_no != roster.number && place.revoked_by == 0) {
      members.push_back({key[1], key[2], place.registration_id});
    }
  }
  return members;
}

absl::Status MemStore::RevokeFromRoster(
    const Roster& roster, absl::Span<const RosterMember> members) {
  const std::unique_lock lock(database_.mutex_);
  for (const RosterMember& member : members) {
    database_.roster_members_[{roster.region, member.person_id, member.disease}]
        .revoked_by = roster.number;
  }
  return absl::OkStatus();
}

absl::StatusOr<int64_t> MemStore::RevokedByRoster(const Roster& roster) {
  const std::unique_lock lock(database_.mutex_);
  return std::count_if(database_.roster_members_.begin(),
                       database_.roster_members_.end(),
                       [&roster](const auto& member) {
                         return member.first[0] == roster.region &&
                                member.second.revoked_by == roster.number &&
                                !member.second.registration_id.empty();
                       });
}

absl::StatusOr<YearClosing> MemStore::CloseYear(std::string_view caller,
                                                std::string_view request_id,
                                                int32_t year) {
  const std::unique_lock lock(database_.mutex_);
  const auto [asked, first] = database_.year_closings_.emplace(
      std::pair(std::string(caller), std::string(request_id)), year);
  if (first) {
    const int64_t now_ms = std::chrono::system_clock::now().time_since_epoch() /
                           std::chrono::milliseconds(1);
    database_.closed_years_.emplace(year, now_ms);
  }
  return YearClosing{asked->second, database_.closed_years_.at(asked->second)};
}

absl::StatusOr<std::vector<std::string>> MemStore::ScanPersons(
    std::string_view after, int limit) {
  const std::unique_lock lock(database_.mutex_);
  std::set<std::string> found;
  for (const auto& [person_id, versions] : database_.persons_) {
    found.insert(person_id);
  }
  for (const auto& [key, row] : database_.ledger_) found.insert(key.person_id);
  for (const auto& [key, record] : database_.settlements_) {
    found.insert(key.first);
  }
  for (const auto& [key, posting] : database_.postings_) {
    found.insert(std::get<0>(key));
  }
  std::vector<std::string> persons;
  for (auto at = found.upper_bound(std::string(after));
       at != found.end() && static_cast<int>(persons.size()) < limit; ++at) {
    persons.push_back(*at);
  }
  return persons;
}

absl::StatusOr<PersonHistory> MemStore::ReadHistory(
    std::string_view person_id) {
  ONESTOP_ASSIGN_OR_RETURN(auto ledger, ReadLedger(person_id, std::nullopt));
  const std::unique_lock lock(database_.mutex_);
  const std::string id(person_id);
  PersonHistory history;
  history.ledger = std::move(ledger);
  if (const auto* versions = FindOrNull(database_.persons_, id)) {
    history.versions = *versions;
  }
  for (auto at = database_.settlements_.lower_bound({id, SettlementId{}});
       at != database_.settlements_.end() && at->first.first == id; ++at) {
    history.settlements.push_back(at->second);
  }
  for (auto at = database_.postings_.lower_bound({id, "", "", ""});
       at != database_.postings_.end() && std::get<0>(at->first) == id; ++at) {
    history.postings.push_back(at->second);
  }
  return history;
}

}  // namespace onestop::storage
