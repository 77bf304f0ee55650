// Applies postings to a working copy of the rows they touch.
#include "storage/post_plan.h"

#include <utility>

namespace onestop::storage {
namespace {

absl::StatusOr<PostOutcome> PlanOne(Posting posting, PostFacts& facts,
                                    PostPlan& plan) {
  if (!facts.persons.contains(posting.movement.person_id)) {
    return PostOutcome::kPersonUnknown;
  }
  const PostingKey key = KeyOf(posting);
  if (const auto earlier = facts.postings.find(key);
      earlier != facts.postings.end()) {
    return SamePosting(earlier->second, posting) ? PostOutcome::kDuplicate
                                                 : PostOutcome::kReused;
  }
  if (posting.refused) return PostOutcome::kRefused;
  domain::LedgerRow& row = facts.rows[RowOf(posting)];
  if (const absl::Status added = row.Add(posting.movement); !added.ok()) {
    if (added.code() == absl::StatusCode::kFailedPrecondition) {
      return PostOutcome::kBelowZero;
    }
    return added;
  }
  posting.row_version = ++row.version;
  facts.postings.emplace(key, posting);
  plan.applied.push_back(std::move(posting));
  return PostOutcome::kApplied;
}

}  // namespace

PostingKey KeyOf(const Posting& posting) {
  return {posting.movement.person_id, posting.kind, posting.caller,
          posting.posting_id};
}

domain::LedgerKey RowOf(const Posting& posting) {
  return {posting.movement.person_id, posting.movement.year};
}

bool SamePosting(const Posting& a, const Posting& b) {
  return KeyOf(a) == KeyOf(b) && a.movement == b.movement;
}

absl::StatusOr<PostPlan> PlanPosts(absl::Span<const Posting> postings,
                                   PostFacts facts) {
  PostPlan plan;
  std::map<domain::LedgerKey, int64_t> expected;
  for (const auto& [key, row] : facts.rows) expected[key] = row.version;
  for (const Posting& posting : postings) {
    auto outcome = PlanOne(posting, facts, plan);
    if (!outcome.ok()) return std::move(outcome).status();
    plan.outcomes.push_back(*outcome);
  }
  for (auto& [key, row] : facts.rows) {
    if (row.version == expected[key]) continue;
    plan.ledger.push_back({key, expected[key], std::move(row)});
  }
  return plan;
}

}  // namespace onestop::storage
