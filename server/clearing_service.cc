// The reactors of clearing.
#include "server/clearing_service.h"

#include <utility>

#include "server/caller.h"
#include "server/clearing.h"
#include "server/worker_call.h"
#include "wire/clearing.h"

namespace onestop::server {

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
  return Answer(Rpc::kCloseMonth, "CHANGED", *context, *request, response,
                &wire::CloseMonthFromProto,
                [this](storage::Books& books, const wire::CloseMonthAsk& ask) {
                  return server::CloseMonth(parts_, books, ask);
                });
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
