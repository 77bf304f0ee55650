// The Store on PostgreSQL 15: one connection, binary parameters, one round trip
// for a gather and one statement for a write.
#ifndef ONESTOP_STORAGE_PG_STORE_H_
#define ONESTOP_STORAGE_PG_STORE_H_

#include <string>
#include <utility>
#include <vector>

#include "storage/pg_connection.h"
#include "storage/post_plan.h"
#include "storage/store.h"

namespace onestop::storage {

// Connects when first used, and again after the connection was lost; until the
// database is back every call answers STORAGE_UNAVAILABLE, most of them without
// trying (pauses of 50 ms to 2 s). The migrations must have been deployed.
class PgStore : public Store {
 public:
  explicit PgStore(PgOptions options);
  PgStore(const PgStore&) = delete;
  PgStore& operator=(const PgStore&) = delete;

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
  // Run, once more if the connection was lost: for calls that only read.
  PgReply RunReading(std::initializer_list<PgCall> calls);
  // Ends a transaction that was left open.
  void Rollback();
  // One try to hold the rows and read them; kRefused may be tried again.
  PgReply TryGatherLocked(const GatherKeys& keys);
  // Parts of ListSettlements; `rows` gets what is found.
  absl::Status ListOfPerson(const domain::SettlementFilter& filter,
                            const domain::BookingPlace& after, int limit,
                            std::vector<domain::SettlementSummary>& rows);
  absl::Status ListOfInstitution(const domain::SettlementFilter& filter,
                                 const domain::BookingPlace& after, int limit,
                                 std::vector<domain::SettlementSummary>& rows);
  // Says of each settlement which reversal, if any, took it back.
  absl::Status AddReversals(std::vector<domain::SettlementSummary>& rows);
  absl::StatusOr<std::vector<PutOutcome>> PutDistinctPersons(
      absl::Span<const PersonWrite> writes);
  // One try of a posting call or a catalog change in one transaction, `reply`
  // being the server's last word.
  absl::StatusOr<std::vector<PostOutcome>> TryPost(
      absl::Span<const Posting> postings, PgReply& reply);
  absl::StatusOr<CatalogPutResult> TryPutCatalog(const CatalogChange& change,
                                                 PgReply& reply);

  PgConnection connection_;
  bool holding_ = false;  // inside the transaction of GatherLocked
  std::vector<domain::LedgerKey> held_;
};

}  // namespace onestop::storage

#endif  // ONESTOP_STORAGE_PG_STORE_H_
