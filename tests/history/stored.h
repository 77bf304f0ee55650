// All that a store holds, read once, and which operations concern which
// settlement id.
#ifndef ONESTOP_TESTS_HISTORY_STORED_H_
#define ONESTOP_TESTS_HISTORY_STORED_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "domain/settlement.h"
#include "storage/store.h"
#include "tests/history/history.h"

namespace onestop::history {

// A person and a settlement, reversal or closed id of theirs.
using RecordKey = std::pair<std::string, domain::SettlementId>;

struct Stored {
  std::map<std::string, storage::PersonHistory> persons;
  // They point into `persons`.
  std::map<RecordKey, const domain::SettlementRecord*> records;

  // nullptr: there is none.
  const domain::SettlementRecord* Find(const RecordKey& key) const;
  // The reversal of the settlement.
  const domain::SettlementRecord* FindReversal(const RecordKey& key) const;
};

absl::StatusOr<Stored> ReadAll(storage::Store& store);

// One operation that would settle under an id, by itself or as a replacement.
struct SettleUse {
  const Operation* operation = nullptr;
  const wire::SettleAsk* ask = nullptr;
  bool replacement = false;
};

// Everything that concerns one settlement id.
struct IdUse {
  std::vector<SettleUse> settles;
  std::vector<const Operation*> reversals;
};

using IdUses = std::map<RecordKey, IdUse>;

IdUses UsesOf(absl::Span<const Operation> operations);

const wire::ReverseAsk& ReverseAskOf(const Operation& operation);

// When a record of this id may first have been asked for, and when it was first
// acknowledged, each by the operations that can have booked it.
struct Span {
  std::optional<int64_t> sent;
  std::optional<int64_t> acknowledged;
};
// Takes the operation's times in.
void Widen(const Operation& operation, Span& span);
// Of a settlement with this claim.
Span SettledIn(const IdUse& use, const domain::Claim& claim);
// Of the reversal or the closing of the id.
Span ReversedIn(const IdUse& use);

}  // namespace onestop::history

#endif  // ONESTOP_TESTS_HISTORY_STORED_H_
