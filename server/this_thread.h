// What the calling thread says of itself to the system (Linux).
#ifndef ONESTOP_SERVER_THIS_THREAD_H_
#define ONESTOP_SERVER_THIS_THREAD_H_

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <string>

namespace onestop::server {

// As top, perf and gdb show it. At most 15 bytes are kept.
inline void NameThisThread(const std::string& name) {
  pthread_setname_np(pthread_self(), name.substr(0, 15).c_str());
}

// Others of the process that want a core get it first: a tenth of a share is
// left beside one of them. For good: an ordinary process cannot raise its
// threads again.
inline constexpr int kBehindOthers = 10;
inline void LetOthersGoFirst() {
  // Linux keeps a nice value for each thread, POSIX for the whole process.
  const auto thread = static_cast<id_t>(gettid());
  setpriority(PRIO_PROCESS, thread,
              getpriority(PRIO_PROCESS, thread) + kBehindOthers);
}

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_THIS_THREAD_H_
