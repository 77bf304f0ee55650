// Sends settles over a SettleStream, as many ahead of the answers as a stream
// may have, and goes on where it was when the server has been away.
#ifndef ONESTOP_CLI_SETTLE_SENDER_H_
#define ONESTOP_CLI_SETTLE_SENDER_H_

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/client.h"
#include "cli/line_reader.h"
#include "cli/stream_call.h"
#include "onestop/v1/settlement.pb.h"

namespace onestop::cli {

// One settle of a file.
struct StreamRow {
  int64_t line = 0;   // of the file, from 1; its index in the stream
  int64_t bytes = 0;  // of the line
  ::onestop::v1::SettleRequest settle;
};

// What the sender asks for and tells; called on the thread of Run.
struct StreamHooks {
  // The next settle if it is at hand. An error ends the file: what was read
  // before it is settled.
  std::function<absl::StatusOr<NextLine>(StreamRow&)> next;
  // Each settle once, in the order of the answers: settled, stale or refused.
  std::function<void(const StreamRow&,
                     const ::onestop::v1::SettleStreamResult&)>
      done;
  // Several times a second; false ends the run.
  std::function<bool()> tick;
};

// Used once; not thread-safe. Memory is bounded by what may be unanswered.
//
// A person's claim is sent when the one before it in the file has its answer. A
// server keeps the order in which a person's claims come, but of two that are
// under way it may ask for the first again and settle the second.
class SettleSender {
 public:
  SettleSender(Client& client, StreamHooks hooks)
      : client_(client), hooks_(std::move(hooks)) {}

  // OK: every settle was told to `done`. While the server is away, and when it
  // says that a settle may be sent again, what is unanswered is sent again, the
  // same under the same request id, until the server has settled nothing for as
  // long as the client waits: then UNAVAILABLE or DEADLINE_EXCEEDED. CANCELLED:
  // `tick` said so. Errors of `next` are returned as they are.
  absl::Status Run();

 private:
  using Clock = std::chrono::steady_clock;
  using Call = StreamCall<::onestop::v1::SettleStreamRequest,
                          ::onestop::v1::SettleStreamResponse>;

  // One stream, until everything at hand is answered or it breaks.
  absl::Status RunCall();
  // Sends what can be sent now.
  void Feed(Call& call);
  absl::Status Take(const ::onestop::v1::SettleStreamResponse& response);

  // Reads what is at hand and may be unanswered.
  void ReadRows();
  bool WantsRows() const;
  // The rows that may be sent on a new call: each person's first.
  void ReadyAgain();
  void Forget(std::map<int64_t, StreamRow>::iterator row);
  absl::Status Tick() const;
  // How long nothing can be done but wait.
  std::chrono::milliseconds Idle() const;
  absl::Status Pause(std::chrono::milliseconds pause) const;

  Client& client_;
  const StreamHooks hooks_;
  std::map<int64_t, StreamRow> unanswered_;  // by line
  std::unordered_map<std::string, std::deque<int64_t>> lines_of_person_;
  std::set<int64_t> ready_;                          // lines to be sent
  std::multimap<Clock::time_point, int64_t> again_;  // lines to be sent then
  bool at_end_ = false;                              // of the file
  absl::Status read_;                                // how reading it went
  Clock::time_point last_answer_;
};

}  // namespace onestop::cli

#endif  // ONESTOP_CLI_SETTLE_SENDER_H_
