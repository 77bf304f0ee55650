// Ends a stream that waits for its caller too long: to take an answer, or to
// say something. What it holds would be held for ever.
#ifndef ONESTOP_SERVER_STALL_WATCH_H_
#define ONESTOP_SERVER_STALL_WATCH_H_

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <chrono>
#include <memory>

namespace onestop::server {

// Of one call. Started and Done are called by turns, around each write or read
// that is watched; they cost an increment, but for one timer in `patience`. One
// that is under way for longer than `patience` (at most twice that) cancels the
// call.
class StallWatch {
 public:
  // `context` lives as long as the watch.
  StallWatch(grpc::CallbackServerContext& context,
             std::chrono::milliseconds patience);
  ~StallWatch();
  StallWatch(const StallWatch&) = delete;
  StallWatch& operator=(const StallWatch&) = delete;

  void Started();
  void Done();

 private:
  struct State;
  const std::shared_ptr<State> state_;  // the timer knows it weakly
};

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_STALL_WATCH_H_
