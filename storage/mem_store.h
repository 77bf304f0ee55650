// The exact store in memory: several MemStore handles over one MemDatabase are
// several replicas on one database.
#ifndef ONESTOP_STORAGE_MEM_STORE_H_
#define ONESTOP_STORAGE_MEM_STORE_H_

#include <array>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "storage/catalog_rows.h"
#include "storage/post_plan.h"
#include "storage/store.h"

namespace onestop::storage {

class MemStore;

// What a database holds. Thread-safe; outlives its handles.
class MemDatabase {
 public:
  // What a handle does at a ledger row that another handle's GatherLocked
  // holds: wait, as PostgreSQL does, or (where one thread steps all handles
  // and waiting would never end) refuse at once: Write answers kConflict,
  // everything else STORAGE_UNAVAILABLE.
  enum class OnHeldRow { kWait, kRefuse };

  explicit MemDatabase(OnHeldRow on_held_row = OnHeldRow::kWait)
      : on_held_row_(on_held_row) {}
  MemDatabase(const MemDatabase&) = delete;
  MemDatabase& operator=(const MemDatabase&) = delete;

  // For tests that plant a broken row: nullptr where there is none. Not while
  // another thread uses the database.
  domain::LedgerRow* LedgerForTest(const domain::LedgerKey& key);
  domain::SettlementRecord* SettlementForTest(const std::string& person_id,
                                              const domain::SettlementId& id);
  std::vector<domain::Person>* PersonVersionsForTest(
      const std::string& person_id);
  Posting* PostingForTest(const PostingKey& key);
  void EraseSettlementForTest(const std::string& person_id,
                              const domain::SettlementId& id);
  void CloseYearForTest(int32_t year);

 private:
  friend class MemStore;

  using RecordKey = std::pair<std::string, domain::SettlementId>;
  // The versions of one row by the catalog revision that wrote them.
  using Versions = std::vector<std::pair<int64_t, std::string>>;
  using VersionedRows = std::map<CatalogKey, Versions>;

  static CatalogRows RowsAt(const VersionedRows& rows, int64_t revision);
  static void Append(VersionedRows& rows, const CatalogRows& writes,
                     int64_t revision);

  const OnHeldRow on_held_row_;
  std::mutex mutex_;  // guards everything below
  std::condition_variable released_;
  std::map<std::string, std::vector<domain::Person>> persons_;  // versions
  std::map<domain::LedgerKey, domain::LedgerRow> ledger_;
  std::map<RecordKey, domain::SettlementRecord> settlements_;
  std::map<PostingKey, Posting> postings_;
  std::map<domain::LedgerKey, const MemStore*> held_;
  VersionedRows items_;
  VersionedRows institutions_;
  VersionedRows designations_;
  int64_t catalog_revision_ = 0;
  std::map<std::string, std::vector<PolicyFileText>> policies_;
  std::map<int32_t, int64_t> closed_years_;  // when, Unix milliseconds
  std::vector<Roster> rosters_;              // number n at n - 1
  struct RosterPlace {
    int64_t roster_no = 0;
    int64_t revoked_by = 0;  // 0: nobody
    domain::Day month;
    std::string registration_id;
  };
  // By region, person and disease.
  std::map<std::array<std::string, 3>, RosterPlace> roster_members_;
  // By caller and request id.
  std::map<std::pair<std::string, std::string>, int32_t> year_closings_;
};

// One handle. Not thread-safe; a handle that is destroyed releases its rows.
class MemStore : public Store {
 public:
  explicit MemStore(MemDatabase& database) : database_(database) {}
  ~MemStore() override { Release(); }
  MemStore(const MemStore&) = delete;
  MemStore& operator=(const MemStore&) = delete;

  absl::StatusOr<Gathered> Gather(const GatherKeys& keys) override;
  absl::StatusOr<Gathered> GatherLocked(const GatherKeys& keys) override;
  void Release() override;
  absl::StatusOr<WriteOutcome> Write(const WriteBatch& batch) override;

  absl::StatusOr<std::optional<domain::SettlementRecord>> FindSettlement(
      std::string_view person_id, const domain::SettlementId& id) override;
  absl::StatusOr<std::vector<domain::SettlementSummary>> ListSettlements(
      const domain::SettlementFilter& filter, const domain::BookingPlace& after,
      int limit) override;
  absl::StatusOr<std::vector<std::pair<domain::LedgerKey, domain::LedgerRow>>>
  ReadLedger(std::string_view person_id, std::optional<int32_t> year) override;

  absl::StatusOr<std::vector<domain::Person>> GetPersons(
      absl::Span<const std::string> person_ids) override;
  absl::StatusOr<std::optional<domain::Person>> GetPersonAt(
      std::string_view person_id, int64_t version) override;
  absl::StatusOr<std::vector<std::string>> ScanRegistered(
      std::string_view institution_id, std::string_view after,
      int limit) override;
  absl::StatusOr<std::vector<PutOutcome>> PutPersons(
      absl::Span<const PersonWrite> writes) override;
  absl::StatusOr<std::vector<std::string>> FamilyAccountOwners(
      std::string_view person_id, int limit) override;
  absl::StatusOr<CatalogPutResult> PutCatalog(
      const CatalogChange& change) override;
  absl::StatusOr<std::vector<PostOutcome>> Post(
      absl::Span<const Posting> postings) override;

  absl::StatusOr<int64_t> CatalogRevision() override;
  absl::StatusOr<domain::Catalog> LoadCatalog(
      std::optional<int64_t> revision) override;
  absl::Status PutPolicy(const std::string& revision,
                         absl::Span<const PolicyFileText> files) override;
  absl::StatusOr<std::vector<PolicyFileText>> GetPolicy(
      std::string_view revision) override;
  absl::StatusOr<std::vector<int32_t>> ClosedYears() override;
  absl::StatusOr<Roster> BeginRoster(const Roster& asked) override;
  absl::Status KeepOnRoster(const Roster& roster,
                            absl::Span<const RosterMember> members) override;
  absl::StatusOr<std::vector<RosterMember>> OffRoster(const Roster& roster,
                                                      int limit) override;
  absl::Status RevokeFromRoster(
      const Roster& roster, absl::Span<const RosterMember> members) override;
  absl::StatusOr<int64_t> RevokedByRoster(const Roster& roster) override;
  absl::StatusOr<YearClosing> CloseYear(std::string_view caller,
                                        std::string_view request_id,
                                        int32_t year) override;

  absl::StatusOr<std::vector<std::string>> ScanPersons(std::string_view after,
                                                       int limit) override;
  absl::StatusOr<PersonHistory> ReadHistory(
      std::string_view person_id) override;

 private:
  // True once no other handle holds any of the rows; false when it refuses.
  bool WaitForRows(std::unique_lock<std::mutex>& lock,
                   const std::vector<domain::LedgerKey>& keys);
  Gathered GatherUnderLock(const GatherKeys& keys) const;
  bool Conflicts(const WriteBatch& batch) const;
  PutOutcome PutPerson(const domain::Person& person);
  void ReleaseUnderLock();

  MemDatabase& database_;
};

}  // namespace onestop::storage

#endif  // ONESTOP_STORAGE_MEM_STORE_H_
