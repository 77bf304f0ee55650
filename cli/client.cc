// Deadlines, retries and error details of calls.
#include "cli/client.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "wire/error.h"

namespace onestop::cli {
namespace {

using Clock = std::chrono::system_clock;
using std::chrono::milliseconds;

milliseconds PatienceOf(const ServerOptions& options) {
  return milliseconds(static_cast<int64_t>(options.deadline_seconds * 1000));
}

Clock::time_point DeadlineOf(const ServerOptions& options) {
  return Clock::now() + PatienceOf(options);
}

std::shared_ptr<grpc::Channel> Connect(const ServerOptions& options) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(64 << 20);  // a long ledger or receipt
  // A server that is back is found within a second.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1000);
  return grpc::CreateCustomChannel(
      options.server, grpc::InsecureChannelCredentials(), arguments);
}

}  // namespace

Client::Client(const ServerOptions& options)
    : options_(options),
      channel_(Connect(options)),
      settlement_(::onestop::v1::SettlementService::NewStub(channel_)),
      registry_(::onestop::v1::RegistryService::NewStub(channel_)),
      health_(::grpc::health::v1::Health::NewStub(channel_)) {}

absl::Status Client::CheckSilence(
    std::chrono::steady_clock::time_point since) const {
  if (std::chrono::steady_clock::now() - since < PatienceOf(options_)) {
    return absl::OkStatus();
  }
  return absl::DeadlineExceededError(absl::StrCat(
      "no answer came for ", options_.deadline_seconds, " seconds"));
}

void Client::Prepare(grpc::ClientContext& context) const {
  context.set_deadline(DeadlineOf(options_));
}

absl::Status Client::ToStatus(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  return wire::FromRpcStatusBytes(
      static_cast<absl::StatusCode>(status.error_code()),
      status.error_message(), status.error_details());
}

bool Client::MayComeBack(absl::StatusCode code) {
  return code == absl::StatusCode::kUnavailable ||
         code == absl::StatusCode::kAborted;
}

void Client::Rest(milliseconds at_most) const {
  if (channel_->GetState(true) == GRPC_CHANNEL_READY) {
    return std::this_thread::sleep_for(at_most);
  }
  channel_->WaitForConnected(std::chrono::system_clock::now() + at_most);
}

absl::Status Client::Retry(const Try& call) const {
  const Clock::time_point deadline = DeadlineOf(options_);
  milliseconds wait(50);
  while (true) {
    grpc::ClientContext context;
    context.set_deadline(deadline);
    const grpc::Status status = call(context);
    const auto code = static_cast<absl::StatusCode>(status.error_code());
    if (!MayComeBack(code) || Clock::now() + wait >= deadline) {
      return ToStatus(status);
    }
    Rest(wait);
    wait = std::min(wait * 2, milliseconds(1000));
  }
}

absl::Status CheckKnown(Client& client, const std::string& person_id,
                        const std::string& institution_id) {
  namespace pb = ::onestop::v1;
  using Stub = pb::RegistryService::Stub;
  if (!person_id.empty()) {
    pb::GetPersonRequest request;
    request.set_person_id(person_id);
    return client
        .Call<pb::GetPersonResponse>(client.registry(), &Stub::GetPerson,
                                     request)
        .status();
  }
  pb::GetInstitutionRequest request;
  request.set_institution_id(institution_id);
  return client
      .Call<pb::GetInstitutionResponse>(client.registry(),
                                        &Stub::GetInstitution, request)
      .status();
}

}  // namespace onestop::cli
