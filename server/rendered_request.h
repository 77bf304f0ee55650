// A request of a lane that came as a message of the API and is answered with
// one; how it came and how the answer leaves is its subclass's.
#ifndef ONESTOP_SERVER_RENDERED_REQUEST_H_
#define ONESTOP_SERVER_RENDERED_REQUEST_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "onestop/v1/settlement.pb.h"
#include "server/admission.h"
#include "server/lane_request.h"
#include "wire/claim.h"
#include "wire/reversal.h"

namespace onestop::server {

namespace pb = ::onestop::v1;

class RenderedRequest : public LaneRequest {
 public:
  // Each fills in the request. MALFORMED_REQUEST names every field.
  absl::Status ParseQuote(std::string_view bytes);
  absl::Status ParseSettle(std::string_view bytes);
  absl::Status ParseReverse(std::string_view bytes);

  // Leaves a line in the log when it is refused by a defect of ours.
  void LogIfDefect(const absl::Status& refusal) const;

  // Its place at the server, from the door until its answer has left.
  Admission::Ticket ticket;

  std::string RenderQuote(const Snapshot& snapshot,
                          const domain::Outcome& outcome,
                          int64_t person_version) final;
  std::string RenderSettled(const Snapshot& snapshot,
                            const domain::SettlementRecord& record,
                            const domain::Outcome& outcome) final;
  std::string RenderStale(const Snapshot& snapshot,
                          const domain::Outcome& outcome,
                          int64_t person_version) final;
  std::string RenderReversed(const domain::SettlementRecord& record,
                             const domain::SettlementRecord* target) final;
  std::string RenderReplaced(const std::string& reversal_reply,
                             const std::string& settle_reply) final;
  std::string RenderReplacementStale(const std::string& stale) final;

 private:
  void TakeSettle(wire::SettleAsk ask);
  void TakeReverse(const wire::ReverseAsk& ask);

  std::vector<wire::QuotedCounter> quoted_counters_;
  wire::ReversalNote note_;  // kReverse
};

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_RENDERED_REQUEST_H_
