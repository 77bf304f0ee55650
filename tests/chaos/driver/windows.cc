// Sending: retries with the same id at any replica, several requests at once.
#include "tests/chaos/driver/windows.h"

#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "bench/world.h"
#include "tests/chaos/driver/world.h"

namespace onestop::chaos {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int kTries = 5;
constexpr uint64_t kApart = 1'000'003;  // between the seeds of two windows
// What clients wait for one answer.
constexpr std::array kPatience = {milliseconds(500), milliseconds(2'000),
                                  milliseconds(6'000)};
constexpr milliseconds kLastPatience{20'000};
constexpr milliseconds kLastPause{200};

}  // namespace

void Recent::Put(Settled settled, std::mt19937_64& random) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (settled_.size() < kMost) {
    settled_.push_back(std::move(settled));
  } else {
    settled_[random() % kMost] = std::move(settled);
  }
}

bool Recent::Pick(std::mt19937_64& random, Settled& settled) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (settled_.empty()) return false;
  settled = settled_[random() % settled_.size()];
  return true;
}

Window::Window(Stage& stage, int number, uint64_t seed)
    : stage_(stage),
      number_(number),
      random_(seed + kApart * static_cast<uint64_t>(number)) {}

// While it is calm, only the first of the moves: they are never refused for
// what another request has done meanwhile.
void Window::Work(milliseconds pause) {
  struct Move {
    int weight;
    void (Window::*move)();
  };
  constexpr std::array<Move, 14> kMoves = {{{30, &Window::SettleOne},
                                            {8, &Window::SettleTwice},
                                            {7, &Window::RefundRepeatedly},
                                            {6, &Window::RetryOld},
                                            {8, &Window::QuoteAndSettle},
                                            {5, &Window::OneIdForTwoClaims},
                                            {6, &Window::SettleAndReverse},
                                            {4, &Window::ReverseThenSettle},
                                            {5, &Window::Replace},
                                            {6, &Window::LastOfACap},
                                            {5, &Window::LastOfAPrescription},
                                            {6, &Window::ShareAnAccount},
                                            {3, &Window::RegisterAndRevoke},
                                            {4, &Window::Post}}};
  constexpr size_t kCalmMoves = 4;
  while (!stage_.closing) {
    const size_t count = stage_.calm ? kCalmMoves : kMoves.size();
    int all = 0;
    for (size_t i = 0; i < count; ++i) all += kMoves[i].weight;
    int drawn = static_cast<int>(random_() % static_cast<uint64_t>(all));
    size_t chosen = 0;
    while (drawn >= kMoves[chosen].weight) drawn -= kMoves[chosen++].weight;
    (this->*kMoves[chosen].move)();
    std::this_thread::sleep_for(pause);
  }
}

bool Window::Settle(Journal::Id id, steady_clock::time_point until) {
  while (steady_clock::now() < until) {
    const size_t replica = random_() % stage_.replicas.count();
    if (!stage_.replicas.Send(stage_.journal, id, replica, kLastPatience)
             .transient) {
      return true;
    }
    std::this_thread::sleep_for(kLastPause);
  }
  return false;
}

Answer Window::SendTo(size_t replica, Journal::Id id, Random& random) const {
  const size_t patience =
      stage_.calm ? kPatience.size() - 1 : random() % kPatience.size();
  return stage_.replicas.Send(stage_.journal, id,
                              replica % stage_.replicas.count(),
                              kPatience[patience]);
}

Answer Window::Pursue(Journal::Id id, Random& random) const {
  Answer answer;
  for (int i = 0; i < kTries && !stage_.closing; ++i) {
    if (i > 0) {
      std::this_thread::sleep_for(milliseconds(5 + random() % (100u << i)));
    }
    answer = SendTo(random(), id, random);
    if (!answer.transient) break;
  }
  return answer;
}

void Window::Together(const std::vector<Journal::Id>& ids) {
  std::vector<std::thread> threads;
  size_t replica = random_();
  for (const Journal::Id id : ids) {
    ++replica;
    threads.emplace_back([this, id, replica, seed = random_()] {
      Random random(seed);
      std::this_thread::sleep_for(std::chrono::microseconds(seed % 3'000));
      const Answer first = SendTo(replica, id, random);
      if (first.transient) Pursue(id, random);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

std::string Window::NewId() {
  return absl::StrCat("w", number_, "-", ++serial_);
}

uint64_t Window::AnyPerson() {
  return random_() % (Chance(50) ? kHotPersons : kPersons);
}

pb::SettleRequest Window::AnySettle() {
  return NewSettle(NewId(), AnyClaim(AnyPerson(), random_));
}

}  // namespace onestop::chaos
