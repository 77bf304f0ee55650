// A Unix socket between a client and PostgreSQL that can lose what passes.
#ifndef ONESTOP_TESTS_STORAGE_RELAY_H_
#define ONESTOP_TESTS_STORAGE_RELAY_H_

#include <atomic>
#include <string>
#include <thread>

namespace onestop::storage {

// Thread-safe. Serves one client at a time, which is all that a store opens.
class Relay {
 public:
  enum class Mode {
    kPass,
    kLoseRequests,  // the next request is swallowed, the connection cut
    kLoseReplies,   // the server does the next request; its reply is swallowed
  };

  // To the server that a conninfo names.
  explicit Relay(const std::string& conninfo);
  ~Relay();

  // The same database through the relay.
  const std::string& conninfo() const { return conninfo_; }
  // kPass returns by itself after a loss.
  void Set(Mode mode) { mode_ = mode; }
  int losses() const { return losses_; }

 private:
  void Serve();
  void Forward(int client, int server);

  const std::string target_;
  std::string folder_;
  std::string conninfo_;
  int listener_ = -1;
  std::atomic<Mode> mode_{Mode::kPass};
  std::atomic<int> losses_{0};
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace onestop::storage

#endif  // ONESTOP_TESTS_STORAGE_RELAY_H_
