// The locks of libc and Abseil with a count in front: the dynamic linker finds
// these first, whoever calls.
#include <absl/base/options.h>
#include <dlfcn.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "bench/hot_section.h"

namespace {

using onestop::bench::CountLock;

// The function that would have been called.
template <typename Function>
Function* Next(const char* symbol) {
  void* found = dlsym(RTLD_NEXT, symbol);
  if (found == nullptr) {
    std::fprintf(stderr, "no library has %s\n", symbol);
    std::abort();
  }
  return reinterpret_cast<Function*>(found);
}

#define ONESTOP_TEXT_OF(name) #name
#define ONESTOP_TEXT(name) ONESTOP_TEXT_OF(name)

// Of a method of absl::Mutex, by its mangled name and parameters.
template <typename Function>
Function* NextOfMutex(const char* method) {
  constexpr absl::string_view kInside =
      ONESTOP_TEXT(ABSL_OPTION_INLINE_NAMESPACE_NAME);
  return Next<Function>(
      absl::StrCat("_ZN4absl", kInside.size(), kInside, "5Mutex", method)
          .c_str());
}

}  // namespace

#define ONESTOP_COUNTED(name, parameters, arguments)      \
  extern "C" int name parameters {                        \
    static const auto next = Next<int parameters>(#name); \
    CountLock(#name);                                     \
    return next arguments;                                \
  }

ONESTOP_COUNTED(pthread_mutex_lock, (pthread_mutex_t * mutex) noexcept, (mutex))
ONESTOP_COUNTED(pthread_mutex_trylock, (pthread_mutex_t * mutex) noexcept,
                (mutex))
ONESTOP_COUNTED(pthread_mutex_timedlock,
                (pthread_mutex_t * mutex, const timespec* until) noexcept,
                (mutex, until))
ONESTOP_COUNTED(pthread_mutex_clocklock,
                (pthread_mutex_t * mutex, clockid_t clock,
                 const timespec* until) noexcept,
                (mutex, clock, until))
ONESTOP_COUNTED(pthread_rwlock_rdlock, (pthread_rwlock_t * lock) noexcept,
                (lock))
ONESTOP_COUNTED(pthread_rwlock_wrlock, (pthread_rwlock_t * lock) noexcept,
                (lock))
ONESTOP_COUNTED(pthread_rwlock_tryrdlock, (pthread_rwlock_t * lock) noexcept,
                (lock))
ONESTOP_COUNTED(pthread_rwlock_trywrlock, (pthread_rwlock_t * lock) noexcept,
                (lock))
ONESTOP_COUNTED(pthread_rwlock_timedrdlock,
                (pthread_rwlock_t * lock, const timespec* until) noexcept,
                (lock, until))
ONESTOP_COUNTED(pthread_rwlock_timedwrlock,
                (pthread_rwlock_t * lock, const timespec* until) noexcept,
                (lock, until))
ONESTOP_COUNTED(pthread_rwlock_clockrdlock,
                (pthread_rwlock_t * lock, clockid_t clock,
                 const timespec* until) noexcept,
                (lock, clock, until))
ONESTOP_COUNTED(pthread_rwlock_clockwrlock,
                (pthread_rwlock_t * lock, clockid_t clock,
                 const timespec* until) noexcept,
                (lock, clock, until))
ONESTOP_COUNTED(pthread_cond_wait,
                (pthread_cond_t * condition, pthread_mutex_t* mutex),
                (condition, mutex))
ONESTOP_COUNTED(pthread_cond_timedwait,
                (pthread_cond_t * condition, pthread_mutex_t* mutex,
                 const timespec* until),
                (condition, mutex, until))
ONESTOP_COUNTED(pthread_cond_clockwait,
                (pthread_cond_t * condition, pthread_mutex_t* mutex,
                 clockid_t clock, const timespec* until),
                (condition, mutex, clock, until))
ONESTOP_COUNTED(pthread_cond_signal, (pthread_cond_t * condition) noexcept,
                (condition))
ONESTOP_COUNTED(pthread_cond_broadcast, (pthread_cond_t * condition) noexcept,
                (condition))
ONESTOP_COUNTED(sem_wait, (sem_t * semaphore), (semaphore))
ONESTOP_COUNTED(sem_trywait, (sem_t * semaphore) noexcept, (semaphore))
ONESTOP_COUNTED(sem_timedwait, (sem_t * semaphore, const timespec* until),
                (semaphore, until))
ONESTOP_COUNTED(sem_clockwait,
                (sem_t * semaphore, clockid_t clock, const timespec* until),
                (semaphore, clock, until))

// What std::atomic::wait, std::counting_semaphore and Abseil wait by.
extern "C" long syscall(long number, ...) noexcept {
  static const auto next = Next<long(long, ...)>("syscall");
  if (number == SYS_futex) CountLock("futex");
  std::array<long, 6> given{};
  va_list arguments;
  va_start(arguments, number);
  for (long& argument : given) argument = va_arg(arguments, long);
  va_end(arguments);
  return next(number, given[0], given[1], given[2], given[3], given[4],
              given[5]);
}

namespace absl {
ABSL_NAMESPACE_BEGIN

void Mutex::Lock() {
  static const auto next = NextOfMutex<void(Mutex*)>("4LockEv");
  CountLock("absl::Mutex::Lock");
  next(this);
}

bool Mutex::TryLock() {
  static const auto next = NextOfMutex<bool(Mutex*)>("7TryLockEv");
  CountLock("absl::Mutex::TryLock");
  return next(this);
}

void Mutex::ReaderLock() {
  static const auto next = NextOfMutex<void(Mutex*)>("10ReaderLockEv");
  CountLock("absl::Mutex::ReaderLock");
  next(this);
}

bool Mutex::ReaderTryLock() {
  static const auto next = NextOfMutex<bool(Mutex*)>("13ReaderTryLockEv");
  CountLock("absl::Mutex::ReaderTryLock");
  return next(this);
}

void Mutex::LockWhen(const Condition& condition) {
  static const auto next = NextOfMutex<void(Mutex*, const Condition&)>(
      "8LockWhenERKNS0_9ConditionE");
  CountLock("absl::Mutex::LockWhen");
  next(this, condition);
}

ABSL_NAMESPACE_END
}  // namespace absl
