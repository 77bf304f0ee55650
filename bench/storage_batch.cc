// Lanes that write the same records again and again, for other persons and
// under other ids.
#include "bench/storage_batch.h"

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <thread>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_format.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "bench/history.h"
#include "bench/world.h"
#include "storage/pg_store.h"

namespace onestop::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr uint64_t kSeed = 1;  // every run writes the same mix
constexpr int kMostVisits = 12;
constexpr int kTypicalVisits = kMostVisits / 2;

// A settlement decided beforehand.
struct Sample {
  uint64_t kind = 0;  // of the persons that it may be written for
  Decided decided;
};

absl::StatusOr<std::vector<Sample>> MakeSamples(size_t count) {
  ONESTOP_ASSIGN_OR_RETURN(const Rules rules, LoadRules());
  std::mt19937_64 random(kSeed);  // NOLINT: meant to be the same
  std::vector<Sample> samples;
  for (uint64_t number = 0; number < count; ++number) {
    const uint64_t kind = number % kKinds;
    ONESTOP_ASSIGN_OR_RETURN(const LedgerRows rows,
                             RowsAfter(rules, kind, kTypicalVisits, random));
    ONESTOP_ASSIGN_OR_RETURN(Decided decided,
                             DecideVisit(rules, kind, rows, random));
    samples.push_back({kind, std::move(decided)});
  }
  return samples;
}

// One connection that gathers and writes batch after batch.
class BatchLane {
 public:
  // For the persons whose number, divided by kKinds, is at least `first` and
  // below `end`.
  BatchLane(const std::string& database, std::vector<Sample> samples,
            uint64_t first, uint64_t end)
      : store_(OptionsOf(database)),
        samples_(std::move(samples)),
        first_(first),
        end_(end),
        random_(std::random_device{}()) {}

  absl::Status WriteBatch() {
    ChoosePersons();
    ONESTOP_ASSIGN_OR_RETURN(storage::Gathered gathered, store_.Gather(keys_));
    if (!gathered.settlements.empty() ||
        gathered.persons.size() != samples_.size()) {
      return absl::InternalError("a person is missing, or an id is not new");
    }
    ONESTOP_ASSIGN_OR_RETURN(const storage::WriteOutcome outcome,
                             store_.Write(MakeWrite(gathered)));
    if (outcome == storage::WriteOutcome::kCommitted) return absl::OkStatus();
    return MakeError(absl::StatusCode::kAborted, "CONFLICT",
                     "a ledger row has moved");
  }

 private:
  static storage::PgOptions OptionsOf(const std::string& database) {
    storage::PgOptions options;
    options.url = database;
    options.application_name = "bench_load";
    return options;
  }

  // Another person for every sample, no two the same; and new ids.
  void ChoosePersons() {
    keys_ = {};
    taken_.clear();
    for (Sample& sample : samples_) {
      uint64_t number = 0;
      do {
        number = sample.kind + kKinds * (first_ + random_() % (end_ - first_));
      } while (!taken_.insert(number).second);
      GiveTo(PersonId(number), sample.decided);
    }
  }

  void GiveTo(const std::string& person_id, Decided& decided) {
    domain::SettlementRecord& record = decided.record;
    record.person_id = person_id;
    record.claim.person_id = person_id;
    for (auto& movement : record.movements) movement.person_id = person_id;
    for (auto& row : record.rows) row.person_id = person_id;
    for (auto& person : record.persons) person.person_id = person_id;
    record.id = RandomId();
    keys_.persons.push_back(person_id);
    keys_.settlements.push_back({person_id, record.id, RandomId()});
    keys_.ledger.push_back(
        {person_id, domain::YearOf(record.claim.service_date)});
    keys_.ledger.push_back({person_id, domain::kNoYear});
    for (auto& write : decided.writes) write.key.person_id = person_id;
  }

  domain::SettlementId RandomId() {
    domain::SettlementId id;
    for (uint8_t& byte : id.bytes) byte = static_cast<uint8_t>(random_());
    return id;
  }

