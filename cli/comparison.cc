// Steps of a comparison; what is prepared waits on a thread of its own.
#include "cli/comparison.h"

namespace onestop::cli {

namespace pb = ::onestop::v1;

Comparison::Comparison(const Client& client,
                       pb::ReconciliationService::Stub& stub) {
  client.Prepare(context_);
  stream_ = stub.ReconcileDetails(&context_);
}

Comparison::~Comparison() {
  if (!finished_) context_.TryCancel();
  Join();
  if (!finished_) stream_->Finish();
}

void Comparison::Join() {
  if (preparing_.joinable()) preparing_.join();
}

void Comparison::Prepare(const pb::ReconcilePrepare& span) {
  asked_ = span.SerializeAsString();
  pb::ReconcileDetailsRequest request;
  *request.mutable_prepare() = span;
  preparing_ = std::thread([this, request = std::move(request)] {
    pb::ReconcileDetailsResponse answer;
    prepared_ = stream_->Write(request) && stream_->Read(&answer);
  });
}

bool Comparison::Prepared(const pb::ReconcilePrepare& span) {
  if (asked_ != span.SerializeAsString()) return false;
  Join();
  return prepared_;
}

absl::StatusOr<pb::ReconcileDetailsResponse> Comparison::Step(
    const pb::ReconcileDetailsRequest& request) {
  pb::ReconcileDetailsResponse answer;
  if (stream_->Write(request) && stream_->Read(&answer)) return answer;
  finished_ = true;
  const absl::Status status = Client::ToStatus(stream_->Finish());
  if (!status.ok()) return status;
  return absl::UnavailableError("the server ended the comparison early");
}

absl::Status Comparison::End() {
  stream_->WritesDone();
  finished_ = true;
  return Client::ToStatus(stream_->Finish());
}

}  // namespace onestop::cli
