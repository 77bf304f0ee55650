// Hands the window's calls to lanes and workers.
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

namespace {

// How many calls of each method wait to come, so that a burst finds them.
constexpr int kAwaited = 4;

}  // namespace

SettlementServiceImpl::SettlementServiceImpl(const ServiceParts& parts)
    : parts_(parts),
      lane_methods_{{
          {Rpc::kQuote,
           [this](auto* context, auto* request, auto* writer, auto* queue,
                  void* event) {
             RequestQuote(context, request, writer, queue, queue, event);
           },
           &wire::SenderOfQuote, &RenderedRequest::ParseQuote},
          {Rpc::kSettle,
           [this](auto* context, auto* request, auto* writer, auto* queue,
                  void* event) {
             RequestSettle(context, request, writer, queue, queue, event);
           },
           &wire::SenderOfSettle, &RenderedRequest::ParseSettle},
          {Rpc::kReverse,
           [this](auto* context, auto* request, auto* writer, auto* queue,
                  void* event) {
             RequestReverse(context, request, writer, queue, queue, event);
           },
           &wire::SenderOfReversal, &RenderedRequest::ParseReverse},
      }} {}

void SettlementServiceImpl::AwaitCalls(CallThread& thread) {
  for (const LaneMethod& method : lane_methods_) {
    for (int i = 0; i < kAwaited; ++i) LaneCall::Await(method, parts_, thread);
  }
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
