// The windows of hospitals and pharmacies: threads that settle, reverse and
// register as people do who do not trust their network.
#ifndef ONESTOP_TESTS_CHAOS_DRIVER_WINDOWS_H_
#define ONESTOP_TESTS_CHAOS_DRIVER_WINDOWS_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "tests/chaos/driver/journal.h"
#include "tests/chaos/driver/replicas.h"

namespace onestop::chaos {

// Settles of the last while that any window may retry or take back: at most
// kMost. Thread-safe.
class Recent {
 public:
  static constexpr size_t kMost = 500;

  struct Settled {
    Journal::Id id = 0;
    pb::SettleRequest request;
  };
  void Put(Settled settled, std::mt19937_64& random);
  // False while there is none.
  bool Pick(std::mt19937_64& random, Settled& settled) const;

 private:
  mutable std::mutex mutex_;
  std::vector<Settled> settled_;
};

// What all windows share.
struct Stage {
  Stage(const Replicas& the_replicas, Journal& the_journal)
      : replicas(the_replicas), journal(the_journal) {}

  const Replicas& replicas;
  Journal& journal;
  Recent recent;
  std::atomic<bool> calm{true};  // windows wait long, and do plain things
  std::atomic<bool> closing{false};
};

// One window. Not thread-safe but for the calls it starts itself.
class Window {
 public:
  // Its moves follow from the seed; how they end does not.
  Window(Stage& stage, int number, uint64_t seed);

  // Moves until the stage closes, pausing in between.
  void Work(std::chrono::milliseconds pause);
  // Sends an open operation until its answer is certain; false: it is still
  // open when the time is up.
  bool Settle(Journal::Id id, std::chrono::steady_clock::time_point until);

 private:
  using Random = std::mt19937_64;

  // The moves: what a window, or several at once, may do.
  void SettleOne();
  void QuoteAndSettle();
  void SettleTwice();          // the same at two replicas at once
  void OneIdForTwoClaims();    // at once
  void SettleAndReverse();     // a reversal races its settle
  void ReverseThenSettle();    // the reversal comes first
  void RefundRepeatedly();     // twice at once, and once more
  void Replace();              // twice at once
  void LastOfACap();           // two claims on what is left, at two replicas
  void LastOfAPrescription();  // the same
  void ShareAnAccount();       // two relatives and its owner at once
  void RegisterAndRevoke();
  void Post();  // twice at once
  void RetryOld();

  std::string NewId();
  uint64_t AnyPerson();
  pb::SettleRequest AnySettle();
  // Sends until the answer is certain, or several tries failed.
  Answer Pursue(Journal::Id id, Random& random) const;
  // Starts all at about the same time, each first at a replica of its own.
  void Together(const std::vector<Journal::Id>& ids);
  Answer SendTo(size_t replica, Journal::Id id, Random& random) const;
  bool Chance(int percent) {
    return static_cast<int>(random_() % 100) < percent;
  }

  Stage& stage_;
  const int number_;
  Random random_;
  uint64_t serial_ = 0;
};

}  // namespace onestop::chaos

#endif  // ONESTOP_TESTS_CHAOS_DRIVER_WINDOWS_H_
