// Copies bytes both ways between two sockets, one thread for all.
#include "tests/storage/relay.h"

#include <libpq-fe.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "tests/storage/test_database.h"

namespace onestop::storage {
namespace {

constexpr int kPollMs = 20;

sockaddr_un UnixAddress(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof(address.sun_path) - 1);
  return address;
}

int ConnectUnix(const std::string& path) {
  const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  const sockaddr_un address = UnixAddress(path);
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address),
              sizeof(address)) != 0) {
    std::perror("relay: connect");
    std::abort();
  }
  return fd;
}

int ConnectTcp(const std::string& host, const std::string& port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(host.c_str(), port.c_str(), &hints, &found) != 0) {
    std::fprintf(stderr, "relay: no such host\n");
    std::abort();
  }
  const int fd = socket(found->ai_family, found->ai_socktype, 0);
  if (connect(fd, found->ai_addr, found->ai_addrlen) != 0) {
    std::perror("relay: connect");
    std::abort();
  }
  freeaddrinfo(found);
  return fd;
}

// Where libpq would connect to.
int ConnectServer(const std::string& conninfo) {
  PGconn* probe = PQconnectdb(conninfo.c_str());
  const std::string host = PQhost(probe);
  const std::string port = PQport(probe);
  PQfinish(probe);
  if (!host.empty() && host[0] == '/') {
    return ConnectUnix(absl::StrCat(host, "/.s.PGSQL.", port));
  }
  return ConnectTcp(host, port);
}

bool SendAll(int fd, const char* data, ssize_t size) {
  while (size > 0) {
    const ssize_t sent =
        send(fd, data, static_cast<size_t>(size), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    data += sent;
    size -= sent;
  }
  return true;
}

}  // namespace

Relay::Relay(const std::string& conninfo) : target_(conninfo) {
  char folder[] = "/tmp/onestop-relay-XXXXXX";
  if (mkdtemp(folder) == nullptr) std::abort();
  folder_ = folder;
  listener_ = socket(AF_UNIX, SOCK_STREAM, 0);
  const sockaddr_un address = UnixAddress(folder_ + "/.s.PGSQL.5432");
  if (bind(listener_, reinterpret_cast<const sockaddr*>(&address),
           sizeof(address)) != 0 ||
      listen(listener_, 8) != 0) {
    std::perror("relay: listen");
    std::abort();
  }
  conninfo_ =
      WithSetting(WithSetting(conninfo, "host", folder_), "port", "5432");
  thread_ = std::thread([this] { Serve(); });
}

Relay::~Relay() {
  stop_ = true;
  thread_.join();
  close(listener_);
  unlink((folder_ + "/.s.PGSQL.5432").c_str());
  rmdir(folder_.c_str());
}

void Relay::Serve() {
  while (!stop_) {
    pollfd waiting = {listener_, POLLIN, 0};
    if (poll(&waiting, 1, kPollMs) <= 0) continue;
    const int client = accept(listener_, nullptr, nullptr);
    if (client < 0) continue;
    const int server = ConnectServer(target_);
    Forward(client, server);
    close(client);
    close(server);
  }
}

void Relay::Forward(int client, int server) {
  std::array<char, 65536> buffer;
  while (!stop_) {
    std::array<pollfd, 2> waiting = {pollfd{client, POLLIN, 0},
                                     pollfd{server, POLLIN, 0}};
    if (poll(waiting.data(), waiting.size(), kPollMs) <= 0) continue;
    for (const pollfd& ready : waiting) {
      if (ready.revents == 0) continue;
      const ssize_t size = recv(ready.fd, buffer.data(), buffer.size(), 0);
      if (size <= 0) return;
      const bool request = ready.fd == client;
      if (mode_ == (request ? Mode::kLoseRequests : Mode::kLoseReplies)) {
        mode_ = Mode::kPass;
        ++losses_;
        return;
      }
      if (!SendAll(request ? server : client, buffer.data(), size)) return;
    }
  }
}

}  // namespace onestop::storage
