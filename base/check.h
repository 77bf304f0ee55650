// A check that stays on in production: a programmer's error stops the process
// loudly instead of settling money on a guess.
#ifndef ONESTOP_BASE_CHECK_H_
#define ONESTOP_BASE_CHECK_H_

#include <cstdio>
#include <cstdlib>

namespace onestop {

[[noreturn]] inline void CheckFailed(const char* file, int line,
                                     const char* condition) {
  std::fprintf(stderr, "%s:%d: check failed: %s\n", file, line, condition);
  std::abort();
}

}  // namespace onestop

// Aborts with the place and the condition when `condition` is false. For what
// cannot happen whatever comes from outside; input errors are a Status.
#define ONESTOP_CHECK(condition)                              \
  do {                                                        \
    if (!(condition)) [[unlikely]]                            \
      ::onestop::CheckFailed(__FILE__, __LINE__, #condition); \
  } while (false)

#endif  // ONESTOP_BASE_CHECK_H_
