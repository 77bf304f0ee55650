// Parses a request into a command and renders what the lane decides.
#include "server/lane_call.h"

#include <utility>

#include "base/status_macros.h"
#include "onestop/v1/settlement.pb.h"
#include "server/errors.h"
#include "server/lanes.h"
#include "server/raw_bytes.h"
#include "storage/ids.h"
#include "wire/receipt.h"

namespace onestop::server {

LaneCall::LaneCall(const grpc::CallbackServerContext& context,
                   grpc::ByteBuffer* response, LiveCalls& live)
    : live_(live), response_(response) {
  deadline_ms = DeadlineMs(context);
  arrived_ns = MonotonicNanos();
}

absl::Status LaneCall::ParseQuote(const grpc::ByteBuffer& bytes) {
  kind = Kind::kQuote;
  pb::QuoteRequest request;
  ONESTOP_RETURN_IF_ERROR(ParseBytes(bytes, request));
  ONESTOP_ASSIGN_OR_RETURN(settle.claim, wire::QuoteFromProto(request));
  return absl::OkStatus();
}

absl::Status LaneCall::ParseSettle(const grpc::ByteBuffer& bytes) {
  kind = Kind::kSettle;
  pb::SettleRequest request;
  ONESTOP_RETURN_IF_ERROR(ParseBytes(bytes, request));
  ONESTOP_ASSIGN_OR_RETURN(wire::SettleAsk ask, wire::SettleFromProto(request));
  TakeSettle(std::move(ask));
  return absl::OkStatus();
}

absl::Status LaneCall::ParseReverse(const grpc::ByteBuffer& bytes) {
  kind = Kind::kReverse;
  pb::ReverseRequest request;
  ONESTOP_RETURN_IF_ERROR(ParseBytes(bytes, request));
  ONESTOP_ASSIGN_OR_RETURN(wire::ReverseAsk ask,
                           wire::ReverseFromProto(request));
  TakeReverse(ask);
  if (ask.replacement) {
    has_replacement = true;
    TakeSettle(*std::move(ask.replacement));
    note_.replaced_by = settle.id.ToString();
  }
  return absl::OkStatus();
}

void LaneCall::TakeSettle(wire::SettleAsk ask) {
  settle.id = storage::DeriveSettlementId(ask.claim.institution_id,
                                          ask.claim.person_id, ask.request_id);
  settle.reversal_id = storage::DeriveReversalId(settle.id);
  settle.request_id = std::move(ask.request_id);
  settle.claim = std::move(ask.claim);
  settle.expected_cash = ask.expected_cash;
  quoted_counters_ = std::move(ask.quoted_counters);
}

void LaneCall::TakeReverse(const wire::ReverseAsk& ask) {
  reverse.person_id = ask.person_id;
  reverse.by_request_id = ask.by_request_id;
  reverse.institution_id = ask.institution_id;
  reverse.request_id = ask.settle_request_id;
  reverse.target = ask.by_request_id ? storage::DeriveSettlementId(
                                           ask.institution_id, ask.person_id,
                                           ask.settle_request_id)
                                     : ask.settlement_id;
  reverse.reversal_id = storage::DeriveReversalId(reverse.target);
  note_.reason = ask.reason;
  note_.operator_id = ask.operator_id;
}

std::string LaneCall::RenderQuote(const Snapshot& snapshot,
                                  const domain::Outcome& outcome,
                                  int64_t person_version) {
  return wire::QuoteReply(settle.claim, outcome, snapshot.catalog,
                          {snapshot.policy->revision(), person_version});
}

std::string LaneCall::RenderSettled(const Snapshot& snapshot,
                                    const domain::SettlementRecord& record,
                                    const domain::Outcome& outcome) {
  return wire::SettleReply(record, outcome, snapshot.catalog);
}

std::string LaneCall::RenderStale(const Snapshot& snapshot,
                                  const domain::Outcome& outcome,
                                  int64_t person_version) {
  const wire::SettleAsk ask{settle.request_id, settle.claim,
                            settle.expected_cash, quoted_counters_};
  return wire::StaleReply(ask, outcome, snapshot.catalog,
                          {snapshot.policy->revision(), person_version});
}

std::string LaneCall::RenderReversed(const domain::SettlementRecord& record,
                                     const domain::SettlementRecord* target) {
  return wire::ReversalReply(record, target, note_);
}

std::string LaneCall::RenderReplaced(const std::string& reversal_reply,
                                     const std::string& settle_reply) {
  return wire::WithReplacement(reversal_reply, settle_reply);
}

std::string LaneCall::RenderReplacementStale(const std::string& stale) {
  return wire::WithReplacement("", stale);
}

void LaneCall::Answer(absl::StatusOr<std::string> answer) {
  if (!answer.ok()) return Finish(ToGrpcStatus(answer.status()));
  *response_ = BytesOf(*answer);
  Finish(grpc::Status::OK);
}

}  // namespace onestop::server
