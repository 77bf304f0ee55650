// A small world for tests of the lanes: one scheme, a store whose faults are
// scripted, and requests that keep their answers.
#ifndef ONESTOP_TESTS_SERVER_LANE_WORLD_H_
#define ONESTOP_TESTS_SERVER_LANE_WORLD_H_

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "domain/book.h"
#include "domain/policy.h"
#include "server/lane_request.h"
#include "server/snapshot.h"
#include "storage/ids.h"
#include "storage/mem_store.h"
#include "tests/support/world.h"

namespace onestop::testing {

inline constexpr int64_t kDeductibleFen = 10'000;
inline constexpr int64_t kCapFen = 100'000;

// Employees of 530100: 100 yuan a year first, then half, at most 1000 yuan.
inline std::shared_ptr<const domain::Policy> OneSchemePolicy() {
  auto policy = std::make_shared<domain::Policy>();
  const domain::Source* source = policy->AddSource({"test §1", false, "t", 1});
  domain::Scheme scheme;
  scheme.id = "test-outpatient";
  scheme.in_force = true;
  scheme.in_force_source = source;
  scheme.deductible_scope = domain::DeductibleScope::kSchemeYear;
  scheme.deductible_scope_source = source;
  for (int category = 1; category < domain::kCategories; ++category) {
    for (int level = 1; level < domain::kLevels; ++level) {
      scheme.deductible[category][level] = {domain::Money{kDeductibleFen},
                                            source};
      scheme.ratio[category][level] = {domain::Ratio{5000}, source};
    }
  }
  domain::Cap cap;
  cap.measure_source = source;
  cap.scope_source = source;
  cap.limit = {domain::Money{kCapFen}, source};
  scheme.caps.push_back(std::move(cap));
  domain::Plan plan;
  plan.preself_class_a = {domain::Ratio{0}, source};
  plan.preself_class_b = {domain::Ratio{500}, source};
  plan.preself_negotiated = {domain::Ratio{500}, source};
  plan.schemes.push_back(std::move(scheme));
  policy->AddPlan("530100", domain::Insurance::kEmployee, std::move(plan));
  policy->set_revision("test-policy");
  return policy;
}

inline server::SnapshotPtr SnapshotOf(domain::Catalog catalog) {
  auto snapshot = std::make_shared<server::Snapshot>();
  snapshot->policy = OneSchemePolicy();
  snapshot->catalog = std::move(catalog);
  return snapshot;
}

inline domain::Claim PlainClaim(const std::string& person, int64_t amount_fen) {
  return ClaimOf(person, "H1", "2025-03-10", {Line("1", "A", amount_fen)});
}

// A call that keeps what it is told.
class TestRequest final : public server::LaneRequest {
 public:
  static std::unique_ptr<TestRequest> Quote(const domain::Claim& claim) {
    auto request = std::make_unique<TestRequest>();
    request->kind = Kind::kQuote;
    request->settle.claim = claim;
    return request;
  }
  static std::unique_ptr<TestRequest> Settle(const std::string& id,
                                             const domain::Claim& claim) {
    auto request = std::make_unique<TestRequest>();
    request->TakeSettle(id, claim);
    return request;
  }
  // By the settle's request id at "H1".
  static std::unique_ptr<TestRequest> Reverse(const std::string& person,
                                              const std::string& id) {
    auto request = std::make_unique<TestRequest>();
    request->kind = Kind::kReverse;
    request->reverse.person_id = person;
    request->reverse.by_request_id = true;
    request->reverse.institution_id = "H1";
    request->reverse.request_id = id;
    request->reverse.target = storage::DeriveSettlementId("H1", person, id);
    request->reverse.reversal_id =
        storage::DeriveReversalId(request->reverse.target);
    return request;
  }
  void Replace(const std::string& id, const domain::Claim& claim) {
    TakeSettle(id, claim);
    kind = Kind::kReverse;
    has_replacement = true;
  }

