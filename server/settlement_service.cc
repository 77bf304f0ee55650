// Parses the window's calls and hands them to lanes and workers.
#include "server/settlement_service.h"

#include "server/eligibility.h"
#include "server/lookups.h"
#include "server/registrations.h"
#include "server/settle_stream.h"
#include "server/worker_call.h"
#include "wire/eligibility.h"
#include "wire/listing.h"
#include "wire/lookup.h"
#include "wire/register.h"

namespace onestop::server {
grpc::ServerUnaryReactor* SettlementServiceImpl::ToLane(
    LaneCall* call, Rpc rpc, const Caller&, const absl::Status& parsed) {
  const absl::Status taken = parsed.ok() ? parts_.lanes.Submit(call) : parsed;
  if (!taken.ok()) {
    parts_.stats.Count(rpc, OutcomeIndexOf(taken),
                       MonotonicNanos() - call->arrived_ns);
    call->Answer(taken);
  }
  return call;
}

grpc::ServerUnaryReactor* SettlementServiceImpl::Quote(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  auto* call = new LaneCall(*context, response, parts_.live);
  const absl::Status parsed = call->ParseQuote(*request);
  return ToLane(call, Rpc::kQuote, CallerOf(*context), parsed);
}

grpc::ServerUnaryReactor* SettlementServiceImpl::Settle(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  auto* call = new LaneCall(*context, response, parts_.live);
  const absl::Status parsed = call->ParseSettle(*request);
  return ToLane(call, Rpc::kSettle, CallerOf(*context), parsed);
}

grpc::ServerUnaryReactor* SettlementServiceImpl::Reverse(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  auto* call = new LaneCall(*context, response, parts_.live);
  const absl::Status parsed = call->ParseReverse(*request);
  return ToLane(call, Rpc::kReverse, CallerOf(*context), parsed);
}

grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>*
SettlementServiceImpl::SettleStream(grpc::CallbackServerContext* context) {
  return new server::SettleStream(*context, parts_);
}

grpc::ServerUnaryReactor* SettlementServiceImpl::Register(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return AnswerByWorker(
      parts_, Rpc::kRegister, "REGISTERED", *context, *request, response,
      &wire::RegisterFromProto,
      [this, caller = CallerOf(*context)](storage::Store& store,
                                          const wire::RegisterAsk& ask) {
        const domain::Moment now = parts_.clock();
        return server::Register(store, *parts_.snapshots.Current(), *now.today,
                                caller, ask);
      });
}

grpc::ServerUnaryReactor* SettlementServiceImpl::GetSettlement(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return AnswerByWorker(parts_, Rpc::kGetSettlement, "FOUND", *context,
                        *request, response, &wire::GetSettlementFromProto,
                        &server::GetSettlement);
}

grpc::ServerUnaryReactor* SettlementServiceImpl::ListSettlements(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return AnswerByWorker(parts_, Rpc::kListSettlements, "FOUND", *context,
                        *request, response, &wire::ListSettlementsFromProto,
                        &server::ListSettlements);
}

grpc::ServerUnaryReactor* SettlementServiceImpl::GetLedger(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return AnswerByWorker(parts_, Rpc::kGetLedger, "FOUND", *context, *request,
                        response, &wire::GetLedgerFromProto,
                        &server::GetLedger);
}

grpc::ServerUnaryReactor* SettlementServiceImpl::GetEligibility(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return AnswerByWorker(
      parts_, Rpc::kGetEligibility, "FOUND", *context, *request, response,
      &wire::GetEligibilityFromProto,
      [this](storage::Store& store, const wire::GetEligibilityAsk& ask) {
        return server::GetEligibility(store, *parts_.snapshots.Current(),
                                      *parts_.clock().today, ask);
      });
}

}  // namespace onestop::server
