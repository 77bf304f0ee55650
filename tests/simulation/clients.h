// The clients of a history: send, wait, give up, send again, and write down
// everything.
#ifndef ONESTOP_TESTS_SIMULATION_CLIENTS_H_
#define ONESTOP_TESTS_SIMULATION_CLIENTS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "tests/history/history.h"
#include "tests/simulation/asks.h"
#include "tests/simulation/replica.h"
#include "tests/simulation/setting.h"

namespace onestop::simulation {

class Clients {
 public:
  Clients(Setting& setting, Asks asks,
          std::vector<std::unique_ptr<Replica>>& replicas);

  // Enters `count` operations into the agenda, one after another.
  void Begin(int count);
  // All have been sent, and nobody waits for an answer or means to try again.
  bool Quiet() const { return to_begin_ == 0 && waiting_ == 0; }
  // From now on every operation is tried until its outcome is known, and some
  // that are known once more.
  void Insist();

  const std::vector<history::Operation>& operations() const {
    return operations_;
  }

 private:
  struct Sent {
    size_t operation;
    size_t attempt;
    bool over = false;
  };

  void Create();
  void Add(Request request);
  void Send(size_t index);
  void SendLater(size_t index, int64_t after_ms);
  void Deliver(const std::shared_ptr<Sent>& sent, Replica& replica,
               int64_t time_left_ms);
  void Receive(const std::shared_ptr<Sent>& sent,
               const absl::StatusOr<std::string>& answer);
  void Decide(size_t index, const history::Attempt& attempt);
  bool IsKnown(const history::Operation& operation) const;
  domain::Day Today() const;

  Setting& setting_;
  Asks asks_;
  std::vector<std::unique_ptr<Replica>>& replicas_;
  std::vector<history::Operation> operations_;
  std::vector<std::string> bytes_;  // of the operations
  int gap_ms_ = 0;                  // at most, between two operations
  int to_begin_ = 0;
  int waiting_ = 0;
  bool insisting_ = false;
};

}  // namespace onestop::simulation

#endif  // ONESTOP_TESTS_SIMULATION_CLIENTS_H_
