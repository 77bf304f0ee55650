// One call on its way through a lane: what is asked, how its answer is built,
// and the narrow seam by which the answer leaves.
#ifndef ONESTOP_SERVER_LANE_REQUEST_H_
#define ONESTOP_SERVER_LANE_REQUEST_H_

#include <cstdint>
#include <limits>
#include <string>

#include "absl/status/statusor.h"
#include "domain/book.h"
#include "domain/outcome.h"
#include "domain/settlement.h"
#include "server/snapshot.h"

namespace onestop::server {

inline constexpr int64_t kNoDeadline = std::numeric_limits<int64_t>::max();

// Whoever makes a request owns it. A lane that accepted it calls Answer exactly
// once, as the last thing that it does with it; the owner may delete it there.
// The Render functions and Answer are called on the lane's thread and must not
// block.
class LaneRequest {
 public:
  enum class Kind { kQuote, kSettle, kReverse };

  LaneRequest() = default;
  LaneRequest(const LaneRequest&) = delete;
  LaneRequest& operator=(const LaneRequest&) = delete;
  virtual ~LaneRequest() = default;

  // The answer's bytes, built when the request is decided, before the commit.
  // `person_version` is that of the person's row that was read.
  virtual std::string RenderQuote(const Snapshot& snapshot,
                                  const domain::Outcome& outcome,
                                  int64_t person_version) = 0;
  // These bytes are stored with the record and served to every retry.
  virtual std::string RenderSettled(const Snapshot& snapshot,
                                    const domain::SettlementRecord& record,
                                    const domain::Outcome& outcome) = 0;
  virtual std::string RenderStale(const Snapshot& snapshot,
                                  const domain::Outcome& outcome,
                                  int64_t person_version) = 0;
  // `target` is what is taken back; nullptr when an id is closed. Stored too.
  virtual std::string RenderReversed(
      const domain::SettlementRecord& record,
      const domain::SettlementRecord* target) = 0;
  // The answer to a reversal with a replacement, from the stored replies of
  // both.
  virtual std::string RenderReplaced(const std::string& reversal_reply,
                                     const std::string& settle_reply) = 0;
  // The answer when the replacement's quote was stale: nothing was written.
  virtual std::string RenderReplacementStale(const std::string& stale) = 0;

  // The answer's bytes, or why it is refused.
  virtual void Answer(absl::StatusOr<std::string> answer) = 0;

  // The person whose lane decides it.
  const std::string& person_id() const {
    return kind == Kind::kReverse ? reverse.person_id : settle.claim.person_id;
  }

  Kind kind = Kind::kSettle;
  domain::SettleCommand settle;       // kQuote: the claim alone; or replacement
  domain::ReverseCommand reverse;     // kReverse
  bool has_replacement = false;       // kReverse: `settle` replaces the target
  int64_t deadline_ms = kNoDeadline;  // Unix milliseconds
  int64_t arrived_ns = 0;             // by the lane's monotonic clock
};

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_LANE_REQUEST_H_
