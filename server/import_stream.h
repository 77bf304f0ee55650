// The one reactor of all streaming imports: reads a message, has a worker load
// its rows, answers with a result for each row, reads the next.
#ifndef ONESTOP_SERVER_IMPORT_STREAM_H_
#define ONESTOP_SERVER_IMPORT_STREAM_H_

#include <grpcpp/grpcpp.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "onestop/v1/registry.pb.h"
#include "server/errors.h"
#include "server/raw_bytes.h"
#include "server/service_parts.h"
#include "wire/error.h"

namespace onestop::server {

namespace pb = ::onestop::v1;

// What became of a row: its outcome, or why it was refused.
using RowAnswer = absl::StatusOr<pb::RowOutcome>;

// What a stream does with its messages. One for each stream; used by one thread
// at a time.
template <typename Request>
class Importer {
 public:
  virtual ~Importer() = default;
  virtual Import kind() const = 0;
  virtual int Rows(const Request& request) const = 0;
  // One answer a row. An error ends the stream: the store failed, or the
  // message itself is malformed.
  virtual absl::StatusOr<std::vector<RowAnswer>> Load(
      storage::Store& store, const Request& request) = 0;
  // The fewest rows that this message may hold.
  virtual int FewestRows(const Request&) const { return 1; }
  // Adds what the answer tells besides the rows.
  virtual void AddTo(google::protobuf::Message& /*response*/) const {}
  // After the last message, before the stream ends.
  virtual absl::Status Finish(storage::Store&) { return absl::OkStatus(); }
};

// Deletes itself when gRPC is done with it.
template <typename Request, typename Response>
class ImportStream final
    : public grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  ImportStream(std::unique_ptr<Importer<Request>> importer,
               const ServiceParts& parts)
      : importer_(std::move(importer)), parts_(parts) {
    StartRead(&incoming_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) return EndOfRows();
    Submit(incoming_.Length(), [this](storage::Store& store) {
      const absl::Status loaded = LoadMessage(store);
      if (!loaded.ok()) return End(loaded);
      StartWrite(&outgoing_);
    });
  }

  void OnWriteDone(bool ok) override {
    if (!ok) return End(absl::CancelledError("the caller is gone"));
    outgoing_.Clear();
    StartRead(&incoming_);
  }

  void OnDone() override { delete this; }

 private:
  void Submit(size_t bytes, Workers::Job job) {
    const absl::Status taken = parts_.workers.Submit(bytes, std::move(job));
    if (!taken.ok()) End(taken);
  }

  void EndOfRows() {
    if (parts_.workers.draining()) return End(absl::OkStatus());
    Submit(0, [this](storage::Store& store) { End(importer_->Finish(store)); });
  }

  void End(const absl::Status& status) { Finish(ToGrpcStatus(status)); }

  absl::Status LoadMessage(storage::Store& store) {
    Request request;
    const absl::Status parsed = ParseBytes(incoming_, request);
    incoming_.Clear();  // Not kept until the next message comes.
    ONESTOP_RETURN_IF_ERROR(parsed);
    const int rows = importer_->Rows(request);
    const int fewest = importer_->FewestRows(request);
    if (rows < fewest || rows > limits::kMaxImportRows) {
      return MalformedRequest(
          {{std::string(kImportNames[static_cast<size_t>(importer_->kind())]),
            absl::StrCat("must hold ", fewest, " to ", limits::kMaxImportRows,
                         " rows; it holds ", rows)}});
    }
    ONESTOP_ASSIGN_OR_RETURN(auto answers, importer_->Load(store, request));
    Response response;
    for (const RowAnswer& answer : answers) {
      pb::RowResult* result = response.add_results();
      result->set_index(next_row_++);
      result->set_outcome(answer.ok() ? *answer : pb::ROW_OUTCOME_REFUSED);
      if (!answer.ok()) {
        *result->mutable_error() = wire::ToRpcStatus(answer.status());
      }
      parts_.stats.CountRow(importer_->kind(),
                            static_cast<size_t>(result->outcome()));
    }
    importer_->AddTo(response);
    outgoing_ = BytesOf(response.SerializeAsString());
    return absl::OkStatus();
  }

  const std::unique_ptr<Importer<Request>> importer_;
  const ServiceParts parts_;
  int64_t next_row_ = 0;
  grpc::ByteBuffer incoming_;
  grpc::ByteBuffer outgoing_;
};

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_IMPORT_STREAM_H_
