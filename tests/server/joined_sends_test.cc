// What is kept while a JoinedSends lives, over connections of this machine.
#include "server/joined_sends.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

namespace onestop::server {
namespace {

class Socket {
 public:
  explicit Socket(int number) : number_(number) {}
  ~Socket() { close(number_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  int number() const { return number_; }

 private:
  const int number_;
};

// A sender and a receiver.
class Connection {
 public:
  Connection()
      : sender_(socket(AF_INET, SOCK_STREAM, 0)), receiver_(Accepted()) {}

  void Send(std::string text) {
    iovec piece{text.data(), text.size()};
    msghdr message{};
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    ASSERT_EQ(sendmsg(sender_.number(), &message, MSG_NOSIGNAL),
              static_cast<ssize_t>(text.size()));
  }
  // What has come, "" when nothing has.
  std::string Received() {
    char bytes[100];
    const ssize_t count =
        recv(receiver_.number(), bytes, sizeof(bytes), MSG_DONTWAIT);
    return count < 0 ? "" : std::string(bytes, count);
  }

 private:
  int Accepted() {
    const Socket listener(socket(AF_INET, SOCK_STREAM, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(bind(listener.number(), any, size), 0) << std::strerror(errno);
    EXPECT_EQ(listen(listener.number(), 1), 0) << std::strerror(errno);
    EXPECT_EQ(getsockname(listener.number(), any, &size), 0);
    EXPECT_EQ(connect(sender_.number(), any, size), 0) << std::strerror(errno);
    return accept(listener.number(), nullptr, nullptr);
  }

  const Socket sender_;
  const Socket receiver_;
};

TEST(JoinedSendsTest, LeaveTogetherWhenItGoes) {
  Connection first;
  Connection second;
  {
    const JoinedSends joined;
    first.Send("one ");
    second.Send("other");
    first.Send("two");
    EXPECT_EQ(joined.kept(), 3);
    EXPECT_EQ(first.Received(), "");
    EXPECT_EQ(second.Received(), "");
  }
  EXPECT_EQ(first.Received(), "one two");
  EXPECT_EQ(second.Received(), "other");
}

TEST(JoinedSendsTest, LeaveAtOnceOtherwise) {
  Connection connection;
  { const JoinedSends gone; }
  connection.Send("one");
  EXPECT_EQ(connection.Received(), "one");
  const JoinedSends later;
  EXPECT_EQ(later.kept(), 0);
}

TEST(JoinedSendsTest, KeepNothingOfMoreSocketsThanTheyRemember) {
  std::vector<std::unique_ptr<Connection>> connections;
  for (int i = 0; i < 66; ++i) {
    connections.push_back(std::make_unique<Connection>());
  }
  {
    const JoinedSends joined;
    for (auto& connection : connections) connection->Send("one");
    EXPECT_EQ(joined.kept(), 64);
    EXPECT_EQ(connections.front()->Received(), "");
    EXPECT_EQ(connections.back()->Received(), "one");
  }
  EXPECT_EQ(connections.front()->Received(), "one");
}

TEST(JoinedSendsTest, MindNoSocketThatWasClosed) {
  {
    const JoinedSends joined;
    Connection gone;
    gone.Send("one");
  }
  Connection next;
  next.Send("two");
  EXPECT_EQ(next.Received(), "two");
}

}  // namespace
}  // namespace onestop::server
