// Hands the window's calls to lanes and workers.
#include "server/settlement_service.h"

#include <array>

#include "server/caller.h"
#include "server/eligibility.h"
#include "server/lane_call.h"
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

constexpr std::array<LaneMethod, 3> kLaneMethods{{
    {"/onestop.v1.SettlementService/Quote", Rpc::kQuote, &wire::SenderOfQuote,
     &RenderedRequest::ParseQuote},
    {"/onestop.v1.SettlementService/Settle", Rpc::kSettle,
     &wire::SenderOfSettle, &RenderedRequest::ParseSettle},
    {"/onestop.v1.SettlementService/Reverse", Rpc::kReverse,
     &wire::SenderOfReversal, &RenderedRequest::ParseReverse},
}};

}  // namespace

SettlementServiceImpl::SettlementServiceImpl(const ServiceParts& parts)
    : parts_(parts) {
  for (const LaneMethod& method : kLaneMethods) {
    awaited_.push_back(AddAwaited(method.path));
  }
  AddStream("/onestop.v1.SettlementService/SettleStream",
            [this](auto* context) { return SettleStream(context); });
  using Self = SettlementServiceImpl;
  AddByWorker("/onestop.v1.SettlementService/Register", &Self::Register);
  AddByWorker("/onestop.v1.SettlementService/GetSettlement",
              &Self::GetSettlement);
  AddByWorker("/onestop.v1.SettlementService/ListSettlements",
              &Self::ListSettlements);
  AddByWorker("/onestop.v1.SettlementService/GetLedger", &Self::GetLedger);
  AddByWorker("/onestop.v1.SettlementService/GetEligibility",
              &Self::GetEligibility);
}

void SettlementServiceImpl::AddByWorker(const char* path, Unary method) {
  AddUnary(path, [this, method](auto* context, auto* request, auto* response) {
    return (this->*method)(context, request, response);
  });
}

void SettlementServiceImpl::AwaitCalls(grpc::Server& server,
                                       CallThread& thread) {
  for (size_t i = 0; i < kLaneMethods.size(); ++i) {
    const CallSource source = SourceOf(*awaited_[i], server);
    for (int n = 0; n < kAwaited; ++n) {
      LaneCall::Await(kLaneMethods[i], source, parts_, thread);
    }
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
