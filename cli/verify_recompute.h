// One settlement, reversal or closing checked against what it says it was
// decided on.
#ifndef ONESTOP_CLI_VERIFY_RECOMPUTE_H_
#define ONESTOP_CLI_VERIFY_RECOMPUTE_H_

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/verify.h"
#include "domain/evaluate.h"
#include "storage/store.h"

namespace onestop::cli {

// Keeps the few policies, catalogs and relatives that it used last. Not
// thread-safe; the store and the options outlive it.
class Recomputer {
 public:
  Recomputer(storage::Store& store, const VerifyOptions& options)
      : store_(store), options_(options) {}

  // The difference that there is, if any. `history` is the record's person's.
  // Errors are the store's.
  absl::StatusOr<std::optional<Difference>> Check(
      const domain::SettlementRecord& record,
      const storage::PersonHistory& history);

  // Whether this engine can work the settlement out again.
  static bool SameEngine(const domain::SettlementRecord& record) {
    return record.engine_revision == domain::kEngineRevision;
  }

 private:
  using Versions = std::vector<domain::Person>;
  // The person of a settlement and the relatives, with their rows.
  struct World {
    std::vector<domain::Person> persons;
    std::map<std::pair<std::string, int32_t>, domain::LedgerRow> rows;
    domain::Facts facts;
  };

  absl::StatusOr<std::optional<Difference>> CheckSettlement(
      const domain::SettlementRecord& record,
      const storage::PersonHistory& history);
  std::optional<Difference> CheckReversal(
      const domain::SettlementRecord& record,
      const storage::PersonHistory& history);
  std::optional<Difference> CheckClosing(
      const domain::SettlementRecord& record);
  // Rebuilds the facts; a difference when one is gone.
  absl::StatusOr<std::optional<Difference>> Rebuild(
      const domain::SettlementRecord& record,
      const storage::PersonHistory& history, World& world);

  // nullptr when the store does not have it (or, a policy, when it does not
  // compile).
  absl::StatusOr<const domain::Policy*> FindPolicy(const std::string& revision);
  absl::StatusOr<const domain::Catalog*> FindCatalog(int64_t revision);
  // nullptr when the relative's rows cannot be read.
  absl::StatusOr<const Versions*> VersionsOf(const std::string& person_id);

  // The last few values by key, the oldest first.
  template <typename Key, typename Value>
  using Cache = std::deque<std::pair<Key, std::unique_ptr<Value>>>;

  storage::Store& store_;
  const VerifyOptions& options_;
  std::deque<std::pair<std::string, std::shared_ptr<const domain::Policy>>>
      policies_;
  Cache<int64_t, domain::Catalog> catalogs_;
  Cache<std::string, Versions> relatives_;
};

}  // namespace onestop::cli

#endif  // ONESTOP_CLI_VERIFY_RECOMPUTE_H_
