// What the schemes have to do with a settlement, by its receipt.
#ifndef ONESTOP_SERVER_CLEARING_SHARES_H_
#define ONESTOP_SERVER_CLEARING_SHARES_H_

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "domain/policy.h"
#include "onestop/v1/settlement.pb.h"
#include "storage/books.h"

namespace onestop::server {

using PolicyPtr = std::shared_ptr<const domain::Policy>;

// Reads stored answers. What a scheme serves is told by the policy that the
// receipt names; each is fetched and compiled once. Used by one thread at a
// time.
class ReceiptShares {
 public:
  // The policy in hand is not fetched when a receipt names it.
  explicit ReceiptShares(PolicyPtr in_hand) {
    by_revision_[in_hand->revision()] = std::move(in_hand);
  }

  // INVARIANT_BROKEN (INTERNAL): the receipt is not the row that the books hold
  // of it; or it cannot be told whether a scheme serves the two diseases,
  // because the policy of the receipt's revision is not kept, does not compile
  // any more or has no such scheme. Else as Books.
  absl::StatusOr<std::vector<storage::ClearingShare>> Read(
      storage::Books& books, const storage::AnsweredRow& answered);

 private:
  absl::StatusOr<PolicyPtr> PolicyOf(storage::Books& books,
                                     const storage::CountedRow& row,
                                     const ::onestop::v1::Receipt& receipt);

  std::map<std::string, PolicyPtr> by_revision_;
};

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_CLEARING_SHARES_H_
