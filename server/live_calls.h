// How many calls are between their arrival and the leaving of their answer;
// draining waits for none.
#ifndef ONESTOP_SERVER_LIVE_CALLS_H_
#define ONESTOP_SERVER_LIVE_CALLS_H_

#include <atomic>
#include <cstdint>

namespace onestop::server {

// Thread-safe.
class LiveCalls {
 public:
  int64_t count() const { return count_.load(std::memory_order_acquire); }

  // Counts as long as it lives.
  class Guard {
   public:
    explicit Guard(LiveCalls& calls) : calls_(calls) {
      calls_.count_.fetch_add(1, std::memory_order_acq_rel);
    }
    ~Guard() { calls_.count_.fetch_sub(1, std::memory_order_acq_rel); }
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;

   private:
    LiveCalls& calls_;
  };

 private:
  std::atomic<int64_t> count_{0};
};

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_LIVE_CALLS_H_
