// One connection to the database, as a replica has it: slow, refused, broken,
// its replies lost, its process killed in the middle of a call.
#ifndef ONESTOP_TESTS_SIMULATION_FAULT_STORE_H_
#define ONESTOP_TESTS_SIMULATION_FAULT_STORE_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/simulation/canary.h"
#include "tests/simulation/setting.h"

namespace onestop::simulation {

// Of a process; its stores share it.
struct ProcessState {
  std::string name;
  bool killed = false;
  int64_t connection_gone_until_ms = 0;
};

// Thrown out of a call to the store when the process was killed meanwhile:
// nothing of the process may run any more. Whoever let the process run catches
// it and drops the process.
struct Killed {};

// Others run while a call is under way.
class FaultStore final : public CanaryStore {
 public:
  FaultStore(Setting& setting, std::shared_ptr<const ProcessState> process)
      : CanaryStore(setting.database, setting.canary),
        setting_(setting),
        process_(std::move(process)) {}

  absl::StatusOr<storage::Gathered> Gather(
      const storage::GatherKeys& keys) override;
  absl::StatusOr<storage::Gathered> GatherLocked(
      const storage::GatherKeys& keys) override;
  absl::StatusOr<storage::WriteOutcome> Write(
      const storage::WriteBatch& batch) override;

  absl::StatusOr<std::vector<domain::Person>> GetPersons(
      absl::Span<const std::string> person_ids) override;
  absl::StatusOr<std::vector<storage::PutOutcome>> PutPersons(
      absl::Span<const storage::PersonWrite> writes) override;
  absl::StatusOr<std::vector<storage::PostOutcome>> Post(
      absl::Span<const storage::Posting> postings) override;
  absl::StatusOr<int64_t> CatalogRevision() override;

 private:
  // The way of a call to the database: takes time; an error when it does not
  // get there.
  absl::Status Reach(const char* call);
  absl::Status ReachToRead(const char* call);
  // The way of the reply.
  void Return();
  absl::Status Unavailable();
  absl::Status ReplyLost();
  // The batch arrives when nobody waits for it any more.
  void WriteLater(const storage::WriteBatch& batch, int64_t after_ms);
  template <typename Written>
  absl::StatusOr<Written> AfterWriting(absl::StatusOr<Written> written);

  Setting& setting_;
  const std::shared_ptr<const ProcessState> process_;
};

}  // namespace onestop::simulation

#endif  // ONESTOP_TESTS_SIMULATION_FAULT_STORE_H_
