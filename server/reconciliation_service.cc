// The reactors of reconciliation.
#include "server/reconciliation_service.h"

#include <utility>

#include "base/limits.h"
#include "base/status_macros.h"
#include "server/caller.h"
#include "server/errors.h"
#include "server/lanes.h"
#include "server/log.h"
#include "server/raw_bytes.h"
#include "server/reconciliation.h"
#include "server/stall_watch.h"
#include "server/worker_call.h"
#include "wire/reconciliation.h"

namespace onestop::server {
namespace {

auto ByBatch(const ServiceParts& parts) {
  return [&batch = parts.batch](BatchThread::Job job) {
    return batch.Submit(std::move(job));
  };
}

using DetailsReactor =
    grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>;

// A caller may look for its rows between two steps, for so many times as long
// as one may take to read the answers to settles.
constexpr int kPatience = 4;

// One of the streams under way, as long as it lives.
class StreamPlace {
 public:
  explicit StreamPlace(std::atomic<int>& streams)
      : streams_(streams),
        granted_(streams_.fetch_add(1) < limits::kMaxReconcileStreams) {}
  ~StreamPlace() { streams_.fetch_sub(1); }
  StreamPlace(const StreamPlace&) = delete;
  StreamPlace& operator=(const StreamPlace&) = delete;

  bool granted() const { return granted_; }

 private:
  std::atomic<int>& streams_;
  const bool granted_;
};

// Reads a step, has the batch thread do it, answers, reads the next. Deletes
// itself when gRPC is done with it.
class ReconcileStream final : public DetailsReactor {
 public:
  ReconcileStream(grpc::CallbackServerContext& context,
                  const ServiceParts& parts, std::atomic<int>& streams)
      : parts_(parts),
        place_(streams),
        session_(parts, CallerOf(context)),
        watch_(context, kPatience * parts.stream_patience) {
    arrived_ns_ = MonotonicNanos();
    if (place_.granted()) {
      ReadOn();
    } else {
      Refuse(OverloadedError());
    }
  }

  void OnReadDone(bool ok) override {
    watch_.Done();
    if (!ok) return Finish(grpc::Status::OK);
    arrived_ns_ = MonotonicNanos();
    const absl::Status taken =
        parts_.batch.Submit([this](storage::Books& books) {
          const absl::Status answered = Answer(books);
          if (!answered.ok()) return Refuse(answered);
          Count(OutcomeIndex("FOUND"));
          watch_.Started();
          StartWrite(&outgoing_);
        });
    if (!taken.ok()) Refuse(taken);
  }

  void OnWriteDone(bool ok) override {
    watch_.Done();
    if (!ok) return Finish(ToGrpcStatus(absl::CancelledError("caller gone")));
    outgoing_.Clear();
    ReadOn();
  }

  void OnDone() override { delete this; }

 private:
  void ReadOn() {
    watch_.Started();
    StartRead(&incoming_);
  }

  void Count(size_t outcome) {
    parts_.stats.Count(Rpc::kReconcileDetails, outcome,
                       MonotonicNanos() - arrived_ns_);
  }

  void Refuse(const absl::Status& refusal) {
    Count(OutcomeIndexOf(refusal));
    if (absl::IsInternal(refusal)) {
      LogDefect(Name(Rpc::kReconcileDetails), refusal, "", "");
    }
    Finish(ToGrpcStatus(refusal));
  }

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
  const StreamPlace place_;
  ReconcileSession session_;
  StallWatch watch_;  // what waits for the caller
  int64_t arrived_ns_ = 0;
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
  return new ReconcileStream(*context, parts_, streams_);
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
