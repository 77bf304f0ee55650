// Calls over gRPC; answers as bytes, errors with their reasons.
#include "tests/chaos/driver/replicas.h"

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <atomic>
#include <cstdint>
#include <future>
#include <utility>

#include "onestop/v1/registry.grpc.pb.h"
#include "onestop/v1/settlement.grpc.pb.h"
#include "wire/error.h"

namespace onestop::chaos {
namespace {

using Method = Request::Method;

// So many settles a replica, one is sent by a stream.
constexpr uint64_t kStreamEvery = 5;

struct Reply {
  absl::Status status;
  std::string bytes;
};

const char* PathOf(Method method) {
  switch (method) {
    case Method::kQuote:
      return "/onestop.v1.SettlementService/Quote";
    case Method::kSettle:
      return "/onestop.v1.SettlementService/Settle";
    case Method::kReverse:
      return "/onestop.v1.SettlementService/Reverse";
    case Method::kRegister:
      return "/onestop.v1.SettlementService/Register";
    case Method::kRevoke:
      return "/onestop.v1.RegistryService/RevokeRegistration";
    case Method::kPostUsage:
    case Method::kImportAccounts:
      break;
  }
  return "";
}

absl::Status StatusOf(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  return wire::FromRpcStatusBytes(
      static_cast<absl::StatusCode>(status.error_code()),
      status.error_message(), status.error_details());
}

std::string TextOf(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string text;
  if (!buffer.Dump(&slices).ok()) return text;
  for (const grpc::Slice& slice : slices) {
    text.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return text;
}

Reply CallUnary(grpc::GenericStub& stub, grpc::ClientContext& context,
                const Request& request) {
  const grpc::Slice slice(request.bytes);
  const grpc::ByteBuffer bytes(&slice, 1);
  grpc::ByteBuffer answer;
  std::promise<grpc::Status> done;
  stub.UnaryCall(
      &context, PathOf(request.method), {}, &bytes, &answer,
      [&done](grpc::Status status) { done.set_value(std::move(status)); });
  const grpc::Status status = done.get_future().get();
  if (!status.ok()) return {StatusOf(status), ""};
  return {absl::OkStatus(), TextOf(answer)};
}

// An import of one message with one row: what became of the row. An answer may
// have come although the call then failed.
template <typename Message, typename Response>
Reply CallImport(
    std::unique_ptr<grpc::ClientReaderWriter<Message, Response>> stream,
    const Request& request) {
  Message message;
  message.ParseFromString(request.bytes);
  stream->Write(message);
  stream->WritesDone();
  Response response;
  const bool read = stream->Read(&response) && response.results_size() == 1;
  const grpc::Status status = stream->Finish();
  if (!read) {
    return {
        status.ok() ? absl::UnknownError("no row came back") : StatusOf(status),
        ""};
  }
  const pb::RowResult& row = response.results(0);
  if (row.outcome() == pb::ROW_OUTCOME_REFUSED) {
    return {wire::FromRpcStatus(row.error()), ""};
  }
  return {absl::OkStatus(), ""};
}

// A stream of one settle. The answer's bytes are kept as they are in a stream:
// written again, they are the same.
Reply CallStream(pb::SettlementService::Stub& stub,
                 grpc::ClientContext& context, const Request& request) {
  const auto stream = stub.SettleStream(&context);
  pb::SettleStreamRequest message;
  message.add_items()->mutable_settle()->ParseFromString(request.bytes);
  stream->Write(message);
  stream->WritesDone();
  pb::SettleStreamResponse response;
  const bool read = stream->Read(&response) && response.results_size() == 1;
  const grpc::Status status = stream->Finish();
  if (!read) {
    return {status.ok() ? absl::UnknownError("no answer came back")
                        : StatusOf(status),
            ""};
  }
  const pb::SettleStreamResult& result = response.results(0);
  if (result.has_error()) return {wire::FromRpcStatus(result.error()), ""};
  return {absl::OkStatus(), result.settle().SerializeAsString()};
}

// A connection that is lost is tried again soon, and each attempt is one.
std::shared_ptr<grpc::Channel> Connect(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 50);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 500);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 500);
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(),
                                   arguments);
}

}  // namespace

struct Replicas::Replica {
  explicit Replica(const std::string& address)
      : address(address),
        channel(Connect(address)),
        generic(channel),
        settlement(pb::SettlementService::NewStub(channel)),
        registry(pb::RegistryService::NewStub(channel)) {}

  Reply Call(const Request& request, std::chrono::milliseconds patience) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + patience);
    switch (request.method) {
      case Method::kPostUsage:
        return CallImport(registry->PostUsage(&context), request);
      case Method::kImportAccounts:
        return CallImport(registry->ImportAccounts(&context), request);
      case Method::kSettle:
        if (++settles % kStreamEvery == 0) {
          return CallStream(*settlement, context, request);
        }
        [[fallthrough]];
      default:
        return CallUnary(generic, context, request);
    }
  }

  const std::string address;
  const std::shared_ptr<grpc::Channel> channel;
  grpc::GenericStub generic;
  const std::unique_ptr<pb::SettlementService::Stub> settlement;
  const std::unique_ptr<pb::RegistryService::Stub> registry;
  std::atomic<uint64_t> settles{0};
};

Replicas::Replicas(const std::vector<std::string>& addresses) {
  for (const std::string& address : addresses) {
    replicas_.push_back(std::make_unique<Replica>(address));
  }
}

Replicas::~Replicas() = default;

Answer Replicas::Send(Journal& journal, Journal::Id id, size_t replica,
                      std::chrono::milliseconds patience) const {
  Replica& chosen = *replicas_[replica];
  const Request request = journal.RequestOf(id);
  const size_t attempt = journal.Begin(id, chosen.address);
  Reply reply = chosen.Call(request, patience);
  return journal.End(id, attempt, std::move(reply.status),
                     std::move(reply.bytes));
}

}  // namespace onestop::chaos
