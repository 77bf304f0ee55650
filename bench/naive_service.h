// The usual server: calls wait for a thread of a pool, each thread has a
// connection and settles one call at a time.
#ifndef ONESTOP_BENCH_NAIVE_SERVICE_H_
#define ONESTOP_BENCH_NAIVE_SERVICE_H_

#include <grpcpp/grpcpp.h>

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "bench/naive_settler.h"
#include "onestop/v1/settlement.grpc.pb.h"

namespace onestop::bench {

using NaiveBase =
    ::onestop::v1::SettlementService::WithRawCallbackMethod_Settle<
        ::onestop::v1::SettlementService::Service>;

// Thread-safe. Outlives the server that it is registered with.
class NaiveService final : public NaiveBase {
 public:
  // One thread for each settler.
  explicit NaiveService(std::vector<std::unique_ptr<NaiveSettler>> settlers);
  ~NaiveService() override;
  NaiveService(const NaiveService&) = delete;
  NaiveService& operator=(const NaiveService&) = delete;

  grpc::ServerUnaryReactor* Settle(grpc::CallbackServerContext* context,
                                   const grpc::ByteBuffer* request,
                                   grpc::ByteBuffer* response) override;

 private:
  struct Waiting {
    const grpc::ByteBuffer* request;
    grpc::ByteBuffer* response;
    grpc::ServerUnaryReactor* reactor;
  };

  void Work(NaiveSettler& settler);

  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Waiting> waiting_;  // guarded by mutex_
  bool ending_ = false;          // guarded by mutex_
  const std::vector<std::unique_ptr<NaiveSettler>> settlers_;
  std::vector<std::thread> threads_;
};

}  // namespace onestop::bench

#endif  // ONESTOP_BENCH_NAIVE_SERVICE_H_
