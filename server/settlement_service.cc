// Parses the window's calls and hands them to lanes and workers.
#include "server/settlement_service.h"

#include <string>
#include <utility>

#include "base/status_macros.h"
#include "server/lookups.h"
#include "server/raw_bytes.h"
#include "server/registrations.h"
#include "server/worker_call.h"
#include "wire/lookup.h"
#include "wire/register.h"

namespace onestop::server {
namespace {

// Parses the message and checks it with `from_proto`.
template <typename Message, typename Ask>
absl::StatusOr<Ask> Parse(const grpc::ByteBuffer& bytes,
                          absl::StatusOr<Ask> (*from_proto)(const Message&)) {
  Message message;
  ONESTOP_RETURN_IF_ERROR(ParseBytes(bytes, message));
  return from_proto(message);
}

}  // namespace

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

grpc::ServerUnaryReactor* SettlementServiceImpl::Register(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  auto* call = new WorkerCall(*context, Rpc::kRegister, "REGISTERED", response,
                              parts_.stats, parts_.live);
  auto ask = Parse(*request, &wire::RegisterFromProto);
  if (!ask.ok()) {
    call->Answer(ask.status());
    return call;
  }
  call->Start(parts_.workers, [this, caller = CallerOf(*context),
                               ask = *std::move(ask)](storage::Store& store) {
    const domain::Moment now = parts_.clock();
    return server::Register(store, *parts_.snapshots.Current(), *now.today,
                            caller, ask);
  });
  return call;
}

grpc::ServerUnaryReactor* SettlementServiceImpl::GetSettlement(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  auto* call = new WorkerCall(*context, Rpc::kGetSettlement, "FOUND", response,
                              parts_.stats, parts_.live);
  auto ask = Parse(*request, &wire::GetSettlementFromProto);
  if (!ask.ok()) {
    call->Answer(ask.status());
    return call;
  }
  call->Start(parts_.workers, [ask = *std::move(ask)](storage::Store& store) {
    return server::GetSettlement(store, ask);
  });
  return call;
}

grpc::ServerUnaryReactor* SettlementServiceImpl::GetLedger(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  auto* call = new WorkerCall(*context, Rpc::kGetLedger, "FOUND", response,
                              parts_.stats, parts_.live);
  auto ask = Parse(*request, &wire::GetLedgerFromProto);
  if (!ask.ok()) {
    call->Answer(ask.status());
    return call;
  }
  call->Start(parts_.workers, [ask = *std::move(ask)](storage::Store& store) {
    return server::GetLedger(store, ask);
  });
  return call;
}

}  // namespace onestop::server
