// The reactors of clearing.
#include "server/clearing_service.h"

#include <memory>
#include <utility>

#include "server/caller.h"
#include "server/clearing.h"
#include "server/close_month.h"
#include "server/worker_call.h"
#include "wire/clearing.h"

namespace onestop::server {
namespace {

// A closing under way, page by page: other jobs and the projection have their
// turn between two. There it stops when nobody waits for it any more, or the
// server is being stopped.
struct ClosingCall {
  ClosingCall(WorkerCall& its_call, const ServiceParts& parts,
              wire::CloseMonthAsk ask)
      : call(its_call), closing(parts, std::move(ask)) {}

  void Stop(const absl::Status& why) { call.Answer(closing.Stopped(why)); }

  WorkerCall& call;
  MonthClosing closing;
};

BatchThread::Job NextStep(BatchThread& batch,
                          std::shared_ptr<ClosingCall> under_way) {
  return [&batch, under_way = std::move(under_way)](storage::Books& books) {
    const absl::Status awaited = under_way->call.StillAwaited();
    if (!awaited.ok()) return under_way->Stop(awaited);
    auto answer = under_way->closing.Step(books);
    if (!answer.ok()) return under_way->Stop(answer.status());
    if (*answer) return under_way->call.Answer(**std::move(answer));
    const absl::Status goes_on = batch.GoOn(NextStep(batch, under_way));
    if (!goes_on.ok()) under_way->Stop(goes_on);
  };
}

}  // namespace

template <typename Message, typename Ask, typename Work>
grpc::ServerUnaryReactor* ClearingServiceImpl::Answer(
    Rpc rpc, std::string_view answered, grpc::CallbackServerContext& context,
    const grpc::ByteBuffer& request, grpc::ByteBuffer* response,
    absl::StatusOr<Ask> (*from_proto)(const Message&), Work work) {
  const auto submit = [this](BatchThread::Job job) {
    return parts_.batch.Submit(std::move(job));
  };
  return AnswerBy(submit, parts_, rpc, answered, context, request, response,
                  from_proto, std::move(work));
}

grpc::ServerUnaryReactor* ClearingServiceImpl::CloseMonth(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  auto* call = new WorkerCall(*context, Rpc::kCloseMonth, "CHANGED", response,
                              parts_.stats, parts_.live);
  auto ask = ReadAsk(*request, &wire::CloseMonthFromProto);
  if (!ask.ok()) {
    call->Answer(ask.status());
    return call;
  }
  const absl::Status taken = parts_.batch.Submit(
      NextStep(parts_.batch,
               std::make_shared<ClosingCall>(*call, parts_, *std::move(ask))));
  if (!taken.ok()) call->Answer(taken);
  return call;
}

grpc::ServerUnaryReactor* ClearingServiceImpl::GetStatement(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return Answer(Rpc::kGetStatement, "FOUND", *context, *request, response,
                &wire::GetStatementFromProto, &server::GetStatement);
}

grpc::ServerUnaryReactor* ClearingServiceImpl::ListStatements(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return Answer(
      Rpc::kListStatements, "FOUND", *context, *request, response,
      &wire::ListStatementsFromProto,
      [this](storage::Books& books, const wire::ListStatementsAsk& ask) {
        return server::ListStatements(parts_, books, ask);
      });
}

grpc::ServerUnaryReactor* ClearingServiceImpl::ListStatementSettlements(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return Answer(Rpc::kListStatementSettlements, "FOUND", *context, *request,
                response, &wire::ListStatementSettlementsFromProto,
                &server::ListStatementSettlements);
}

grpc::ServerUnaryReactor* ClearingServiceImpl::AdjustStatement(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return Answer(
      Rpc::kAdjustStatement, "CHANGED", *context, *request, response,
      &wire::AdjustStatementFromProto,
      [this, caller = CallerOf(*context)](storage::Books& books,
                                          const wire::AdjustStatementAsk& ask) {
        return server::AdjustStatement(parts_, books, caller, ask);
      });
}

grpc::ServerUnaryReactor* ClearingServiceImpl::RecordPayment(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return Answer(Rpc::kRecordPayment, "CHANGED", *context, *request, response,
                &wire::RecordPaymentFromProto,
                [this, caller = CallerOf(*context)](
                    storage::Books& books, const wire::RecordPaymentAsk& ask) {
                  return server::RecordPayment(parts_, books, caller, ask);
                });
}

}  // namespace onestop::server
