// Stands before the C library's sendmsg.
#include "server/joined_sends.h"

#include <dlfcn.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstddef>

namespace onestop::server {
namespace {

// More sockets than that at a time: the others send at once.
constexpr size_t kMaxSockets = 64;

struct Kept {
  bool joins = false;
  int sends = 0;
  size_t count = 0;
  std::array<int, kMaxSockets> sockets{};
};
thread_local Kept kept_here;

bool Keep(int socket) {
  Kept& kept = kept_here;
  if (!kept.joins) return false;
  const auto end = kept.sockets.begin() + kept.count;
  if (std::find(kept.sockets.begin(), end, socket) == end) {
    if (kept.count == kMaxSockets) return false;
    kept.sockets[kept.count++] = socket;
  }
  ++kept.sends;
  return true;
}

// Sends what waits in the socket; gRPC's sockets have this option anyway. One
// that was closed meanwhile has sent it, and another that took its number has
// nothing to lose.
void LetGo(int socket) {
  const int on = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

}  // namespace

JoinedSends::JoinedSends() {
  kept_here.joins = true;
  kept_here.sends = 0;
}

JoinedSends::~JoinedSends() {
  Kept& kept = kept_here;
  for (size_t i = 0; i < kept.count; ++i) LetGo(kept.sockets[i]);
  kept.count = 0;
  kept.joins = false;
}

int JoinedSends::kept() const { return kept_here.sends; }

}  // namespace onestop::server

// libgrpc calls this of the C library; the program's own comes first.
extern "C" ssize_t sendmsg(int socket, const msghdr* message, int flags) {
  static const auto kSendmsg =
      reinterpret_cast<decltype(&sendmsg)>(dlsym(RTLD_NEXT, "sendmsg"));
  const int more = onestop::server::Keep(socket) ? MSG_MORE : 0;
  return kSendmsg(socket, message, flags | more);
}
