// Names the calling thread, as top, perf and gdb show it.
#ifndef ONESTOP_BASE_THREAD_NAME_H_
#define ONESTOP_BASE_THREAD_NAME_H_

#include <pthread.h>

#include <string>

namespace onestop {

// At most 15 bytes are kept.
inline void NameThisThread(const std::string& name) {
  pthread_setname_np(pthread_self(), name.substr(0, 15).c_str());
}

}  // namespace onestop

#endif  // ONESTOP_BASE_THREAD_NAME_H_
