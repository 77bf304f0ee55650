// Takes events from the queue; sends what lanes handed over.
#include "server/call_thread.h"

#include <grpc/support/time.h>

#include <utility>

#include "server/joined_sends.h"
#include "server/no_error_texts.h"
#include "server/this_thread.h"

namespace onestop::server {
namespace {

// Whose answers may wait for each other: half a millisecond's worth.
constexpr int kMaxEventsTogether = 32;

}  // namespace

CallThread::CallThread(std::unique_ptr<grpc::ServerCompletionQueue> queue)
    : queue_(std::move(queue)) {}

CallThread::~CallThread() { Shutdown(); }

void CallThread::Start() {
  thread_ = std::thread([this] {
    NameThisThread("calls");
    Run();
  });
}

void CallThread::Shutdown() {
  if (std::exchange(shut_down_, true)) return;
  queue_->Shutdown();
  if (thread_.joinable()) {
    thread_.join();
  } else {
    Run();  // It never started: nothing but an empty queue is left.
  }
}

void CallThread::Run() {
  const NoErrorTexts of_this_thread;
  void* tag = nullptr;
  bool ok = false;
  while (queue_->Next(&tag, &ok)) {
    while (HandleTogether(tag, ok)) {
    }
    if (std::exchange(gather_, false)) std::this_thread::sleep_for(kGathering);
  }
}

bool CallThread::HandleTogether(void*& tag, bool& ok) {
  const JoinedSends of_them;
  bool more = true;
  for (int events = 0; more && events < kMaxEventsTogether; ++events) {
    static_cast<CallEvent*>(tag)->Ended(ok);
    more = queue_->AsyncNext(&tag, &ok, gpr_inf_past(GPR_CLOCK_MONOTONIC)) ==
           grpc::CompletionQueue::GOT_EVENT;
  }
  return more;
}

// After the exchange the call may be sent and gone at any moment.
void CallThread::HandOver(AnsweredCall* call) {
  AnsweredCall* newest = handed_over_.load(std::memory_order_relaxed);
  do {
    call->next_ = newest;
  } while (!handed_over_.compare_exchange_weak(
      newest, call, std::memory_order_release, std::memory_order_relaxed));
  if (newest != nullptr) return;  // Whoever came first has set the alarm.
  CallEvent* const event = this;
  alarm_.Set(queue_.get(), gpr_inf_past(GPR_CLOCK_MONOTONIC), event);
}

void CallThread::Ended(bool) {
  AnsweredCall* newest =
      handed_over_.exchange(nullptr, std::memory_order_acquire);
  AnsweredCall* oldest = nullptr;
  while (newest != nullptr) {
    AnsweredCall* const next = newest->next_;
    newest->next_ = oldest;
    oldest = newest;
    newest = next;
  }
  while (oldest != nullptr) {
    AnsweredCall* const next = oldest->next_;
    oldest->Send();
    oldest = next;
  }
}

}  // namespace onestop::server
