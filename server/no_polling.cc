// Stands before gRPC's function that creates completion queues.
#include "server/no_polling.h"

#include <dlfcn.h>
#include <grpc/grpc.h>

namespace onestop::server {
namespace {

thread_local bool no_polling = false;
thread_local int created = 0;

}  // namespace

NoPolling::NoPolling() {
  no_polling = true;
  created = 0;
}

NoPolling::~NoPolling() { no_polling = false; }

int NoPolling::queues() const { return created; }

}  // namespace onestop::server

// libgrpc++ calls this of libgrpc; the program's own function comes first.
extern "C" grpc_completion_queue* grpc_completion_queue_create(
    const grpc_completion_queue_factory* factory,
    const grpc_completion_queue_attributes* attributes, void* reserved) {
  using Create = decltype(&grpc_completion_queue_create);
  static const auto kCreate = reinterpret_cast<Create>(
      dlsym(RTLD_NEXT, "grpc_completion_queue_create"));
  grpc_completion_queue_attributes wanted = *attributes;
  if (onestop::server::no_polling) {
    wanted.cq_polling_type = GRPC_CQ_NON_POLLING;
    ++onestop::server::created;
  }
  return kCreate(factory, &wanted, reserved);
}
