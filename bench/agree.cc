// Asks one server or two, and compares what they answer.
#include "bench/agree.h"

#include <google/protobuf/util/message_differencer.h>
#include <grpcpp/grpcpp.h>

#include <chrono>
#include <cstdlib>
#include <memory>
#include <random>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "bench/closed_loop.h"
#include "bench/requests.h"
#include "onestop/v1/settlement.grpc.pb.h"

namespace onestop::bench {
namespace {

namespace pb = ::onestop::v1;

class Server {
 public:
  explicit Server(const std::string& address)
      : address_(address),
        stub_(pb::SettlementService::NewStub(grpc::CreateChannel(
            address, grpc::InsecureChannelCredentials()))) {}

  // Settles twice; the second answer must be the first.
  absl::StatusOr<pb::SettleResponse> Settle(const pb::SettleRequest& request) {
    ONESTOP_ASSIGN_OR_RETURN(pb::SettleResponse first, SettleOnce(request));
    ONESTOP_ASSIGN_OR_RETURN(const pb::SettleResponse again,
                             SettleOnce(request));
    if (first.SerializeAsString() == again.SerializeAsString()) return first;
    return absl::InternalError(
        absl::StrCat(address_, " answers a retry with another receipt"));
  }

 private:
  absl::StatusOr<pb::SettleResponse> SettleOnce(
      const pb::SettleRequest& request) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + kPatience);
    context.set_wait_for_ready(true);
    pb::SettleResponse response;
    const grpc::Status status = stub_->Settle(&context, request, &response);
    if (!status.ok() || response.outcome() != pb::SETTLE_OUTCOME_SETTLED) {
      return absl::InternalError(
          absl::StrCat(address_, " does not settle: ", status.error_message(),
                       "\n", request.DebugString()));
    }
    return response;
  }

  const std::string address_;
  const std::unique_ptr<pb::SettlementService::Stub> stub_;
};

// When it was booked is all that may differ.
pb::SettleResponse WithoutTime(pb::SettleResponse response) {
  response.mutable_receipt()->clear_booked_at();
  return response;
}

absl::Status Compare(const pb::SettleRequest& request,
                     const pb::SettleResponse& one,
                     const pb::SettleResponse& other) {
  google::protobuf::util::MessageDifferencer differencer;
  std::string differences;
  differencer.ReportDifferencesToString(&differences);
  if (differencer.Compare(WithoutTime(one), WithoutTime(other))) {
    return absl::OkStatus();
  }
  return absl::InternalError(absl::StrCat("the receipts differ:\n", differences,
                                          "for ", request.DebugString()));
}

const std::string& NearestInSize(const std::vector<std::string>& replies,
                                 int64_t bytes) {
  const std::string* nearest = &replies.front();
  const auto distance = [bytes](const std::string& reply) {
    return std::abs(static_cast<int64_t>(reply.size()) - bytes);
  };
  for (const std::string& reply : replies) {
    if (distance(reply) < distance(*nearest)) nearest = &reply;
  }
  return *nearest;
}

}  // namespace

absl::StatusOr<Agreement> Agree(const AgreeOptions& options) {
  std::mt19937_64 random(std::random_device{}());
  const Requests requests(Call::kSettle, options.persons,
                          std::random_device{}());
  Server server(options.server);
  std::unique_ptr<Server> other;
  if (!options.other.empty()) other = std::make_unique<Server>(options.other);
  Agreement agreement;
  std::vector<std::string> replies;
  for (int i = 0; i < options.count; ++i) {
    const std::string bytes = requests.Next(i, random);
    pb::SettleRequest request;
    if (!request.ParseFromString(bytes)) {
      return absl::InternalError("a request of the mix cannot be parsed");
    }
    ONESTOP_ASSIGN_OR_RETURN(const pb::SettleResponse reply,
                             server.Settle(request));
    if (other != nullptr) {
      ONESTOP_ASSIGN_OR_RETURN(const pb::SettleResponse others,
                               other->Settle(request));
      ONESTOP_RETURN_IF_ERROR(Compare(request, reply, others));
    }
    replies.push_back(reply.SerializeAsString());
    agreement.request_bytes += static_cast<int64_t>(bytes.size());
    agreement.reply_bytes += static_cast<int64_t>(replies.back().size());
  }
  agreement.request_bytes /= options.count;
  agreement.reply_bytes /= options.count;
  agreement.typical_reply = NearestInSize(replies, agreement.reply_bytes);
  return agreement;
}

}  // namespace onestop::bench
