// A timer that looks whether the same write or read is still under way.
#include "server/stall_watch.h"

#include <grpcpp/alarm.h>

#include <cstdint>
#include <mutex>

namespace onestop::server {

struct StallWatch::State {
  State(grpc::CallbackServerContext& its_context,
        std::chrono::milliseconds its_patience)
      : patience(its_patience), context(&its_context) {}

  // Odd: something is under way.
  std::atomic<uint64_t> turns{0};
  // Set from the start of the timer until it finds nothing under way.
  std::atomic<bool> armed{false};
  const std::chrono::milliseconds patience;

  // Off the path of answers: held when the timer is set or rings, and at the
  // end.
  std::mutex mutex;
  grpc::CallbackServerContext* context;  // nullptr: the call is over
  // A new one each time: one that rings still runs the function it was set to.
  std::unique_ptr<grpc::Alarm> alarm;

  static void Arm(const std::shared_ptr<State>& self, uint64_t seen) {
    const std::lock_guard<std::mutex> lock(self->mutex);
    if (self->context == nullptr) return;
    self->alarm = std::make_unique<grpc::Alarm>();
    const std::weak_ptr<State> state = self;
    self->alarm->Set(std::chrono::system_clock::now() + self->patience,
                     [state, seen](bool rang) {
                       if (!rang) return;
                       if (const auto alive = state.lock()) Look(alive, seen);
                     });
  }

  static void Look(const std::shared_ptr<State>& self, uint64_t seen) {
    uint64_t now = self->turns.load();
    if (now == seen && now % 2 == 1) {
      const std::lock_guard<std::mutex> lock(self->mutex);
      if (self->context != nullptr) self->context->TryCancel();
      return;
    }
    if (now % 2 == 0) {
      self->armed.store(false);
      // What began in between saw the watch armed.
      now = self->turns.load();
      if (now % 2 == 0 || self->armed.exchange(true)) return;
    }
    Arm(self, now);
  }
};

StallWatch::StallWatch(grpc::CallbackServerContext& context,
                       std::chrono::milliseconds patience)
    : state_(std::make_shared<State>(context, patience)) {}

StallWatch::~StallWatch() {
  // The timer may ring once more and finds that the call is over.
  const std::lock_guard<std::mutex> lock(state_->mutex);
  state_->context = nullptr;
}

void StallWatch::Started() {
  const uint64_t turn = state_->turns.fetch_add(1) + 1;
  if (state_->armed.load() || state_->armed.exchange(true)) return;
  State::Arm(state_, turn);
}

void StallWatch::Done() { state_->turns.fetch_add(1); }

}  // namespace onestop::server
