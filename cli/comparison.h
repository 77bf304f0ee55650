// A stream of ReconcileDetails as the command uses it.
#ifndef ONESTOP_CLI_COMPARISON_H_
#define ONESTOP_CLI_COMPARISON_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/client.h"
#include "onestop/v1/reconciliation.grpc.pb.h"

namespace onestop::cli {

// One comparison, step by step. Used by one thread; the stream ends with it.
class Comparison {
 public:
  Comparison(const Client& client,
             ::onestop::v1::ReconciliationService::Stub& stub);
  ~Comparison();
  Comparison(const Comparison&) = delete;
  Comparison& operator=(const Comparison&) = delete;

  // Has the server sum the ledger meanwhile; before any step. Returns at once.
  void Prepare(const ::onestop::v1::ReconcilePrepare& span);
  // Waits until that is done; false: it failed, or was of another span.
  bool Prepared(const ::onestop::v1::ReconcilePrepare& span);

  // Sends a step and waits for its answer. UNAVAILABLE where the server just
  // ended the stream.
  absl::StatusOr<::onestop::v1::ReconcileDetailsResponse> Step(
      const ::onestop::v1::ReconcileDetailsRequest& request);
  // After the last step.
  absl::Status End();

 private:
  void Join();

  grpc::ClientContext context_;
  std::unique_ptr<
      grpc::ClientReaderWriter<::onestop::v1::ReconcileDetailsRequest,
                               ::onestop::v1::ReconcileDetailsResponse>>
      stream_;
  bool finished_ = false;  // the stream gave its status
  std::string asked_;      // the span that is prepared, serialized
  bool prepared_ = false;  // the thread's until it is joined
  std::thread preparing_;
};

}  // namespace onestop::cli

#endif  // ONESTOP_CLI_COMPARISON_H_
