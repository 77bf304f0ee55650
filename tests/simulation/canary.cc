// Distorts what is read or written, each bug in its own way.
#include "tests/simulation/canary.h"

#include <algorithm>
#include <deque>
#include <utility>
#include <vector>

#include "base/status_macros.h"

namespace onestop::simulation {
namespace {

using domain::RecordKind;
using domain::SettlementRecord;
using storage::Gathered;
using storage::GatherKeys;
using storage::WriteBatch;
using storage::WriteOutcome;

constexpr CanaryInfo kCanaries[] = {
    {Canary::kVersionUnchecked, "version-unchecked",
     "a ledger row is written whatever its version is by then", 50},
    {Canary::kRetryUnrecognised, "retry-unrecognised",
     "a settle does not find the record of its request id", 50},
    {Canary::kRelativeUndebited, "relative-undebited",
     "a relative's account pays, but its row is not written", 50},
    {Canary::kReversedTwice, "reversed-twice",
     "a reversal gives back twice what was taken", 50},
    {Canary::kUnknownAsRefused, "unknown-as-refused",
     "a lost commit is told as 'nothing was written'", 50},
    {Canary::kStaleCatalog, "stale-catalog",
     "a lane goes on with the catalog that it began with", 50},
    {Canary::kStalePerson, "stale-person",
     "a lane keeps persons as it first read them", 50},
    {Canary::kAnsweredEarly, "answered-early",
     "now and then a commit is told that never happens", 50},
    {Canary::kHalfReplaced, "half-replaced",
     "a replacement is written without its reversal", 50},
    {Canary::kClosedForgotten, "closed-forgotten",
     "a settle does not see that its id was closed", 50},
    {Canary::kReplyRemade, "reply-remade",
     "what is kept for retries is not what was answered", 50},
    {Canary::kPostedTwice, "posted-twice",
     "a posting that is sent again is booked again", 50},
};

bool TakesBack(const WriteBatch& batch) {
  return std::any_of(batch.settlements.begin(), batch.settlements.end(),
                     [](const SettlementRecord* record) {
                       return record->kind == RecordKind::kReversal;
                     });
}

}  // namespace

absl::Span<const CanaryInfo> Canaries() { return kCanaries; }

std::optional<CanaryInfo> FindCanary(std::string_view name) {
  for (const CanaryInfo& info : kCanaries) {
    if (info.name == name) return info;
  }
  return std::nullopt;
}

Gathered CanaryStore::Distorted(const GatherKeys& keys, Gathered rows) {
  if (canary_ == Canary::kRetryUnrecognised ||
      canary_ == Canary::kClosedForgotten) {
    const RecordKind hidden = canary_ == Canary::kRetryUnrecognised
                                  ? RecordKind::kSettlement
                                  : RecordKind::kClosed;
    // Reversals alone ask for no ledger rows at first.
    if (!keys.ledger.empty()) {
      std::erase_if(rows.settlements, [&](const SettlementRecord& record) {
        return record.kind == hidden;
      });
    }
  }
  if (canary_ == Canary::kStalePerson) {
    for (domain::Person& person : rows.persons) {
      person = first_seen_.try_emplace(person.person_id, person).first->second;
    }
  }
  return rows;
}

absl::StatusOr<Gathered> CanaryStore::Gather(const GatherKeys& keys) {
  ONESTOP_ASSIGN_OR_RETURN(Gathered rows, MemStore::Gather(keys));
  return Distorted(keys, std::move(rows));
}

absl::StatusOr<Gathered> CanaryStore::GatherLocked(const GatherKeys& keys) {
  ONESTOP_ASSIGN_OR_RETURN(Gathered rows, MemStore::GatherLocked(keys));
  return Distorted(keys, std::move(rows));
}

void CanaryStore::ForgetVersions(WriteBatch& batch) {
  for (domain::LedgerWrite& write : batch.ledger) {
    const domain::LedgerRow* row = database_.LedgerForTest(write.key);
    const int64_t moves = write.row.version - write.expected_version;
    write.expected_version = row == nullptr ? 0 : row->version;
    write.row.version = write.expected_version + moves;
  }
}

void CanaryStore::ForgetRecords(const WriteBatch& batch) {
  for (const SettlementRecord* record : batch.settlements) {
    database_.EraseSettlementForTest(record->person_id, record->id);
  }
}

void CanaryStore::ForgetRelatives(WriteBatch& batch) {
  std::erase_if(batch.ledger, [&](const domain::LedgerWrite& write) {
    return std::none_of(batch.settlements.begin(), batch.settlements.end(),
                        [&](const SettlementRecord* record) {
                          return record->person_id == write.key.person_id;
                        });
  });
}

void CanaryStore::RestoreAgain(WriteBatch& batch) {
  for (const SettlementRecord* record : batch.settlements) {
    if (record->kind != RecordKind::kReversal) continue;
    for (const domain::Movement& movement : record->movements) {
      for (domain::LedgerWrite& write : batch.ledger) {
        if (write.key.person_id != movement.person_id ||
            write.key.year != movement.year || movement.amount < 0) {
          continue;
        }
        write.row.Add(movement).IgnoreError();
      }
    }
  }
}

void CanaryStore::ForgetReversals(WriteBatch& batch) {
  const bool replaces =
      std::any_of(batch.settlements.begin(), batch.settlements.end(),
                  [](const SettlementRecord* record) {
                    return record->replaces.has_value();
                  });
  if (!replaces) return;
  std::erase_if(batch.settlements, [](const SettlementRecord* record) {
    return record->kind == RecordKind::kReversal;
  });
}

absl::StatusOr<WriteOutcome> CanaryStore::WriteOtherReplies(
    const WriteBatch& batch) {
  std::deque<SettlementRecord> records;
  WriteBatch other{batch.ledger, {}};
  for (const SettlementRecord* record : batch.settlements) {
    records.push_back(*record);
    records.back().reply.push_back('\0');
    other.settlements.push_back(&records.back());
  }
  return MemStore::Write(other);
}

absl::StatusOr<WriteOutcome> CanaryStore::Write(const WriteBatch& batch) {
  WriteBatch distorted = batch;
  switch (canary_) {
    case Canary::kVersionUnchecked:
      ForgetVersions(distorted);
      break;
    case Canary::kRetryUnrecognised:
    case Canary::kClosedForgotten:
      ForgetRecords(distorted);
      break;
    case Canary::kRelativeUndebited:
      ForgetRelatives(distorted);
      break;
    case Canary::kReversedTwice:
      if (TakesBack(distorted)) RestoreAgain(distorted);
      break;
    case Canary::kHalfReplaced:
      ForgetReversals(distorted);
      break;
    case Canary::kAnsweredEarly:
      if (++writes_ % 8 == 0) {
        Release();
        return WriteOutcome::kCommitted;
      }
      break;
    case Canary::kReplyRemade:
      return WriteOtherReplies(batch);
    default:
      break;
  }
  return MemStore::Write(distorted);
}

absl::StatusOr<std::vector<storage::PostOutcome>> CanaryStore::Post(
    absl::Span<const storage::Posting> postings) {
  ONESTOP_ASSIGN_OR_RETURN(std::vector<storage::PostOutcome> outcomes,
                           MemStore::Post(postings));
  if (canary_ != Canary::kPostedTwice) return outcomes;
  for (size_t i = 0; i < outcomes.size(); ++i) {
    if (outcomes[i] != storage::PostOutcome::kDuplicate) continue;
    const domain::Movement& movement = postings[i].movement;
    domain::LedgerRow* row =
        database_.LedgerForTest({movement.person_id, movement.year});
    if (row != nullptr && row->Add(movement).ok()) ++row->version;
  }
  return outcomes;
}

}  // namespace onestop::simulation
