// What a thread does between two points: which locks it takes and how often it
// allocates. Counted by functions that stand in front of the libraries' own in
// the programs that link onestop_hot_section; onestopd has none of it.
#ifndef ONESTOP_BENCH_HOT_SECTION_H_
#define ONESTOP_BENCH_HOT_SECTION_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace onestop::bench {

// Of the sections of one thread. A lock is any call that may wait for another
// thread or wakes one: of pthread_mutex_…, pthread_rwlock_…, pthread_cond_…,
// sem_…wait, absl::Mutex, and the futex below them all. An allocation is a call
// of operator new, by which everything of ours allocates; what C libraries
// (libpq, gRPC's core) take from malloc is theirs.
struct HotCounts {
  int64_t locks = 0;
  int64_t allocations = 0;
  int64_t allocated_bytes = 0;
  const char* first_lock = nullptr;           // the function; nullptr: none
  std::array<void*, 24> first_lock_frames{};  // who called it, innermost first
};

// The first lock and the calls that led to it, a line each; empty: none.
std::string DescribeFirstLock(const HotCounts& counts);

// While it lives, its thread counts into `counts`.
class HotSection {
 public:
  explicit HotSection(HotCounts& counts) : HotSection(&counts) {}
  ~HotSection();
  HotSection(const HotSection&) = delete;
  HotSection& operator=(const HotSection&) = delete;

 protected:
  explicit HotSection(HotCounts* counts);

 private:
  HotCounts* const before_;
};

// While it lives, its thread does not count: a piece that is not ours.
class HotPause : private HotSection {
 public:
  HotPause() : HotSection(nullptr) {}
};

// Called by the functions in front.
void CountLock(const char* function);
void CountAllocation(size_t bytes);

}  // namespace onestop::bench

#endif  // ONESTOP_BENCH_HOT_SECTION_H_
