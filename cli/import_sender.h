// Sends the rows of one import to a server, several messages ahead of its
// answers, and goes on where it was when the server has been away.
#ifndef ONESTOP_CLI_IMPORT_SENDER_H_
#define ONESTOP_CLI_IMPORT_SENDER_H_

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <chrono>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/client.h"
#include "cli/import_kind.h"
#include "cli/import_rows.h"
#include "cli/stream_call.h"
#include "onestop/v1/registry.pb.h"

namespace onestop::cli {

// What the sender asks for and tells; called on the thread of Run.
struct ImportHooks {
  // As RowReader::Next.
  std::function<absl::StatusOr<bool>(ImportRow&)> next;
  // Each row once, in the order of the file: its outcome, or why it was
  // refused, by the server or before it was sent.
  std::function<void(const ImportRow&,
                     const absl::StatusOr<::onestop::v1::RowOutcome>&)>
      done;
  // Several times a second; false ends the import. May be empty.
  std::function<bool()> tick;
};

// What every message of an import says beside its rows; each where the kind
// has such a field.
struct ImportHead {
  std::string import_id;
  std::string month;
  std::string region;
};

// Used once; not thread-safe. Memory is bounded by the messages in flight.
class ImportSender {
 public:
  // All of it outlives the sender.
  ImportSender(const Client& client, const ImportKind& kind, ImportHead head,
               ImportHooks hooks);

  // OK: every row was told to `done`. While the server is away the unanswered
  // messages are kept and sent again, until it has been silent for as long as
  // the client waits: then UNAVAILABLE or DEADLINE_EXCEEDED. CANCELLED: `tick`
  // said so. Errors of `next` and of the call are returned as they are.
  absl::Status Run();

 private:
  using Clock = std::chrono::steady_clock;
  struct Outgoing {
    std::vector<ImportRow> rows;  // those that are OK are gone into `bytes`
    int sent = 0;                 // how many these are
    grpc::ByteBuffer bytes;
  };
  using Call = StreamCall<grpc::ByteBuffer, grpc::ByteBuffer>;

  // Reads at most one message more into the window.
  absl::Status FillWindow();
  absl::Status ReadMessage(Outgoing& outgoing);
  // One stream, to its end.
  absl::Status RunCall();
  // Sends what can be sent now.
  void Feed(Call& call);
  // Not OK: it does not fit what was sent.
  absl::Status TakeAnswer(const grpc::ByteBuffer& bytes);
  // Tells the rows of the oldest message and forgets it.
  void TellOldest(
      const std::vector<absl::StatusOr<::onestop::v1::RowOutcome>>& outcomes);
  // Not OK: the import is to end.
  absl::Status Tick() const;

  const Client& client_;
  const ImportKind& kind_;
  const ImportHead head_;
  const ImportHooks hooks_;
  grpc::GenericStub stub_;
  std::deque<Outgoing> window_;
  size_t next_to_send_ = 0;        // in the window
  std::optional<ImportRow> held_;  // did not fit the message before
  bool at_end_ = false;
  Clock::time_point last_answer_;
};

}  // namespace onestop::cli

#endif  // ONESTOP_CLI_IMPORT_SENDER_H_
