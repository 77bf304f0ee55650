// The pool: a queue under a mutex, and its threads.
#include "bench/naive_service.h"

#include <utility>

#include "base/status_macros.h"
#include "onestop/v1/settlement.pb.h"
#include "server/errors.h"
#include "server/raw_bytes.h"

namespace onestop::bench {
namespace {

absl::StatusOr<std::string> Answer(const grpc::ByteBuffer& bytes,
                                   NaiveSettler& settler) {
  ::onestop::v1::SettleRequest request;
  ONESTOP_RETURN_IF_ERROR(server::ParseBytes(bytes, request));
  ONESTOP_ASSIGN_OR_RETURN(const wire::SettleAsk ask,
                           wire::SettleFromProto(request));
  return settler.Settle(ask);
}

}  // namespace

NaiveService::NaiveService(std::vector<std::unique_ptr<NaiveSettler>> settlers)
    : settlers_(std::move(settlers)) {
  for (const auto& settler : settlers_) {
    threads_.emplace_back([this, &settler = *settler] { Work(settler); });
  }
}

NaiveService::~NaiveService() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    ending_ = true;
  }
  arrived_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

grpc::ServerUnaryReactor* NaiveService::Settle(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    waiting_.push_back({request, response, reactor});
  }
  arrived_.notify_one();
  return reactor;
}

void NaiveService::Work(NaiveSettler& settler) {
  std::unique_lock<std::mutex> lock(mutex_);
  while (true) {
    arrived_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    const Waiting next = waiting_.front();
    waiting_.pop_front();
    lock.unlock();
    const auto answer = Answer(*next.request, settler);
    if (answer.ok()) *next.response = server::BytesOf(*answer);
    next.reactor->Finish(answer.ok() ? grpc::Status::OK
                                     : server::ToGrpcStatus(answer.status()));
    lock.lock();
  }
}

}  // namespace onestop::bench
