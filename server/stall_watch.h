// Ends a stream whose caller takes no answers: what is written for it and does
// not leave would be held for ever.
#ifndef ONESTOP_SERVER_STALL_WATCH_H_
#define ONESTOP_SERVER_STALL_WATCH_H_

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <chrono>
#include <memory>

namespace onestop::server {

// Of one call. WriteStarted and WriteDone are called by turns, by whoever
// writes; they cost an increment, but for one timer in `patience`. A write that
// is under way for longer than `patience` (at most twice that) cancels the
// call.
class StallWatch {
 public:
  // `context` lives as long as the watch.
  StallWatch(grpc::CallbackServerContext& context,
             std::chrono::milliseconds patience);
  ~StallWatch();
  StallWatch(const StallWatch&) = delete;
  StallWatch& operator=(const StallWatch&) = delete;

  void WriteStarted();
  void WriteDone();

 private:
  struct State;
  const std::shared_ptr<State> state_;  // the timer knows it weakly
};

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_STALL_WATCH_H_
