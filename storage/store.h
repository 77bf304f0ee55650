// Where persons, ledger, settlements and reference data are kept. MemStore is
// exact and in memory; PgStore is PostgreSQL. One contract suite holds both.
#ifndef ONESTOP_STORAGE_STORE_H_
#define ONESTOP_STORAGE_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "domain/book.h"
#include "domain/catalog.h"
#include "domain/listing.h"
#include "domain/person.h"
#include "domain/settlement.h"

namespace onestop::storage {

struct SettlementKey {
  std::string person_id;
  domain::SettlementId id;
  // The id that a reversal of it would have: looked up when `id` exists.
  domain::SettlementId reversal_id;
};

// Everything that a batch can touch; each list without repeats.
struct GatherKeys {
  std::vector<std::string> persons;
  std::vector<domain::LedgerKey> ledger;
  std::vector<SettlementKey> settlements;
};

// What exists of it; what is absent does not.
struct Gathered {
  std::vector<domain::Person> persons;
  std::vector<std::pair<domain::LedgerKey, domain::LedgerRow>> ledger;
  std::vector<domain::SettlementRecord> settlements;
};

// One transaction: all of it or nothing. The rows ascend by key.
struct WriteBatch {
  std::vector<domain::LedgerWrite> ledger;
  std::vector<const domain::SettlementRecord*> settlements;
};

enum class WriteOutcome {
  kCommitted,
  // A ledger row's version has moved or a settlement id exists: nothing was
  // written; gather and decide again.
  kConflict,
};

// A person to write; it replaces the row whose version is person.version
// (0: there is none yet) and gets the version after it.
struct PersonWrite {
  domain::Person person;
};

enum class PutOutcome { kCreated, kUpdated, kUnchanged, kConflict };

// Changes of the reference data, each replaces what has the same key; a
// designation's is the hospital, the pharmacy and the first day.
struct CatalogChange {
  std::vector<domain::Item> items;
  std::vector<domain::Institution> institutions;
  std::vector<domain::Designation> designations;
};

struct CatalogPutResult {
  int64_t revision = 0;  // the catalog's, after the change
  std::vector<PutOutcome> items;
  std::vector<PutOutcome> institutions;
  std::vector<PutOutcome> designations;
};

// An amount that an agency adds to one counter: an opening counter or balance,
// inpatient usage, a monthly credit, a premium. Append-only.
struct Posting {
  std::string posting_id;  // the sender's, unique per caller, person and kind
  std::string kind;        // "opening", "usage", "credit", "premium"
  domain::Movement movement;
  std::string caller;  // who
  domain::Day booked_on;
  int64_t booked_at_ms = 0;
  int64_t row_version = 0;  // of the ledger row, after; set by the store
  // Not to be applied: Post only tells whether it was before. Never stored.
  bool refused = false;
};

enum class PostOutcome {
  kApplied,
  kDuplicate,  // the same posting was applied before
  kReused,     // the id was used for another posting
  kPersonUnknown,
  kBelowZero,  // the counter would fall below zero
  kRefused,    // it was sent as refused, and was not applied before
};

// All that the store keeps of one person, for verification.
struct PersonHistory {
  std::vector<domain::Person> versions;  // ascending by version
  std::vector<std::pair<domain::LedgerKey, domain::LedgerRow>> ledger;
  std::vector<domain::SettlementRecord> settlements;  // in no special order
  std::vector<Posting> postings;
};

// A month's roster of the two diseases.
struct Roster {
  std::string caller;
  std::string roster_id;  // the sender's, unique per caller
  std::string region;
  domain::Day month;   // its first day
  int64_t number = 0;  // given by the store

  friend bool operator==(const Roster&, const Roster&) = default;
};

// A person on it, for one disease.
struct RosterMember {
  std::string person_id;
  std::string disease;
  // What the roster registered; empty: the person was registered otherwise.
  std::string registration_id;

  friend bool operator==(const RosterMember&, const RosterMember&) = default;
};

// A closed year, as a request id closed or found it.
struct YearClosing {
  int32_t year = 0;
  int64_t closed_at_ms = 0;
};

struct PolicyFileText {
  std::string name;
  std::string text;
  friend bool operator==(const PolicyFileText&,
                         const PolicyFileText&) = default;
};

// Not thread-safe: each thread has its own, over the same data.
//
// Errors: STORAGE_UNAVAILABLE (UNAVAILABLE) when nothing was written and the
// call may be repeated (after Put… and Post, whose repetition is recognised,
// something may have been written); COMMIT_UNKNOWN (UNAVAILABLE), of Write
// alone, when the commit's reply was lost: look the settlements up;
// STORED_FORM_BROKEN (INTERNAL) when a stored row cannot be read;
// INVARIANT_BROKEN (INTERNAL) when a row cannot be stored, whoever tries.
class Store {
 public:
  virtual ~Store() = default;

