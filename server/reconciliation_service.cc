// The reactors of reconciliation.
#include "server/reconciliation_service.h"

#include <utility>

#include "base/status_macros.h"
#include "server/caller.h"
#include "server/errors.h"
#include "server/raw_bytes.h"
#include "server/reconciliation.h"
#include "server/worker_call.h"
#include "wire/reconciliation.h"

namespace onestop::server {
namespace {

auto ByBatch(const ServiceParts& parts) {
  return [&batch = parts.batch](BatchThread::Job job) {
    return batch.Submit(std::move(job));
  };
}

// Reads a step, has the batch thread do it, answers, reads the next. Deletes
// itself when gRPC is done with it.
class ReconcileStream final
    : public grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  ReconcileStream(const ServiceParts& parts, Caller caller)
      : parts_(parts), session_(parts, std::move(caller)) {
    StartRead(&incoming_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) return End(absl::OkStatus());
    const absl::Status taken =
        parts_.batch.Submit([this](storage::Books& books) {
          const absl::Status answered = Answer(books);
          if (!answered.ok()) return End(answered);
          StartWrite(&outgoing_);
        });
    if (!taken.ok()) End(taken);
  }

  void OnWriteDone(bool ok) override {
    if (!ok) return End(absl::CancelledError("the caller is gone"));
    outgoing_.Clear();
    StartRead(&incoming_);
  }

  void OnDone() override { delete this; }

 private:
  void End(const absl::Status& status) { Finish(ToGrpcStatus(status)); }

  absl::Status Answer(storage::Books& books) {
    pb::ReconcileDetailsRequest request;
    const absl::Status parsed = ParseBytes(incoming_, request);
    incoming_.Clear();
    ONESTOP_RETURN_IF_ERROR(parsed);
    ONESTOP_ASSIGN_OR_RETURN(const pb::ReconcileDetailsResponse answer,
                             session_.Step(books, request));
    outgoing_ = BytesOf(answer.SerializeAsString());
    return absl::OkStatus();
  }

  const ServiceParts parts_;
  ReconcileSession session_;
  grpc::ByteBuffer incoming_;
  grpc::ByteBuffer outgoing_;
};

}  // namespace

grpc::ServerUnaryReactor* ReconciliationServiceImpl::ReconcileTotals(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return AnswerBy(
      ByBatch(parts_), parts_, Rpc::kReconcileTotals, "FOUND", *context,
      *request, response, &wire::ReconcileTotalsFromProto,
      [this](storage::Books& books, const wire::ReconcileTotalsAsk& ask) {
        return server::ReconcileTotals(parts_, books, ask);
      });
}

grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>*
ReconciliationServiceImpl::ReconcileDetails(
    grpc::CallbackServerContext* context) {
  return new ReconcileStream(parts_, CallerOf(*context));
}

grpc::ServerUnaryReactor* ReconciliationServiceImpl::ListDifferences(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return AnswerBy(
      ByBatch(parts_), parts_, Rpc::kListDifferences, "FOUND", *context,
      *request, response, &wire::ListDifferencesFromProto,
      [caller = CallerOf(*context)](storage::Books& books,
                                    const wire::ListDifferencesAsk& ask) {
        return server::ListDifferences(books, caller, ask);
      });
}

}  // namespace onestop::server
