// The working copy of one batch: what was gathered, what the requests before
// left, and what is to be written. Decides settles, quotes and reversals by
// pure functions; the server's lanes, offline evaluation and the simulation
// all decide here.
#ifndef ONESTOP_DOMAIN_BOOK_H_
#define ONESTOP_DOMAIN_BOOK_H_

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "domain/evaluate.h"
#include "domain/settlement.h"

namespace onestop::domain {

struct LedgerKey {
  std::string person_id;
  int32_t year = kNoYear;
  friend auto operator<=>(const LedgerKey&, const LedgerKey&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const LedgerKey& key) {
    return H::combine(std::move(h), key.person_id, key.year);
  }
};

// When and by what a batch is decided.
struct Moment {
  std::optional<Day> today;  // absent: no clock
  int64_t now_ms = 0;        // Unix milliseconds
};

struct SettleCommand {
  SettlementId id;           // derived from institution, person, request id
  SettlementId reversal_id;  // derived from `id`
  std::string request_id;
  Claim claim;
  std::optional<Money> expected_cash = {};
  std::optional<SettlementId> replaces = {};  // reversed in the same call
};

struct SettleDecision {
  enum class Kind { kSettled, kReplayed, kQuoteStale };
  Kind kind = Kind::kSettled;
  // kSettled: the new record, whose `reply` the caller fills in before the
  // next decision. kReplayed: the record that answers. Owned by the Book.
  SettlementRecord* record = nullptr;
  Outcome outcome;  // kSettled, kQuoteStale
};

// Names its target by settlement id, or by institution and request id (then
// an id that never settled is closed).
struct ReverseCommand {
  std::string person_id;
  SettlementId target;       // derived, or as given
  SettlementId reversal_id;  // derived from `target`
  bool by_request_id = false;
  std::string institution_id;  // by_request_id
  std::string request_id;      // by_request_id
};

struct ReverseDecision {
  enum class Kind { kReversed, kAlreadyReversed, kClosed, kAlreadyClosed };
  Kind kind = Kind::kReversed;
  // The reversal's or the closing's record. When new (kReversed, kClosed) the
  // caller fills in `reply` before the next decision. Owned by the Book.
  SettlementRecord* record = nullptr;
};

// One ledger row to write, provided that its version has not moved.
struct LedgerWrite {
  LedgerKey key;
  int64_t expected_version = 0;  // 0: the row does not exist yet
  LedgerRow row;                 // row.version is the new version
};

// What one record or its reversal books into one row: its movements of that
// row, then, where the record was decided with a clock, the drop of what can
// refuse nothing any more; the version moves by one. On an error the row is
// left half changed: throw it away. Rebuilding a row calls this too.
absl::Status ApplyMovements(const LedgerKey& key,
                            absl::Span<const Movement> movements,
                            std::optional<Day> today, LedgerRow& row);

// Not thread-safe; lives for one batch. Policy and catalog outlive it.
class Book {
 public:
  Book(const Policy& policy, const Catalog& catalog, Moment moment);
  Book(const Book&) = delete;
  Book& operator=(const Book&) = delete;

  // What was gathered. A key that is not added does not exist.
  void AddPerson(Person person);
  void AddLedger(const LedgerKey& key, LedgerRow row);
  void AddSettlement(SettlementRecord record);
  void CloseYear(int32_t year);  // settles of this year are refused

  // Row 1 of docs/rules.md section 7, then Evaluate on the working copy.
  // Refusals change nothing.
  absl::StatusOr<SettleDecision> Settle(const SettleCommand& command);
  // On the gathered rows only; changes nothing.
  absl::StatusOr<Outcome> Quote(const Claim& claim) const;
  // A reversal needs the rows of its target's movements: RowsToReverse says
  // which; they must have been added.
  absl::StatusOr<ReverseDecision> Reverse(const ReverseCommand& command);
  static std::vector<LedgerKey> RowsToReverse(const SettlementRecord& target);

  // A settlement known here, gathered or new; nullptr if none.
  const SettlementRecord* Find(const std::string& person_id,
                               const SettlementId& id) const;
  const LedgerRow& Committed(const LedgerKey& key) const;
  // nullptr: no such person was gathered.
  const Person* FindPerson(const std::string& person_id) const;

  // What is to be written, all or nothing.
  const std::deque<SettlementRecord>& records() const { return new_records_; }
  std::vector<LedgerWrite> LedgerWrites() const;  // ascending by key

 private:
  using RecordKey = std::pair<std::string, SettlementId>;

  Facts GatherFacts(const Claim& claim, bool committed) const;
  const LedgerRow& Row(const LedgerKey& key, bool committed) const;
  SettlementRecord* FindMutable(const std::string& person_id,
                                const SettlementId& id);
  // Applies the movements to the working copy, all or none, and notes the
  // versions of every touched row in `record`.
  absl::Status Apply(SettlementRecord& record);
  SettlementRecord* Keep(SettlementRecord record);

  const Policy& policy_;
  const Catalog& catalog_;
  const Moment moment_;
  absl::flat_hash_map<std::string, Person> persons_;
  absl::flat_hash_map<LedgerKey, LedgerRow> committed_;
  absl::flat_hash_map<LedgerKey, LedgerRow> working_;  // rows that moved
  std::deque<SettlementRecord> gathered_records_;
  std::deque<SettlementRecord> new_records_;
  absl::flat_hash_map<RecordKey, SettlementRecord*> records_by_id_;
  std::vector<int32_t> closed_years_;
};

}  // namespace onestop::domain

#endif  // ONESTOP_DOMAIN_BOOK_H_