  // The hot path. One round trip each.
  virtual absl::StatusOr<Gathered> Gather(const GatherKeys& keys) = 0;
  // As Gather, and holds every ledger row of `keys` (those that do not exist
  // too) against other writers, in ascending order of key, until the next
  // Write or Release.
  virtual absl::StatusOr<Gathered> GatherLocked(const GatherKeys& keys) = 0;
  virtual void Release() = 0;
  virtual absl::StatusOr<WriteOutcome> Write(const WriteBatch& batch) = 0;

  // Look-ups.
  virtual absl::StatusOr<std::optional<domain::SettlementRecord>>
  FindSettlement(std::string_view person_id,
                 const domain::SettlementId& id) = 0;
  // The records that `filter` takes and that stand after `after`, in the order
  // of booking, at most `limit`. What is booked while pages are read may be
  // missed or found; what was there before is found once.
  virtual absl::StatusOr<std::vector<domain::SettlementSummary>>
  ListSettlements(const domain::SettlementFilter& filter,
                  const domain::BookingPlace& after, int limit) = 0;
  // The person's rows, of one year or (nullopt) of all.
  virtual absl::StatusOr<
      std::vector<std::pair<domain::LedgerKey, domain::LedgerRow>>>
  ReadLedger(std::string_view person_id, std::optional<int32_t> year) = 0;

  // The registry. GetPersons answers in the order asked, absent ones left out.
  virtual absl::StatusOr<std::vector<domain::Person>> GetPersons(
      absl::Span<const std::string> person_ids) = 0;
  // The person as its row was at a version; nullopt: it never had it.
  virtual absl::StatusOr<std::optional<domain::Person>> GetPersonAt(
      std::string_view person_id, int64_t version) = 0;
  // Who has a registration that names the institution (an empty one: nobody):
  // ids ascending, after `after`, at most `limit`.
  virtual absl::StatusOr<std::vector<std::string>> ScanRegistered(
      std::string_view institution_id, std::string_view after, int limit) = 0;
  // One outcome a write; a conflict leaves the others written.
  virtual absl::StatusOr<std::vector<PutOutcome>> PutPersons(
      absl::Span<const PersonWrite> writes) = 0;
  // Whose rows hold a FAMILY_ACCOUNT registration, in force or not, that names
  // this person as beneficiary: ascending, at most `limit`.
  virtual absl::StatusOr<std::vector<std::string>> FamilyAccountOwners(
      std::string_view person_id, int limit) = 0;
  virtual absl::StatusOr<CatalogPutResult> PutCatalog(
      const CatalogChange& change) = 0;
  virtual absl::StatusOr<std::vector<PostOutcome>> Post(
      absl::Span<const Posting> postings) = 0;

  // Snapshots. The latest catalog revision (0: nothing was put yet), and the
  // catalog as it was at a revision (nullopt: the latest; NOT_FOUND for one
  // that was not reached). GetPolicy: the files in order of name, none when
  // the revision is unknown; PutPolicy of a known revision changes nothing.
  virtual absl::StatusOr<int64_t> CatalogRevision() = 0;
  virtual absl::StatusOr<domain::Catalog> LoadCatalog(
      std::optional<int64_t> revision) = 0;
  virtual absl::Status PutPolicy(const std::string& revision,
                                 absl::Span<const PolicyFileText> files) = 0;
  virtual absl::StatusOr<std::vector<PolicyFileText>> GetPolicy(
      std::string_view revision) = 0;
  virtual absl::StatusOr<std::vector<int32_t>> ClosedYears() = 0;

  // Rosters. BeginRoster: with its number; an id that was used before: as it
  // was begun. The members are those of the region's latest rosters.
  virtual absl::StatusOr<Roster> BeginRoster(const Roster& asked) = 0;
  // They stand on it, unless a later month's roster named them.
  virtual absl::Status KeepOnRoster(const Roster& roster,
                                    absl::Span<const RosterMember> members) = 0;
  // Who stood on another roster, of its month or an earlier one, and is not
  // revoked: by person and disease, at most `limit`.
  virtual absl::StatusOr<std::vector<RosterMember>> OffRoster(
      const Roster& roster, int limit) = 0;
  virtual absl::Status RevokeFromRoster(
      const Roster& roster, absl::Span<const RosterMember> members) = 0;
  // How many registrations it revoked that no later roster made again.
  virtual absl::StatusOr<int64_t> RevokedByRoster(const Roster& roster) = 0;

  // Closes the year, once, and keeps that this caller's id asked for it. An id
  // that was used before closes nothing: the year that it named is answered.
  virtual absl::StatusOr<YearClosing> CloseYear(std::string_view caller,
                                                std::string_view request_id,
                                                int32_t year) = 0;

  // Verification. Person ids ascending, after `after`, at most `limit`: all
  // that have a person row, a ledger row, a settlement or a posting.
  virtual absl::StatusOr<std::vector<std::string>> ScanPersons(
      std::string_view after, int limit) = 0;
  virtual absl::StatusOr<PersonHistory> ReadHistory(
      std::string_view person_id) = 0;
};

}  // namespace onestop::storage

#endif  // ONESTOP_STORAGE_STORE_H_
