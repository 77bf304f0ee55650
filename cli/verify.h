// Whether the database still says what was settled: every ledger row rebuilt
// from its movements, every settlement recomputed from the facts it kept.
#ifndef ONESTOP_CLI_VERIFY_H_
#define ONESTOP_CLI_VERIFY_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "domain/catalog.h"
#include "domain/outcome.h"
#include "domain/policy.h"
#include "domain/settlement.h"
#include "storage/store.h"

namespace onestop::cli {

// Makes the bytes of a reply again; the border (wire/) provides both.
struct ReplyMaker {
  // wire::SettleReply.
  std::function<std::string(const domain::SettlementRecord& record,
                            const domain::Outcome& outcome,
                            const domain::Catalog& catalog)>
      settle;
  // wire::ReversalReply with the note of record.reply; `target` is nullptr
  // where only the id was closed.
  std::function<std::string(const domain::SettlementRecord& record,
                            const domain::SettlementRecord* target)>
      reversal;
};

// Compiles the files of a stored policy revision (wire::LoadPolicy), or knows
// it already.
using PolicyCompiler =
    std::function<absl::StatusOr<std::shared_ptr<const domain::Policy>>(
        const std::string& revision,
        const std::vector<storage::PolicyFileText>& files)>;

struct VerifyCounts {
  int64_t persons = 0;
  int64_t settlements = 0;
  int64_t reversals = 0;
  int64_t closed_ids = 0;
  int64_t postings = 0;
  int64_t ledger_rows = 0;
  // Settled by another revision of the engine: their movements and reversals
  // are checked, their outcome cannot be worked out again by this program.
  int64_t not_recomputed = 0;
};

// One thing that is not as it should be. Persons appear as
// storage::PersonDigest.
struct Difference {
  std::string what;  // a sentence
  std::string person;
  std::string settlement_id;  // empty: none is concerned
  int32_t year = 0;           // with `counter`
  std::string counter;        // empty: none is concerned
  std::string expected;       // empty with `found`: the sentence says it all
  std::string found;
  // One line for people.
  std::string ToString() const;
};

struct VerifyReport {
  VerifyCounts counts;
  std::vector<Difference> differences;  // the first ones found
  bool stopped = false;  // at the limit of differences, before the end
  bool ok() const { return differences.empty(); }
};

struct VerifyOptions {
  ReplyMaker replies;
  PolicyCompiler compile;
  // Stops after so many differences.
  size_t max_differences = 1;
  // Persons read at once: what bounds the memory.
  int batch = 100;
  // Called after each batch; may be empty.
  std::function<void(const VerifyCounts&)> progress;
};

// Reads everything, changes nothing. On PostgreSQL the store should read one
// snapshot (PgOptions::one_snapshot), or settles under way look like
// differences. Memory: one batch of persons, a few catalogs, and what family
// accounts moved. Errors are the store's; a row that cannot be read is a
// difference.
absl::StatusOr<VerifyReport> VerifyDatabase(storage::Store& store,
                                            const VerifyOptions& options);

}  // namespace onestop::cli

#endif  // ONESTOP_CLI_VERIFY_H_