  std::string RenderQuote(const server::Snapshot&,
                          const domain::Outcome& outcome,
                          int64_t person_version) override {
    return absl::StrCat("quote cash=", outcome.totals.cash.fen,
                        " person=", person_version);
  }
  std::string RenderSettled(const server::Snapshot&,
                            const domain::SettlementRecord& record,
                            const domain::Outcome& outcome) override {
    return absl::StrCat("settled ", record.id.ToString(),
                        " cash=", outcome.totals.cash.fen,
                        " at=", record.booked_at_ms);
  }
  std::string RenderStale(const server::Snapshot&,
                          const domain::Outcome& outcome, int64_t) override {
    return absl::StrCat("stale cash=", outcome.totals.cash.fen);
  }
  std::string RenderReversed(const domain::SettlementRecord& record,
                             const domain::SettlementRecord* target) override {
    return target == nullptr ? "closed"
                             : absl::StrCat("reversed ", target->id.ToString(),
                                            " at=", record.booked_at_ms);
  }
  std::string RenderReplaced(const std::string& reversal_reply,
                             const std::string& settle_reply) override {
    return absl::StrCat(reversal_reply, " by ", settle_reply);
  }
  std::string RenderReplacementStale(const std::string& stale) override {
    return absl::StrCat("not replaced: ", stale);
  }
  void Answer(absl::StatusOr<std::string> answer) override {
    answers.push_back(std::move(answer));
  }

  bool Answered() const { return !answers.empty(); }
  // The one answer's bytes; what it was refused for instead.
  std::string Bytes() const {
    if (answers.size() != 1) return absl::StrCat(answers.size(), " answers");
    const auto& answer = answers.front();
    return answer.ok() ? *answer : ErrorReason(answer.status());
  }

  std::vector<absl::StatusOr<std::string>> answers;

 private:
  void TakeSettle(const std::string& id, const domain::Claim& claim) {
    settle.claim = claim;
    settle.request_id = id;
    settle.id =
        storage::DeriveSettlementId(claim.institution_id, claim.person_id, id);
    settle.reversal_id = storage::DeriveReversalId(settle.id);
  }
};

// A MemStore whose next writes and gathers go wrong as told.
class ScriptedStore final : public storage::MemStore {
 public:
  enum class WriteFault {
    kNone,
    kUnavailable,     // nothing is written
    kUnknownWritten,  // written, but the reply is lost
    kUnknownLost,     // not written, and the reply is lost
    kConflict,
    kBroken,  // INTERNAL
  };

  using MemStore::MemStore;

  absl::StatusOr<storage::Gathered> Gather(
      const storage::GatherKeys& keys) override {
    ++gathers;
    if (gathers_that_fail > 0) {
      --gathers_that_fail;
      return Unavailable();
    }
    return MemStore::Gather(keys);
  }
  absl::StatusOr<storage::Gathered> GatherLocked(
      const storage::GatherKeys& keys) override {
    ++locked_gathers;
    return MemStore::GatherLocked(keys);
  }
  absl::StatusOr<storage::WriteOutcome> Write(
      const storage::WriteBatch& batch) override {
    ++writes;
    if (before_write) before_write(batch);
    WriteFault fault = WriteFault::kNone;
    if (fault_of) fault = fault_of(batch);
    switch (fault) {
      case WriteFault::kNone:
        return MemStore::Write(batch);
      case WriteFault::kUnavailable:
        return Unavailable();
      case WriteFault::kUnknownWritten: {
        const auto written = MemStore::Write(batch);
        if (!written.ok()) return written;
        return Unknown();
      }
      case WriteFault::kUnknownLost:
        Release();
        return Unknown();
      case WriteFault::kConflict:
        Release();
        return storage::WriteOutcome::kConflict;
      case WriteFault::kBroken:
        break;
    }
    Release();
    return MakeError(absl::StatusCode::kInternal, "STORED_FORM_BROKEN",
                     "a row cannot be stored");
  }

  // The next write has this fault, those after it none.
  void FailNextWrite(WriteFault fault) {
    fault_of = [this, fault](const storage::WriteBatch&) {
      fault_of = nullptr;
      return fault;
    };
  }

  static absl::Status Unavailable() {
    return MakeError(absl::StatusCode::kUnavailable, "STORAGE_UNAVAILABLE",
                     "the database is away");
  }
  static absl::Status Unknown() {
    return MakeError(absl::StatusCode::kUnavailable, "COMMIT_UNKNOWN",
                     "the reply was lost");
  }

  int gathers = 0;
  int locked_gathers = 0;
  int writes = 0;
  int gathers_that_fail = 0;
  std::function<void(const storage::WriteBatch&)> before_write;
  std::function<WriteFault(const storage::WriteBatch&)> fault_of;
};

}  // namespace onestop::testing

#endif  // ONESTOP_TESTS_SERVER_LANE_WORLD_H_
