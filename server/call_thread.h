// One of gRPC's completion queues and the one thread that takes from it: calls
// arrive, are parsed and are answered on it. Lanes only hand their answers
// over, and wake it once for all that they hand over at a time.
#ifndef ONESTOP_SERVER_CALL_THREAD_H_
#define ONESTOP_SERVER_CALL_THREAD_H_

#include <grpcpp/alarm.h>
#include <grpcpp/grpcpp.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>

namespace onestop::server {

// What the completion queue gives back when something that was begun has ended:
// by gRPC's C++ classes with it as the tag, or at gRPC's core (unary_call.h).
class CallEvent : private grpc::internal::CompletionQueueTag {
 public:
  virtual ~CallEvent() = default;
  // On the thread of the queue. Not `ok`: the server shuts down, or the caller
  // is gone.
  virtual void Ended(bool ok) = 0;

  void* TagAtCore() { return static_cast<CompletionQueueTag*>(this); }

 private:
  // The queue asks what began at the core what it shall give back.
  bool FinalizeResult(void** tag, bool*) final {
    *tag = this;
    return true;
  }
};

// A call whose answer is there and may leave.
class AnsweredCall {
 public:
  virtual ~AnsweredCall() = default;
  // On the thread of the queue.
  virtual void Send() = 0;

 private:
  friend class CallThread;
  AnsweredCall* next_ = nullptr;
};

class CallThread final : private CallEvent {
 public:
  explicit CallThread(std::unique_ptr<grpc::ServerCompletionQueue> queue);
  // Shuts down if that was not done.
  ~CallThread() override;
  CallThread(const CallThread&) = delete;
  CallThread& operator=(const CallThread&) = delete;

  // From the server's start on.
  void Start();
  // The call is sent by the thread, in the order handed over. Lock-free but for
  // the waking; thread-safe. The call is the thread's from then on.
  void HandOver(AnsweredCall* call);
  // After the server's shutdown, when nobody hands over any more: returns when
  // every event has ended.
  void Shutdown();

  // Where one call is refused for want of room more will be. Once nothing else
  // is there the thread waits so long before it looks again: what comes
  // meanwhile is cheaper together (docs/adr/0029), and the wait is little
  // beside that of an accepted call (limits::kMostWaitMs). On the thread of the
  // queue.
  void LetGather() { gather_ = true; }
  static constexpr std::chrono::milliseconds kGathering{2};

  grpc::ServerCompletionQueue& queue() { return *queue_; }

 private:
  void Run();
  // Handles the event and those that are there, up to a number; true: another
  // one was taken meanwhile.
  bool HandleTogether(void*& tag, bool& ok);
  void Ended(bool ok) override;  // the alarm: something was handed over

  const std::unique_ptr<grpc::ServerCompletionQueue> queue_;
  std::atomic<AnsweredCall*> handed_over_{nullptr};  // the newest first
  // Set by whoever finds the list empty, so by one at a time.
  grpc::Alarm alarm_;
  bool gather_ = false;
  std::thread thread_;
  bool shut_down_ = false;
};

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_CALL_THREAD_H_
