// Names the calling thread, as top, perf and gdb show it.
#ifndef ONESTOP_SERVER_THREAD_NAME_H_
#define ONESTOP_SERVER_THREAD_NAME_H_

#include <pthread.h>

#include <string>

namespace onestop::server {

// At most 15 bytes are kept.
inline void NameThisThread(const std::string& name) {
  pthread_setname_np(pthread_self(), name.substr(0, 15).c_str());
}

}  // namespace onestop::server

#endif  // ONESTOP_SERVER_THREAD_NAME_H_
