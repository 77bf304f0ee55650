// Virtual time: what falls due when, in one thread.
#ifndef ONESTOP_TESTS_SIMULATION_AGENDA_H_
#define ONESTOP_TESTS_SIMULATION_AGENDA_H_

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <utility>

namespace onestop::simulation {

// What falls due at one moment is done in the order of its entry.
class Agenda {
 public:
  explicit Agenda(int64_t start_ms) : now_ms_(start_ms) {}

  int64_t now_ms() const { return now_ms_; }
  // A number that is higher each time: an order of all that happens.
  int64_t Tick() { return ++ticks_; }
  int64_t done() const { return done_; }

  void After(int64_t ms, std::function<void()> what) {
    due_.emplace(std::pair(now_ms_ + ms, ++entered_), std::move(what));
  }

  // Does what is due next; false when nothing is left.
  bool DoNext() {
    if (due_.empty()) return false;
    auto next = due_.extract(due_.begin());
    now_ms_ = std::max(now_ms_, next.key().first);
    ++done_;
    next.mapped()();
    return true;
  }

  // So much time passes for who calls; others work meanwhile, and may call this
  // in their turn. Past kMostNested they wait until later.
  void Pass(int64_t ms) {
    const int64_t until = now_ms_ + ms;
    if (nested_ < kMostNested) {
      const Nesting nesting(nested_);
      while (!due_.empty() && due_.begin()->first.first <= until) DoNext();
    }
    now_ms_ = std::max(now_ms_, until);
  }

 private:
  static constexpr int kMostNested = 4;

  // What is thrown on the way out does not leave the depth wrong.
  class Nesting {
   public:
    explicit Nesting(int& depth) : depth_(depth) { ++depth_; }
    ~Nesting() { --depth_; }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;

   private:
    int& depth_;
  };

  std::map<std::pair<int64_t, int64_t>, std::function<void()>> due_;
  int64_t now_ms_;
  int64_t entered_ = 0;
  int64_t ticks_ = 0;
  int64_t done_ = 0;
  int nested_ = 0;
};

}  // namespace onestop::simulation

#endif  // ONESTOP_TESTS_SIMULATION_AGENDA_H_
