// Each call: the way there, the exact store, the way back.
#include "tests/simulation/fault_store.h"

#include "base/error.h"
#include "base/status_macros.h"

namespace onestop::simulation {
namespace {

using storage::Gathered;
using storage::GatherKeys;
using storage::WriteBatch;
using storage::WriteOutcome;

// A batch that outlives its Book.
struct OwnedBatch {
  explicit OwnedBatch(const WriteBatch& batch) : ledger(batch.ledger) {
    for (const auto* record : batch.settlements) records.push_back(*record);
  }
  WriteBatch View() const {
    WriteBatch view{ledger, {}};
    for (const auto& record : records) view.settlements.push_back(&record);
    return view;
  }
  std::vector<domain::LedgerWrite> ledger;
  std::vector<domain::SettlementRecord> records;
};

}  // namespace

absl::Status FaultStore::Unavailable() {
  Release();
  return MakeError(absl::StatusCode::kUnavailable, "STORAGE_UNAVAILABLE",
                   "the database cannot be reached");
}

absl::Status FaultStore::ReplyLost() {
  Release();
  if (canary() == Canary::kUnknownAsRefused) return Unavailable();
  return MakeError(absl::StatusCode::kUnavailable, "COMMIT_UNKNOWN",
                   "the commit's reply was lost");
}

absl::Status FaultStore::Reach(const char* call) {
  int64_t ms = setting_.dice.Between(0, setting_.call_ms);
  if (setting_.faults.Strikes(Fault::kSlowCall)) {
    ms += setting_.dice.Between(10, 3'000);
    setting_.Tell(process_->name, ": ", call, " takes ", ms, " ms");
  }
  if (process_->killed) throw Killed();
  setting_.agenda.Pass(ms);
  if (process_->killed) {
    setting_.faults.Count(Fault::kKilledInCall);
    throw Killed();
  }
  const int64_t now_ms = setting_.agenda.now_ms();
  if (now_ms < setting_.database_away_until_ms ||
      now_ms < process_->connection_gone_until_ms) {
    setting_.Tell(process_->name, ": ", call, " does not reach the database");
    return Unavailable();
  }
  return absl::OkStatus();
}

absl::Status FaultStore::ReachToRead(const char* call) {
  ONESTOP_RETURN_IF_ERROR(Reach(call));
  if (!setting_.faults.Strikes(Fault::kReadRefused)) return absl::OkStatus();
  setting_.Tell(process_->name, ": ", call, " is refused");
  return Unavailable();
}

void FaultStore::Return() {
  setting_.agenda.Pass(setting_.dice.Between(0, setting_.call_ms / 2));
  if (!process_->killed) return;
  setting_.faults.Count(Fault::kKilledInCall);
  throw Killed();
}

absl::StatusOr<Gathered> FaultStore::Gather(const GatherKeys& keys) {
  ONESTOP_RETURN_IF_ERROR(ReachToRead("gather"));
  auto rows = CanaryStore::Gather(keys);
  Return();
  return rows;
}

absl::StatusOr<Gathered> FaultStore::GatherLocked(const GatherKeys& keys) {
  ONESTOP_RETURN_IF_ERROR(ReachToRead("locked gather"));
  auto rows = CanaryStore::GatherLocked(keys);
  Return();
  return rows;
}

void FaultStore::WriteLater(const WriteBatch& batch, int64_t after_ms) {
  auto owned = std::make_shared<OwnedBatch>(batch);
  setting_.agenda.After(after_ms, [&setting = setting_, owned] {
    CanaryStore store(setting.database, setting.canary);
    const auto outcome = store.Write(owned->View());
    setting.Tell("a late write ",
                 outcome.ok() && *outcome == WriteOutcome::kCommitted
                     ? "commits"
                     : "comes to nothing");
  });
}

absl::StatusOr<WriteOutcome> FaultStore::Write(const WriteBatch& batch) {
  Faults& faults = setting_.faults;
  try {
    ONESTOP_RETURN_IF_ERROR(Reach("write"));
  } catch (const Killed&) {
    // It may be on its way already.
    if (setting_.dice.OneIn(2)) WriteLater(batch, setting_.dice.Between(0, 9));
    throw;
  }
  if (faults.Strikes(Fault::kWriteRefused)) {
    setting_.Tell(process_->name, ": write is refused");
    return Unavailable();
  }
  if (faults.Strikes(Fault::kConflict)) {
    setting_.Tell(process_->name, ": write is told a conflict");
    Release();
    return WriteOutcome::kConflict;
  }
  if (faults.Strikes(Fault::kLostBeforeCommit)) {
    setting_.Tell(process_->name, ": write and its reply are lost");
    return ReplyLost();
  }
  if (faults.Strikes(Fault::kLateCommit)) {
    setting_.Tell(process_->name, ": write will come late, its reply is lost");
    WriteLater(batch, setting_.dice.Between(1, 4'000));
    return ReplyLost();
  }
  auto written = CanaryStore::Write(batch);
  const bool committed = written.ok() && *written == WriteOutcome::kCommitted;
  setting_.Tell(process_->name, ": write of ", batch.settlements.size(),
                " records ", committed ? "commits" : "conflicts");
  Return();
  if (committed && faults.Strikes(Fault::kLostAfterCommit)) {
    setting_.Tell(process_->name, ": the commit's reply is lost");
    return ReplyLost();
  }
  return written;
}

absl::StatusOr<std::vector<domain::Person>> FaultStore::GetPersons(
    absl::Span<const std::string> person_ids) {
  ONESTOP_RETURN_IF_ERROR(ReachToRead("read of persons"));
  auto persons = CanaryStore::GetPersons(person_ids);
  Return();
  return persons;
}

// The registry's writes do not look for what became of them.
template <typename Written>
absl::StatusOr<Written> FaultStore::AfterWriting(
    absl::StatusOr<Written> written) {
  Return();
  if (setting_.faults.Strikes(Fault::kLostAfterCommit)) return Unavailable();
  return written;
}

absl::StatusOr<std::vector<storage::PutOutcome>> FaultStore::PutPersons(
    absl::Span<const storage::PersonWrite> writes) {
  ONESTOP_RETURN_IF_ERROR(Reach("write of persons"));
  if (setting_.faults.Strikes(Fault::kWriteRefused)) return Unavailable();
  return AfterWriting(CanaryStore::PutPersons(writes));
}

absl::StatusOr<std::vector<storage::PostOutcome>> FaultStore::Post(
    absl::Span<const storage::Posting> postings) {
  ONESTOP_RETURN_IF_ERROR(Reach("posting"));
  if (setting_.faults.Strikes(Fault::kWriteRefused)) return Unavailable();
  return AfterWriting(CanaryStore::Post(postings));
}

absl::StatusOr<int64_t> FaultStore::CatalogRevision() {
  ONESTOP_RETURN_IF_ERROR(ReachToRead("read of the catalog's revision"));
  return CanaryStore::CatalogRevision();
}

}  // namespace onestop::simulation
