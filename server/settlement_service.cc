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
#include "wire/sender.h"

namespace onestop::server {

SettlementServiceImpl::SettlementServiceImpl(const ServiceParts& parts)
    : parts_(parts), overloaded_(ToGrpcStatus(OverloadedError())) {}

grpc::ServerUnaryReactor* SettlementServiceImpl::AnswerByLane(
    Rpc rpc, grpc::CallbackServerContext& context,
    const grpc::ByteBuffer& request, grpc::ByteBuffer* response,
    std::string (*sender_of)(google::protobuf::io::ZeroCopyInputStream&),
    absl::Status (RenderedRequest::*parse)(const grpc::ByteBuffer&)) {
  const int64_t arrived_ns = MonotonicNanos();
  Admission::Ticket ticket;
  if (!parts_.admission.Enter(SenderOf(request, sender_of), request.Length(),
                              DeadlineMs(context), ticket)) {
    return Overloaded(rpc, context, arrived_ns);
  }
  auto* call = new LaneCall(context, response, parts_.live);
  call->ticket = std::move(ticket);
  absl::Status taken = (call->*parse)(request);
  if (taken.ok()) taken = parts_.lanes.Submit(call);
  if (!taken.ok()) {
    parts_.stats.Count(rpc, OutcomeIndexOf(taken),
                       MonotonicNanos() - arrived_ns);
    call->Answer(taken);
  }
  return call;
}

grpc::ServerUnaryReactor* SettlementServiceImpl::Overloaded(
    Rpc rpc, grpc::CallbackServerContext& context, int64_t arrived_ns) {
  static const size_t kOverloaded = OutcomeIndex("OVERLOADED");
  parts_.stats.Count(rpc, kOverloaded, MonotonicNanos() - arrived_ns);
  grpc::ServerUnaryReactor* reactor = context.DefaultReactor();
  reactor->Finish(overloaded_);
  return reactor;
}

grpc::ServerUnaryReactor* SettlementServiceImpl::Quote(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return AnswerByLane(Rpc::kQuote, *context, *request, response,
                      &wire::SenderOfQuote, &RenderedRequest::ParseQuote);
}

grpc::ServerUnaryReactor* SettlementServiceImpl::Settle(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return AnswerByLane(Rpc::kSettle, *context, *request, response,
                      &wire::SenderOfSettle, &RenderedRequest::ParseSettle);
}

grpc::ServerUnaryReactor* SettlementServiceImpl::Reverse(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return AnswerByLane(Rpc::kReverse, *context, *request, response,
                      &wire::SenderOfReversal, &RenderedRequest::ParseReverse);
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
