// What postings do to ledger rows, the same in both stores.
#ifndef ONESTOP_STORAGE_POST_PLAN_H_
#define ONESTOP_STORAGE_POST_PLAN_H_

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "storage/store.h"

namespace onestop::storage {

// Person, kind, caller, the sender's id.
using PostingKey =
    std::tuple<std::string, std::string, std::string, std::string>;
PostingKey KeyOf(const Posting& posting);
domain::LedgerKey RowOf(const Posting& posting);

// Whether a repeated id says the same: the same movement, whenever it was
// booked.
bool SamePosting(const Posting& a, const Posting& b);

// What the store holds of what the postings touch.
struct PostFacts {
  std::set<std::string> persons;  // those that exist
  std::map<PostingKey, Posting> postings;
  std::map<domain::LedgerKey, domain::LedgerRow> rows;
};

struct PostPlan {
  std::vector<PostOutcome> outcomes;        // one a posting
  std::vector<domain::LedgerWrite> ledger;  // ascending by key
  std::vector<Posting> applied;             // with their row_version
};

// Applies the postings in their order; each moves its row's version by one.
// INVARIANT_BROKEN when a counter would overflow: then none is to be written.
absl::StatusOr<PostPlan> PlanPosts(absl::Span<const Posting> postings,
                                   PostFacts facts);

}  // namespace onestop::storage

#endif  // ONESTOP_STORAGE_POST_PLAN_H_
