// Bugs planted on purpose, each as a store that keeps one promise less: what
// the simulation must find.
#ifndef ONESTOP_TESTS_SIMULATION_CANARY_H_
#define ONESTOP_TESTS_SIMULATION_CANARY_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "absl/types/span.h"
#include "storage/mem_store.h"

namespace onestop::simulation {

enum class Canary {
  kNone,
  kVersionUnchecked,
  kRetryUnrecognised,
  kRelativeUndebited,
  kReversedTwice,
  kUnknownAsRefused,
  kStaleCatalog,
  kStalePerson,
  kAnsweredEarly,
  kHalfReplaced,
  kClosedForgotten,
  kReplyRemade,
  kPostedTwice,
};

struct CanaryInfo {
  Canary canary = Canary::kNone;
  const char* name = "";
  const char* about = "";
  // It is found by at least one of the seeds 1 to this.
  int seeds = 0;
};

// All but kNone.
absl::Span<const CanaryInfo> Canaries();
std::optional<CanaryInfo> FindCanary(std::string_view name);

// The exact store, but for the bug. Not thread-safe.
class CanaryStore : public storage::MemStore {
 public:
  CanaryStore(storage::MemDatabase& database, Canary canary)
      : MemStore(database), database_(database), canary_(canary) {}

  absl::StatusOr<storage::Gathered> Gather(
      const storage::GatherKeys& keys) override;
  absl::StatusOr<storage::Gathered> GatherLocked(
      const storage::GatherKeys& keys) override;
  absl::StatusOr<storage::WriteOutcome> Write(
      const storage::WriteBatch& batch) override;
  absl::StatusOr<std::vector<storage::PostOutcome>> Post(
      absl::Span<const storage::Posting> postings) override;

 protected:
  Canary canary() const { return canary_; }

 private:
  storage::Gathered Distorted(const storage::GatherKeys& keys,
                              storage::Gathered rows);
  void ForgetVersions(storage::WriteBatch& batch);
  void ForgetRecords(const storage::WriteBatch& batch);
  static void ForgetRelatives(storage::WriteBatch& batch);
  static void RestoreAgain(storage::WriteBatch& batch);
  static void ForgetReversals(storage::WriteBatch& batch);
  absl::StatusOr<storage::WriteOutcome> WriteOtherReplies(
      const storage::WriteBatch& batch);

  storage::MemDatabase& database_;
  const Canary canary_;
  int writes_ = 0;
  std::map<std::string, domain::Person> first_seen_;
};

}  // namespace onestop::simulation

#endif  // ONESTOP_TESTS_SIMULATION_CANARY_H_