  // The rows that the samples' decisions wrote: of each person what was
  // gathered, one version on.
  storage::WriteBatch MakeWrite(storage::Gathered& gathered) {
    absl::flat_hash_map<domain::LedgerKey, domain::LedgerRow*> rows;
    for (auto& [key, row] : gathered.ledger) rows[key] = &row;
    storage::WriteBatch batch;
    for (const Sample& sample : samples_) {
      batch.settlements.push_back(&sample.decided.record);
      for (const domain::LedgerWrite& decided : sample.decided.writes) {
        domain::LedgerWrite write;
        write.key = decided.key;
        const auto found = rows.find(write.key);
        if (found == rows.end()) {
          write.row = decided.row;
          write.row.version = 1;
        } else {
          write.expected_version = found->second->version;
          write.row = std::move(*found->second);
          ++write.row.version;
        }
        batch.ledger.push_back(std::move(write));
      }
    }
    std::sort(batch.ledger.begin(), batch.ledger.end(),
              [](const auto& a, const auto& b) { return a.key < b.key; });
    return batch;
  }

  storage::PgStore store_;
  std::vector<Sample> samples_;
  const uint64_t first_;
  const uint64_t end_;
  std::mt19937_64 random_;
  storage::GatherKeys keys_;
  absl::flat_hash_set<uint64_t> taken_;
};

// What all lanes share.
struct BatchRun {
  BatchRun(const BatchOptions& options, int size, LoadResult& into)
      : batch(size),
        window_begin(Clock::now() + options.warmup),
        window_end(window_begin + options.window),
        result(into) {}

  const int batch;  // settlements
  const Clock::time_point window_begin;
  const Clock::time_point window_end;
  std::mutex mutex;
  LoadResult& result;  // but for its histogram guarded by mutex
};

void RunLane(BatchLane& lane, BatchRun& run) {
  int64_t written = 0;
  absl::Status status;
  while (status.ok()) {
    const Clock::time_point start = Clock::now();
    if (start >= run.window_end) break;
    status = lane.WriteBatch();
    const Clock::time_point now = Clock::now();
    if (!status.ok() || now < run.window_begin || now >= run.window_end) {
      continue;
    }
    written += run.batch;
    run.result.latency->Record((now - start) / std::chrono::nanoseconds(1));
  }
  const std::lock_guard<std::mutex> lock(run.mutex);
  run.result.calls += written;
  if (status.ok()) return;
  const std::string reason = ErrorReason(status);
  run.result.errors[reason.empty() ? std::string(status.message()) : reason] +=
      run.batch;
}

}  // namespace

absl::StatusOr<LoadResult> RunBatches(const BatchOptions& options) {
  const uint64_t of_a_kind = options.persons / kKinds;
  const auto lanes_count = static_cast<uint64_t>(options.lanes);
  const uint64_t each = of_a_kind / lanes_count;
  // At least half of a lane's persons are not in a batch, so that choosing
  // others does not take long.
  const auto batch =
      std::min(static_cast<uint64_t>(options.batch), each / 2 * kKinds);
  if (batch == 0) {
    return absl::InvalidArgumentError("too few persons for so many lanes");
  }
  ONESTOP_ASSIGN_OR_RETURN(const std::vector<Sample> samples,
                           MakeSamples(batch));
  std::vector<std::unique_ptr<BatchLane>> lanes;
  for (uint64_t lane = 0; lane < lanes_count; ++lane) {
    lanes.push_back(std::make_unique<BatchLane>(
        options.database, samples, lane * each, (lane + 1) * each));
  }
  LoadResult result;
  BatchRun run(options, static_cast<int>(batch), result);
  std::vector<std::thread> threads;
  for (auto& lane : lanes) {
    threads.emplace_back([&lane, &run] { RunLane(*lane, run); });
  }
  for (std::thread& thread : threads) thread.join();
  result.seconds =
      std::chrono::duration<double>(run.window_end - run.window_begin).count();
  return result;
}

}  // namespace onestop::bench
