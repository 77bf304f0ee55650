// Callers that hold what they do not use: connections without a word, without
// an answer to a ping, streams whose answers nobody takes, streams by the ten
// thousand.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "tests/server/server_fixture.h"

namespace onestop::server {
namespace {

using std::chrono::seconds;
using std::chrono::steady_clock;
using testing::SettleRow;

using Stream =
    grpc::ClientReaderWriter<pb::SettleStreamRequest, pb::SettleStreamResponse>;

constexpr int kStallSeconds = 1;
// However busy the machine is.
constexpr seconds kPatience{30};
// HTTP/2's greeting: the preface and an empty frame of settings.
constexpr std::string_view kGreeting(
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0", 24 + 9);

// A TCP connection that says what it is told to and nothing more.
class Silent {
 public:
  Silent(int port, std::string_view greeting)
      : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<uint16_t>(port));
    EXPECT_EQ(
        connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address),
        0);
    EXPECT_EQ(send(socket_, greeting.data(), greeting.size(), 0),
              static_cast<ssize_t>(greeting.size()));
  }
  ~Silent() { close(socket_); }

  // Whether the server ends the connection within kPatience.
  bool IsEnded() const {
    const timeval patience{kPatience.count(), 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    char bytes[4096];
    while (true) {
      const ssize_t count = recv(socket_, bytes, sizeof bytes, 0);
      if (count == 0) return true;
      if (count < 0) return errno == ECONNRESET;
    }
  }

 private:
  const int socket_;
};

class ConnectionsTest : public ServerTest {
 protected:
  // A server that loses its patience soon, on the same world.
  std::unique_ptr<Server> StartImpatient() {
    Config config = testing::TestConfig();
    config.stall_seconds = kStallSeconds;
    return StartServer(config);
  }

  static bool Serves(const Server& server, const std::string& id) {
    testing::Client client(server.port());
    return client.Settle(SettleRow(id, "E9", 5'000)).ok();
  }
};

TEST_P(ConnectionsTest, WhoSaysNothingIsLeft) {
  const auto server = StartImpatient();
  const Silent silent(server->port(), "");
  EXPECT_TRUE(silent.IsEnded());
  EXPECT_TRUE(Serves(*server, "after silence"));
}

// As a machine that lost its power, or a firewall that forgot the connection.
TEST_P(ConnectionsTest, WhoAnswersNoPingIsLeft) {
  const auto server = StartImpatient();
  const Silent half_open(server->port(), kGreeting);
  EXPECT_TRUE(half_open.IsEnded());
  EXPECT_TRUE(Serves(*server, "after half-open"));
}

TEST_P(ConnectionsTest, AStreamWhoseAnswersNobodyTakesIsEnded) {
  const auto server = StartImpatient();
  testing::Client client(server->port());
  grpc::ClientContext context;
  const auto stream = client.settlement->SettleStream(&context);
  // Answered at once and at length, so that soon no window holds the answers.
  pb::SettleStreamRequest message;
  for (int i = 0; i < 200; ++i) {
    pb::SettleStreamItem& item = *message.add_items();
    item.set_index(i);
    item.mutable_settle()->set_request_id(std::string(2'000, 'x'));
  }
  const auto until = steady_clock::now() + kPatience;
  bool ended = false;
  while (!ended && steady_clock::now() < until) ended = !stream->Write(message);
  EXPECT_TRUE(ended);
  pb::SettleStreamResponse response;
  while (stream->Read(&response)) {
  }
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
  EXPECT_TRUE(Serves(*server, "after a stall"));
}

// A stream may think for long between its claims.
TEST_P(ConnectionsTest, AStreamThatOnlyWaitsIsKept) {
  const auto server = StartImpatient();
  testing::Client client(server->port());
  grpc::ClientContext context;
  const auto stream = client.settlement->SettleStream(&context);
  for (int i = 0; i < 2; ++i) {
    pb::SettleStreamRequest message;
    pb::SettleStreamItem& item = *message.add_items();
    *item.mutable_settle() = SettleRow(absl::StrCat("slow", i), "E1", 5'000);
    ASSERT_TRUE(stream->Write(message));
    pb::SettleStreamResponse response;
    ASSERT_TRUE(stream->Read(&response)) << i;
    EXPECT_TRUE(response.results(0).has_settle());
    std::this_thread::sleep_for(seconds(3 * kStallSeconds));
  }
  stream->WritesDone();
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_P(ConnectionsTest, TenThousandStreamsAreServed) {
  constexpr int kConnections = 5;
  constexpr int kEach = 2'000;
  std::vector<std::unique_ptr<testing::Client>> clients;
  std::vector<std::unique_ptr<grpc::ClientContext>> contexts;
  std::vector<std::unique_ptr<Stream>> streams;
  for (int c = 0; c < kConnections; ++c) {
    grpc::ChannelArguments apart;
    apart.SetInt("onestop.connection", c);
    clients.push_back(
        std::make_unique<testing::Client>(server_->port(), apart));
    for (int i = 0; i < kEach; ++i) {
      contexts.push_back(std::make_unique<grpc::ClientContext>());
      streams.push_back(
          clients.back()->settlement->SettleStream(contexts.back().get()));
    }
  }
  for (size_t i = 0; i < streams.size(); ++i) {
    pb::SettleStreamRequest message;
    *message.add_items()->mutable_settle() =
        SettleRow(absl::StrCat("s", i), absl::StrCat("E", i % 10), 1'000);
    ASSERT_TRUE(streams[i]->Write(message));
  }
  size_t settled = 0;
  for (auto& stream : streams) {
    stream->WritesDone();
    pb::SettleStreamResponse response;
    while (stream->Read(&response)) {
      ASSERT_EQ(response.results_size(), 1);
      const auto& result = response.results(0);
      // More than it can answer in time is refused: politely.
      if (result.has_settle()) ++settled;
      if (result.has_error()) {
        EXPECT_EQ(ErrorReason(wire::FromRpcStatus(result.error())),
                  "OVERLOADED");
      }
    }
    ASSERT_TRUE(stream->Finish().ok());
  }
  EXPECT_GT(settled, 0u);
  EXPECT_TRUE(Serves(*server_, "after all"));
}

INSTANTIATE_TEST_SUITE_P(Stores, ConnectionsTest, ::testing::Values("postgres"),
                         [](const auto& suite) { return suite.param; });

}  // namespace
}  // namespace onestop::server
