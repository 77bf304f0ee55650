// A unary call that a lane answers: from the bytes of the request to the bytes
// of the answer.
#ifndef ONESTOP_SERVER_LANE_CALL_H_
#define ONESTOP_SERVER_LANE_CALL_H_

#include <grpcpp/grpcpp.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "server/lane_request.h"
#include "server/live_calls.h"
#include "wire/claim.h"
#include "wire/reversal.h"

namespace onestop::server {

namespace pb = ::onestop::v1;

// Deletes itself when gRPC is done with it.
class LaneCall final : public grpc::ServerUnaryReactor, public LaneRequest {
 public:
  // `response` lives until the call is done.
  LaneCall(const grpc::CallbackServerContext& context,
           grpc::ByteBuffer* response, LiveCalls& live);

  // Each fills in the request. MALFORMED_REQUEST names every field.
  absl::Status ParseQuote(const grpc::ByteBuffer& bytes);
  absl::Status ParseSettle(const grpc::ByteBuffer& bytes);
  absl::Status ParseReverse(const grpc::ByteBuffer& bytes);

  std::string RenderQuote(const Snapshot& snapshot,
                          const domain::Outcome& outcome,
                          int64_t person_version) override;
  std::string RenderSettled(const Snapshot& snapshot,
                            const domain::SettlementRecord& record,
                            const domain::Outcome& outcome) override;
  std::string RenderStale(const Snapshot& snapshot,
                          const domain::Outcome& outcome,
                          int64_t person_version) override;
  std::string RenderReversed(const domain::SettlementRecord& record,
                             const domain::SettlementRecord* target) override;
  std::string RenderReplaced(const std::string& reversal_reply,
                             const std::string& settle_reply) override;
  std::string RenderReplacementStale(const std::string& stale) override;
  void Answer(absl::StatusOr<std::string> answer) override;

  void OnDone() override { delete this; }

 private:
  void TakeSettle(wire::SettleAsk ask);
  void TakeReverse(const wire::ReverseAsk& ask);

  const LiveCalls::Guard live_;
  grpc::ByteBuffer* const response_;
  std::vector<wire::QuotedCounter> quoted_counters_;
  wire::ReversalNote note_;  // kReverse
};

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_LANE_CALL_H_
