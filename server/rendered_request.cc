// From the messages to the lane's commands, and from decisions to answers.
#include "server/rendered_request.h"

#include <google/protobuf/arena.h>

#include <array>
#include <cstddef>
#include <utility>

#include "base/status_macros.h"
#include "onestop/v1/settlement.pb.h"
#include "server/log.h"
#include "server/raw_bytes.h"
#include "server/stats.h"
#include "storage/ids.h"
#include "wire/receipt.h"

namespace onestop::server {

absl::Status RenderedRequest::ParseQuote(std::string_view bytes) {
  kind = Kind::kQuote;
  pb::QuoteRequest request;
  ONESTOP_RETURN_IF_ERROR(ParseBytes(bytes, request));
  ONESTOP_ASSIGN_OR_RETURN(settle.claim, wire::QuoteFromProto(request));
  return absl::OkStatus();
}

absl::Status RenderedRequest::ParseSettle(std::string_view bytes) {
  kind = Kind::kSettle;
  // The message is gone when it is read: most of them fit here.
  alignas(std::max_align_t) std::array<char, 4096> block;
  google::protobuf::ArenaOptions options;
  options.initial_block = block.data();
  options.initial_block_size = block.size();
  google::protobuf::Arena arena(options);
  auto& request =
      *google::protobuf::Arena::CreateMessage<pb::SettleRequest>(&arena);
  ONESTOP_RETURN_IF_ERROR(ParseBytes(bytes, request));
  ONESTOP_ASSIGN_OR_RETURN(wire::SettleAsk ask, wire::SettleFromProto(request));
  TakeSettle(std::move(ask));
  return absl::OkStatus();
}

absl::Status RenderedRequest::ParseReverse(std::string_view bytes) {
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

void RenderedRequest::LogIfDefect(const absl::Status& refusal) const {
  if (!absl::IsInternal(refusal)) return;
  if (kind == Kind::kReverse) {
    return LogDefect(Name(Rpc::kReverse), refusal, reverse.institution_id,
                     reverse.target.ToString());
  }
  const Rpc rpc = kind == Kind::kQuote ? Rpc::kQuote : Rpc::kSettle;
  LogDefect(Name(rpc), refusal, settle.claim.institution_id,
            kind == Kind::kQuote ? "" : settle.id.ToString());
}

void RenderedRequest::TakeSettle(wire::SettleAsk ask) {
  settle.id = storage::DeriveSettlementId(ask.claim.institution_id,
                                          ask.claim.person_id, ask.request_id);
  settle.reversal_id = storage::DeriveReversalId(settle.id);
  settle.request_id = std::move(ask.request_id);
  settle.claim = std::move(ask.claim);
  settle.expected_cash = ask.expected_cash;
  quoted_counters_ = std::move(ask.quoted_counters);
}

void RenderedRequest::TakeReverse(const wire::ReverseAsk& ask) {
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

std::string RenderedRequest::RenderQuote(const Snapshot& snapshot,
                                         const domain::Outcome& outcome,
                                         int64_t person_version) {
  return wire::QuoteReply(settle.claim, outcome, snapshot.catalog,
                          {snapshot.policy->revision(), person_version});
}

std::string RenderedRequest::RenderSettled(
    const Snapshot& snapshot, const domain::SettlementRecord& record,
    const domain::Outcome& outcome) {
  return wire::SettleReply(record, outcome, snapshot.catalog);
}

std::string RenderedRequest::RenderStale(const Snapshot& snapshot,
                                         const domain::Outcome& outcome,
                                         int64_t person_version) {
  const wire::SettleAsk ask{settle.request_id, settle.claim,
                            settle.expected_cash, quoted_counters_};
  return wire::StaleReply(ask, outcome, snapshot.catalog,
                          {snapshot.policy->revision(), person_version});
}

std::string RenderedRequest::RenderReversed(
    const domain::SettlementRecord& record,
    const domain::SettlementRecord* target) {
  return wire::ReversalReply(record, target, note_);
}

std::string RenderedRequest::RenderReplaced(const std::string& reversal_reply,
                                            const std::string& settle_reply) {
  return wire::WithReplacement(reversal_reply, settle_reply);
}

std::string RenderedRequest::RenderReplacementStale(const std::string& stale) {
  return wire::WithReplacement("", stale);
}

}  // namespace onestop::server
