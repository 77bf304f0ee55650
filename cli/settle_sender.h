// Sends settles over a SettleStream, as many ahead of the answers as a stream
// may have, and goes on where it was when the server has been away.
#ifndef ONESTOP_CLI_SETTLE_SENDER_H_
#define ONESTOP_CLI_SETTLE_SENDER_H_

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/client.h"
#include "onestop/v1/settlement.pb.h"

namespace onestop::cli {

// One settle of a file.
struct StreamRow {
  int64_t line = 0;  // of the file, from 1; its index in the stream
  ::onestop::v1::SettleRequest settle;
};

// What the sender asks for and tells; called by one thread at a time.
struct StreamHooks {
  // The next settle; false: there is none.
  std::function<absl::StatusOr<bool>(StreamRow&)> next;
  // Each settle once, in the order of the answers: settled, stale or refused.
  std::function<void(const StreamRow&,
                     const ::onestop::v1::SettleStreamResult&)>
      done;
  // After each message of answers; false ends the run.
  std::function<bool()> tick;
};

// Used once. Memory is bounded by what may be unanswered.
class SettleSender {
 public:
  SettleSender(Client& client, StreamHooks hooks)
      : client_(client), hooks_(std::move(hooks)) {}

  // OK: every settle was told to `done`. While the server is away, and when it
  // says that a settle may be sent again, what is unanswered is sent again, the
  // same under the same request id, until the server has been silent for as
  // long as the client waits: then UNAVAILABLE or DEADLINE_EXCEEDED. CANCELLED:
  // `tick` said so. Errors of `next` are returned as they are.
  absl::Status Run();

 private:
  using Clock = std::chrono::steady_clock;
  struct Call;

  // One stream, to its end.
  absl::Status RunCall();
  // Sends what is unanswered, then new rows, until the file or the call ends.
  void Write(Call& call);
  absl::Status FillMessage(Call& call,
                           ::onestop::v1::SettleStreamRequest& message);
  absl::Status Take(Call& call,
                    const ::onestop::v1::SettleStreamResponse& response);

  Client& client_;
  const StreamHooks hooks_;
  std::mutex mutex_;  // guards what follows, and the hooks
  std::condition_variable room_;
  std::map<int64_t, StreamRow> unanswered_;  // by line
  bool at_end_ = false;                      // of the file
  Clock::time_point last_answer_;
};

}  // namespace onestop::cli

#endif  // ONESTOP_CLI_SETTLE_SENDER_H_
